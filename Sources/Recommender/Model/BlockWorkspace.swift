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

  /// Logits of 64 examples, for all items or for a tile of them.
  let panel = AlignedBuffer<Float>()
  private(set) var panelItems = 0
  let loss = AlignedBuffer<Double>()
  /// The gradients of a tile of items.
  let tileGradients = AlignedBuffer<Float>()

  /// Items of a tile: with their gradients they stay in the L2 cache while the batch passes by.
  static let tileItems = 480

  private var shape: SINEShape?

  /// Makes room, on the thread that is going to use it: a thread that never joins costs nothing.
  func reserve(_ shape: SINEShape) {
    guard shape != self.shape else { return }
    self.shape = shape
    let (stride, k, block) = (shape.stride, shape.interests, Batch.blockSize)
    let places = block * shape.capacity
    for buffer in [a, u] { buffer.reserve(places) }
    for buffer in [p, b] { buffer.reserve(k * places) }
    h.reserve(places * stride)
    for buffer in [z, v, dv, vTransposed, yHat] { buffer.reserve(block * stride) }
    score.reserve(ck_score_floats)
    if shape.boundsScores { upper.reserve(shape.prototypes * block) }
    index.reserve(block * k)
    for buffer in [sigma, prototypeInverse, e, inverseNorm] { buffer.reserve(block * k) }
    delta.reserve(block * k * stride)
    inverseDeviation.reserve(block)
    scratch.reserve(ck_scratch_floats(stride, k, shape.capacity))
    rows.reserve(2 * shape.capacity)
    targets.reserve(shape.capacity)
    panelItems = shape.tilesItems ? min(shape.items, Self.tileItems) : shape.items
    // Also room for the largest logits, which are made 48 items at a time.
    panel.reserve(max(panelItems, block) * block)
    loss.reserve(block)
  }

  /// Block `index` of a batch with the buffers of this workspace.
  func block(_ index: Int, of batch: Batch, shape: SINEShape) -> ck_block {
    reserve(shape)
    var block = ck_block()
    batch.describe(block: index, in: &block)
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
