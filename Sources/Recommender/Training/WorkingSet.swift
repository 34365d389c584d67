import CKernels

/// The memory that a trial takes, known from its shape before anything of it is allocated.
///
/// In floating point, because a searched size may be anything: what does not fit an integer does not
/// fit the machine either.
package struct WorkingSet: Hashable, Sendable {
  package let bytes: Double

  /// The buffers of one trainer and of its threads, and its lists of examples.
  package init(_ configuration: Configuration, dataset: Dataset, threads: Int = 1) {
    let (model, training) = (configuration.model, configuration.training)
    let width = Double(model.embeddingSize)
    let stride = Self.row(width)
    let prototypes = Double(model.prototypeSize)
    let interests = Double(model.interestSize)
    let items = Double(dataset.itemCount)
    let positions = Double(dataset.maxItemListLength)
    let places = Self.row(positions)
    let block = Double(Batch.blockSize)
    let evaluated = Double(max(dataset.valid.count, dataset.test.count))
    let batch = max(
      min(Double(training.examplesPerBatch), Double(dataset.train.count)), min(evaluated, 2048))
    let slots = min(items, batch * positions + 1)
    let negatives = model.lossType == .bpr ? Double(training.negativeSampleCount ?? 1) : 0
    let isTiled = items > Double(SINEShape.mostUntiledItems)
    // The items that have gradients of their own.
    let rows = isTiled ? min(items, slots + batch * (1 + negatives)) : items

    let parameters =
      ((2 + interests) * width + interests + prototypes + items + 6) * stride
    let moments =
      switch training.learner {
      case .adam, .adamw: 2.0
      case .adagrad, .rmsprop: 1.0
      case .sgd: 0.0
      }
    // Parameters, the best ones, gradients, moments.
    let trainer = (3 + moments) * parameters - (items - rows) * stride

    // The table of items and prototypes is made where it has fewer than half as many rows times
    // prototypes as there are positions times interests.
    let affinity =
      Self.row(prototypes) * min(slots, batch * (positions + 1) * interests / (2 * prototypes))
    let tables =
      slots * ((4 + interests) * stride + 2 + interests) + affinity
      + (1 + 3 * Self.row(prototypes) + (interests + 2) * width) * stride + prototypes
    // Of many prototypes, in floats: their rows in bytes, and 16-bit bounds for each example.
    let isBounded = prototypes >= Double(SINEShape.fewestPrototypesInBytes)
    let byteRows = isBounded ? prototypes * (stride / 4 + 3) : 0
    let bounds = isBounded ? prototypes * block / 2 : 0
    let panel = isTiled ? Double(BlockWorkspace.tileItems) : items
    let lane =
      block * (places * (2 + 2 * interests + stride) + (5 + interests) * stride + 5 * interests)
      + Self.scratch(stride: stride, interests: interests, places: places)
      + (max(panel, block) + 3) * block + (isTiled ? panel * stride : 0)
      + 6 * places + Double(ck_score_floats) + bounds
    let perShard = (2 * rows + 3 * prototypes) * stride
    let most = Double(GradientShard.mostFloats(tilesItems: isTiled))
    let shards = max(1, min(4, (batch / block).rounded(.up), most / perShard))
    let sums =
      (shards - 1) * (prototypes + rows + 4) * stride
      + shards
      * ((2 + 2 * prototypes + slots) * stride + (1 + interests) * (slots + 16) + affinity
        + prototypes + 16)
    let softmax = isTiled ? (batch + block) * (3 * stride + 4) : 0
    let layout =
      batch * (2 * places + 8 + negatives) + slots + items
      + (isTiled ? rows + slots + items + batch * (1 + negatives) : 0)
    let lists =
      3 * Double(dataset.train.count)
      + evaluated * Double(1 + (configuration.evaluation.topK.max() ?? 0))
    let floats =
      trainer + tables + byteRows + Double(threads) * lane + sums + softmax + layout + lists
    bytes = 4 * floats + 1_048_576
  }

  /// The floats of a padded row.
  private static func row(_ count: Double) -> Double {
    let multiple = Double(ck_row_multiple)
    return (count / multiple).rounded(.up) * multiple
  }

  private static func scratch(stride: Double, interests: Double, places: Double) -> Double {
    guard let stride = Int(exactly: stride), let interests = Int(exactly: interests),
      let places = Int(exactly: places), max(stride, interests, places) < 1 << 20
    else { return stride * interests * places }
    return Double(ck_scratch_floats(stride, interests, places))
  }
}
