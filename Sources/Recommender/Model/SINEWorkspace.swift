import CKernels

/// Every buffer that a step of SINE writes besides parameters and gradients.
///
/// One a worker: allocated for its first trial, reused and grown by its next ones.
final class SINEWorkspace {
  let batch = Batch()

  // Tables over the slots of a batch, and their gradients.
  let x = AlignedBuffer<Float>()
  let conceptTanh = AlignedBuffer<Float>()
  let alpha = AlignedBuffer<Float>()
  let n = AlignedBuffer<Float>()
  let inverseNorm = AlignedBuffer<Float>()
  let interestTanh = AlignedBuffer<Float>()
  let beta = AlignedBuffer<Float>()
  let dX = AlignedBuffer<Float>()
  let dAlpha = AlignedBuffer<Float>()
  let dN = AlignedBuffer<Float>()
  let dBeta = AlignedBuffer<Float>()

  // Derived from parameters, and gradients of that.
  let laneMask = AlignedBuffer<Float>()
  let prototypeTransposed = AlignedBuffer<Float>()
  let prototypeW3 = AlignedBuffer<Float>()
  let dPrototypeW3 = AlignedBuffer<Float>()
  let weightTransposed = AlignedBuffer<Float>()

  // One block of examples.
  let a = AlignedBuffer<Float>()
  let u = AlignedBuffer<Float>()
  let p = AlignedBuffer<Float>()
  let b = AlignedBuffer<Float>()
  let h = AlignedBuffer<Float>()
  let z = AlignedBuffer<Float>()
  let v = AlignedBuffer<Float>()
  let dv = AlignedBuffer<Float>()
  let vTransposed = AlignedBuffer<Float>()
  let score = AlignedBuffer<Float>()
  let index = AlignedBuffer<Int32>()
  let sigma = AlignedBuffer<Float>()
  let e = AlignedBuffer<Float>()
  let delta = AlignedBuffer<Float>()
  let deltaInverseNorm = AlignedBuffer<Float>()
  let yHat = AlignedBuffer<Float>()
  let inverseDeviation = AlignedBuffer<Float>()
  let scratch = AlignedBuffer<Float>()
  let rows = AlignedBuffer<UnsafePointer<Float>?>()
  let targets = AlignedBuffer<UnsafeMutablePointer<Float>?>()

  // Logits of a block, a panel of items at a time, and losses.
  let panel = AlignedBuffer<Float>()
  let loss = AlignedBuffer<Double>()

  /// Items whose logits for 64 examples are kept at once: 8 MB, the second-level cache several
  /// times over, so that only catalogues beyond 32,768 items make logits twice.
  private static let mostPanelItems = 32_768
  private(set) var panelItems = 0

  /// Makes room for batches of up to `examples`.
  func reserve(_ shape: SINEShape, examples: Int) {
    batch.reserve(examples: examples, shape: shape)
    let slots = Batch.mostSlots(examples: examples, shape: shape)
    let (stride, k, block) = (shape.stride, shape.interests, Batch.blockSize)
    for buffer in [x, conceptTanh, n, dX, dN] { buffer.reserve(slots * stride) }
    for buffer in [alpha, inverseNorm, dAlpha] { buffer.reserve(slots) }
    for buffer in [beta, dBeta] { buffer.reserve(k * slots) }
    interestTanh.reserve(k * slots * stride)

    laneMask.reserve(stride)
    laneMask.clear()
    for lane in 0..<shape.width { laneMask.pointer[lane] = 1 }
    prototypeTransposed.reserve(shape.width * shape.prototypeStride)
    prototypeTransposed.clear()
    for buffer in [prototypeW3, dPrototypeW3] { buffer.reserve(shape.prototypes * stride) }
    weightTransposed.reserve(shape.width * stride)
    weightTransposed.clear()

    let places = block * shape.capacity
    for buffer in [a, u] { buffer.reserve(places) }
    for buffer in [p, b] { buffer.reserve(k * places) }
    h.reserve(places * stride)
    for buffer in [z, v, dv, vTransposed, yHat] { buffer.reserve(block * stride) }
    score.reserve(block * shape.prototypeStride)
    index.reserve(block * k)
    for buffer in [sigma, e, deltaInverseNorm] { buffer.reserve(block * k) }
    delta.reserve(block * k * stride)
    inverseDeviation.reserve(block)
    scratch.reserve(ck_scratch_floats(stride, k, shape.capacity))
    rows.reserve(2 * shape.capacity)
    targets.reserve(shape.capacity)

    panelItems = min(shape.items, Self.mostPanelItems)
    // A panel also holds the logits of a few items at a time for a block's largest ones.
    panel.reserve(max(panelItems, block) * block)
    loss.reserve(block)
  }

  /// Block `index` of the batch with the buffers of this workspace.
  func block(_ index: Int) -> ck_block {
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
    block.index = self.index.pointer
    block.sigma = sigma.pointer
    block.e = e.pointer
    block.delta = delta.pointer
    block.inverseNorm = deltaInverseNorm.pointer
    block.yHat = yHat.pointer
    block.inverseDeviation = inverseDeviation.pointer
    block.scratch = scratch.pointer
    block.rows = rows.pointer
    block.targets = targets.pointer
    return block
  }
}
