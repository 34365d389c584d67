import CKernels

/// The scratch memory of one thread for one block of 64 examples.
final class BlockWorkspace {
  private let a = AlignedBuffer<Float>()
  private let u = AlignedBuffer<Float>()
  private let p = AlignedBuffer<Float>()
  private let b = AlignedBuffer<Float>()
  private let h = AlignedBuffer<Float>()
  private let z = AlignedBuffer<Float>()
  private let v = AlignedBuffer<Float>()
  private let dv = AlignedBuffer<Float>()
  private let vTransposed = AlignedBuffer<Float>()
  private let score = AlignedBuffer<Float>()
  private let upper = AlignedBuffer<Int16>()
  private let index = AlignedBuffer<Int32>()
  private let sigma = AlignedBuffer<Float>()
  private let prototypeInverse = AlignedBuffer<Float>()
  private let e = AlignedBuffer<Float>()
  private let delta = AlignedBuffer<Float>()
  private let inverseNorm = AlignedBuffer<Float>()
  private let yHat = AlignedBuffer<Float>()
  private let inverseDeviation = AlignedBuffer<Float>()
  private let scratch = AlignedBuffer<Float>()
  private let rows = AlignedBuffer<UnsafePointer<Float>?>()
  private let targets = AlignedBuffer<UnsafeMutablePointer<Float>?>()

  /// The logits of 64 examples: for all items, or for one tile of a tiled catalogue.
  let panel = AlignedBuffer<Float>()
  private(set) var panelItems = 0
  let loss = AlignedBuffer<Double>()
  /// The gradients of a tile of items. Only a training has room for them.
  let tileGradients = AlignedBuffer<Float>()

  /// The items of a tile. Their embeddings and gradients stay in the L2 cache while all blocks of a
  /// batch use them.
  static let tileItems = 480

  private var shape: SINEShape?

  /// The buffers for the blocks of a model.
  static func plan(_ shape: SINEShape) -> BufferPlan<BlockWorkspace> {
    let (stride, k) = (Double(shape.stride), Double(shape.interests))
    let (block, positions) = (Double(Batch.blockSize), Double(shape.capacity))
    let panelItems = panelItems(shape)
    var plan = BufferPlan<BlockWorkspace>()
    plan.add(\.a, \.u, count: block * positions)
    plan.add(\.p, \.b, count: block * positions * k)
    plan.add(\.h, count: block * positions * stride)
    plan.add(\.z, \.v, \.dv, \.vTransposed, \.yHat, count: block * stride)
    plan.add(\.score, count: Double(ck_score_floats))
    if shape.boundsScores { plan.add(\.upper, count: block * Double(shape.prototypes)) }
    plan.add(\.index, count: block * k)
    plan.add(\.sigma, \.prototypeInverse, \.e, \.inverseNorm, count: block * k)
    plan.add(\.delta, count: block * k * stride)
    plan.add(\.inverseDeviation, count: block)
    plan.add(\.scratch, count: scratchFloats(shape))
    plan.add(\.rows, count: 2 * positions)
    plan.add(\.targets, count: positions)
    // The panel also has room for the largest logits, which are computed for 48 items at a time.
    plan.add(\.panel, count: Double(max(panelItems, Batch.blockSize)) * block)
    plan.add(\.loss, count: block)
    return plan
  }

  /// The items whose logits the panel holds: the items of a tile, or all items.
  private static func panelItems(_ shape: SINEShape) -> Int {
    shape.tilesItems ? min(shape.items, tileItems) : shape.items
  }

  /// The floats of `tileGradients` in a training: none if the catalogue is not tiled.
  static func tileGradientFloats(_ shape: SINEShape) -> Double {
    shape.tilesItems ? Double(panelItems(shape)) * Double(shape.stride) : 0
  }

  /// The floats of `scratch`.
  ///
  /// Sizes are cut to 2²⁸ before C multiplies two of them at a time. So large a product fits no
  /// machine, and it does not overflow.
  private static func scratchFloats(_ shape: SINEShape) -> Double {
    let sizes = [shape.stride, shape.interests, shape.capacity].map { min($0, 1 << 28) }
    return Double(ck_scratch_floats(sizes[0], sizes[1], sizes[2]))
  }

  /// Makes room for blocks of a shape. The thread that uses the workspace calls this itself, so
  /// that a thread that never joins costs no memory.
  func reserve(_ shape: SINEShape) {
    guard shape != self.shape else { return }
    self.shape = shape
    panelItems = Self.panelItems(shape)
    Self.plan(shape).reserve(in: self)
  }

  /// Makes room for the gradients of a tile, and for blocks of a shape.
  func reserveTileGradients(_ shape: SINEShape) {
    reserve(shape)
    tileGradients.reserve(Int(Self.tileGradientFloats(shape)))
  }

  /// Block `index` of a batch with the buffers of this workspace.
  func block(_ index: Int, of batch: Batch, shape: SINEShape) -> ck_block {
    reserve(shape)
    var block = ck_block()
    batch.attachPositions(ofBlock: index, to: &block)
    block.a = a.pointer
    block.u = u.pointer
    block.p = p.pointer
    block.b = b.pointer
    block.h = h.pointer
    block.z = z.pointer
    block.v = v.pointer
    block.dv = dv.pointer
    block.vTransposed = vTransposed.pointer
    block.score = score.pointer
    block.upper = upper.pointer
    block.index = self.index.pointer
    block.sigma = sigma.pointer
    block.prototypeInverse = prototypeInverse.pointer
    block.e = e.pointer
    block.delta = delta.pointer
    block.inverseNorm = inverseNorm.pointer
    block.yHat = yHat.pointer
    block.inverseDeviation = inverseDeviation.pointer
    block.scratch = scratch.pointer
    block.rows = rows.pointer
    block.targets = targets.pointer
    return block
  }
}
