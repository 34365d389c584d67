import CKernels

/// What the softmax over a tiled catalogue keeps for every example of a batch between its two
/// passes over the items: v, dv and the sums.
final class SoftmaxWorkspace {
  private let v = AlignedBuffer<Float>()
  private let vTransposed = AlignedBuffer<Float>()
  private let dv = AlignedBuffer<Float>()
  private let shifts = AlignedBuffer<Float>()
  private let sums = AlignedBuffer<Float>()
  private let losses = AlignedBuffer<Double>()
  private var stride = 0

  /// The buffers for batches of up to `examples`.
  static func plan(examples: Int, stride: Int) -> BufferPlan<SoftmaxWorkspace> {
    let block = Batch.blockSize
    let places = Double((examples + block - 1) / block * block)
    var plan = BufferPlan<SoftmaxWorkspace>()
    plan.add(\.v, \.vTransposed, \.dv, count: places * Double(stride))
    plan.add(\.shifts, \.sums, count: places)
    plan.add(\.losses, count: places)
    return plan
  }

  /// Makes room for batches of up to `examples`.
  func reserve(examples: Int, stride: Int) {
    self.stride = stride
    Self.plan(examples: examples, stride: stride).reserve(in: self)
  }

  /// Sets the sums and dv to zero.
  func clear() {
    dv.clear()
    sums.clear()
  }

  /// Scales v, and with it the gradients of the items that are computed from v.
  func scale(by factor: Float, _ kernels: ck_kernels) {
    kernels.scale(v.count, v.pointer, factor)
  }

  /// Lets `block` use the v and dv of block `index` in this workspace.
  func attachBuffers(ofBlock index: Int, to block: inout ck_block) {
    let place = index * Batch.blockSize * stride
    block.v = v.pointer + place
    block.vTransposed = vTransposed.pointer + place
    block.dv = dv.pointer + place
  }

  /// Block `index` of a batch, with the fields that the softmax kernels read.
  func block(_ index: Int, of batch: Batch) -> ck_block {
    var block = ck_block()
    batch.attachPositions(ofBlock: index, to: &block)
    attachBuffers(ofBlock: index, to: &block)
    return block
  }

  func dv(_ index: Int) -> UnsafeMutablePointer<Float> {
    dv.pointer + index * Batch.blockSize * stride
  }

  func shifts(_ index: Int) -> UnsafeMutablePointer<Float> {
    shifts.pointer + index * Batch.blockSize
  }

  func sums(_ index: Int) -> UnsafeMutablePointer<Float> {
    sums.pointer + index * Batch.blockSize
  }

  func losses(_ index: Int) -> UnsafeMutablePointer<Double> {
    losses.pointer + index * Batch.blockSize
  }
}
