/// Every buffer that a step of SINE writes, except for parameters and gradients.
///
/// Each worker has one workspace. The worker's first trial allocates the buffers, and later trials
/// reuse them.
final class SINEWorkspace {
  let batch = Batch()
  /// For a tiled catalogue only, as `softmax` is.
  let rows = GradientRows()
  let softmax = SoftmaxWorkspace()

  // Tables with a row for each slot of a batch.
  let x = AlignedBuffer<Float>()
  let conceptTanh = AlignedBuffer<Float>()
  let alpha = AlignedBuffer<Float>()
  let n = AlignedBuffer<Float>()
  let inverseNorm = AlignedBuffer<Float>()
  let interestTanh = AlignedBuffer<Float>()
  let beta = AlignedBuffer<Float>()
  let dX = AlignedBuffer<Float>()
  /// n·weightedᵀ, slots × prototypes, if `SINEShape.hasAffinity` is true for the batch.
  let affinity = AlignedBuffer<Float>()

  // Tables of the prototypes, and copies of weights.
  let laneMask = AlignedBuffer<Float>()
  let prototypeW3 = AlignedBuffer<Float>()
  /// ln2.weight ⊙ (C minus the mean of each row), its transpose, and the variance of each row.
  let weighted = AlignedBuffer<Float>()
  let weightedTransposed = AlignedBuffer<Float>()
  let variance = AlignedBuffer<Float>()
  let prototypeBytes = ByteRows()
  /// w1ᵀ, w3ᵀ and each w_k_1[j]ᵀ, in this order.
  let weightsTransposed = AlignedBuffer<Float>()

  /// One for each thread.
  private(set) var lanes: [BlockWorkspace] = []
  /// At most four for each step.
  private(set) var shards: [GradientShard] = []
  let shardLoss = AlignedBuffer<Double>()

  /// The tables and other buffers that all threads share, for batches of up to `examples`.
  ///
  /// - Parameter shards: the shards of a step, nil if there are no gradients.
  private static func plan(
    _ shape: SINEShape, examples: Int, shards: Int?
  ) -> BufferPlan<SINEWorkspace> {
    let slots = Double(Batch.mostSlots(examples: examples, shape: shape))
    let (stride, k) = (Double(shape.stride), Double(shape.interests))
    let prototypes = Double(shape.prototypes)
    var plan = BufferPlan<SINEWorkspace>()
    plan.add(\.x, \.conceptTanh, \.n, count: slots * stride)
    plan.add(\.alpha, \.inverseNorm, count: slots)
    plan.add(\.beta, count: k * slots)
    plan.add(\.interestTanh, count: k * slots * stride)
    plan.add(\.laneMask, count: stride)
    plan.add(\.prototypeW3, \.weighted, count: prototypes * stride)
    plan.add(\.variance, count: prototypes)
    plan.add(\.weightedTransposed, count: stride * Double(shape.prototypes.roundedToRow))
    guard let shards else { return plan }
    plan.add(\.dX, count: slots * stride)
    plan.add(\.weightsTransposed, count: (k + 2) * Double(shape.width) * stride)
    plan.add(\.shardLoss, count: Double(shards))
    return plan
  }

  private static func shardCount(_ gradients: SINEShape, examples: Int) -> Int {
    let blocks = (examples + Batch.blockSize - 1) / Batch.blockSize
    return GradientShard.count(gradients, blocks: blocks)
  }

  /// Makes room for batches of up to `examples` with up to `negatives` each.
  ///
  /// - Parameter gradients: the shape of the gradients, nil if the model only ranks.
  func reserve(
    _ shape: SINEShape, examples: Int, negatives: Int, gradients: SINEShape?, lanes laneCount: Int
  ) {
    let shardCount = gradients.map { Self.shardCount($0, examples: examples) }
    batch.reserve(examples: examples, negatives: negatives, shape: shape)
    Self.plan(shape, examples: examples, shards: shardCount).reserve(in: self)
    laneMask.clear()
    for lane in 0..<shape.width { laneMask.pointer[lane] = 1 }
    weightedTransposed.clear()
    while lanes.count < laneCount { lanes.append(BlockWorkspace()) }
    guard let shardCount else { return }

    if shape.tilesItems {
      rows.reserve(examples: examples, negatives: negatives, shape: shape)
      softmax.reserve(examples: examples, stride: shape.stride)
    }
    weightsTransposed.clear()
    while shards.count < shardCount { shards.append(GradientShard()) }
  }

  /// The most bytes that a training takes in a workspace: the buffers that `reserve` makes room
  /// for, and the buffers that grow with the first batches.
  static func bytes(_ shape: SINEShape, examples: Int, negatives: Int, lanes: Int) -> Double {
    let gradients = shape.gradientShape(examples: examples, negatives: negatives)
    let shards = shardCount(gradients, examples: examples)
    let affinity = shape.mostAffinityFloats(examples: examples)
    var bytes =
      Batch.plan(examples: examples, negatives: negatives, shape: shape).bytes
      + plan(shape, examples: examples, shards: shards).bytes + 4 * affinity
      + Double(lanes)
      * (BlockWorkspace.plan(shape).bytes + 4 * BlockWorkspace.tileGradientFloats(shape))
      + GradientShard.bytes(
        gradients, shards: shards, slots: Batch.mostSlots(examples: examples, shape: shape),
        affinity: affinity)
    if shape.boundsScores { bytes += ByteRows.plan(shape).bytes }
    if shape.tilesItems {
      bytes += GradientRows.plan(examples: examples, negatives: negatives, shape: shape).bytes
      bytes += SoftmaxWorkspace.plan(examples: examples, stride: shape.stride).bytes
    }
    return bytes
  }
}
