/// Every buffer that a step of SINE writes besides parameters and their gradients.
///
/// One a worker: allocated for its first trial, reused and grown by its next ones.
final class SINEWorkspace {
  let batch = Batch()
  /// Of a tiled catalogue, as `softmax` is.
  let rows = GradientRows()
  let softmax = SoftmaxWorkspace()

  // Tables over the slots of a batch.
  let x = AlignedBuffer<Float>()
  let conceptTanh = AlignedBuffer<Float>()
  let alpha = AlignedBuffer<Float>()
  let n = AlignedBuffer<Float>()
  let inverseNorm = AlignedBuffer<Float>()
  let interestTanh = AlignedBuffer<Float>()
  let beta = AlignedBuffer<Float>()
  let dX = AlignedBuffer<Float>()
  /// Slots × prototypes, in batches where that is less work than position by position.
  let affinity = AlignedBuffer<Float>()

  // Derived from parameters.
  let laneMask = AlignedBuffer<Float>()
  let prototypeW3 = AlignedBuffer<Float>()
  /// ln2.weight ⊙ (C less the mean of its row), its transpose, and the variance of each row.
  let weighted = AlignedBuffer<Float>()
  let weightedTransposed = AlignedBuffer<Float>()
  let variance = AlignedBuffer<Float>()
  let prototypeBytes = ByteRows()
  /// w1ᵀ, w3ᵀ and each w_k_1[j]ᵀ, in this order.
  let weightsTransposed = AlignedBuffer<Float>()

  /// One a thread.
  private(set) var lanes: [BlockWorkspace] = []
  /// At most four a step.
  private(set) var shards: [GradientShard] = []
  let shardLoss = AlignedBuffer<Double>()

  /// Makes room for batches of up to `examples`.
  ///
  /// - Parameter gradients: the shape of the gradients; nil if there is to be no room for them.
  func reserve(
    _ shape: SINEShape, examples: Int, negatives: Int, gradients: SINEShape?, lanes laneCount: Int
  ) {
    batch.reserve(examples: examples, shape: shape)
    let slots = Batch.mostSlots(examples: examples, shape: shape)
    let (stride, k) = (shape.stride, shape.interests)
    for buffer in [x, conceptTanh, n] { buffer.reserve(slots * stride) }
    for buffer in [alpha, inverseNorm] { buffer.reserve(slots) }
    beta.reserve(k * slots)
    interestTanh.reserve(k * slots * stride)

    laneMask.reserve(stride)
    laneMask.clear()
    for lane in 0..<shape.width { laneMask.pointer[lane] = 1 }
    for buffer in [prototypeW3, weighted] { buffer.reserve(shape.prototypes * stride) }
    variance.reserve(shape.prototypes)
    weightedTransposed.reserve(stride * shape.prototypes.roundedToRow)
    weightedTransposed.clear()
    while lanes.count < laneCount { lanes.append(BlockWorkspace()) }
    guard let gradients else { return }

    if shape.tilesItems {
      rows.reserve(examples: examples, negatives: negatives, shape: shape)
      softmax.reserve(examples: examples, stride: shape.stride)
    }
    dX.reserve(slots * stride)
    weightsTransposed.reserve((k + 2) * shape.width * stride)
    weightsTransposed.clear()
    let shardCount = GradientShard.count(
      gradients, blocks: (examples + Batch.blockSize - 1) / Batch.blockSize)
    while shards.count < shardCount { shards.append(GradientShard()) }
    shardLoss.reserve(shardCount)
  }
}
