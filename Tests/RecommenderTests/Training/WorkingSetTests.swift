import Testing

@testable import Recommender

@Suite struct WorkingSetTests {
  @Test(
    "The estimate covers the memory of a trainer, and not much more",
    arguments: [
      (8, 6, 3, 6), (64, 50, 3, 50), (64, 500, 8, 50), (128, 1000, 16, 20), (17, 20, 20, 3),
      (64, 5000, 16, 50),
    ])
  func estimate(width: Int, prototypes: Int, interests: Int, positions: Int) throws {
    for learner in TrainingConfiguration.Learner.allCases {
      var configuration = SmallTraining.configuration(.ce, learner)
      configuration.model.embeddingSize = width
      configuration.model.prototypeSize = prototypes
      configuration.model.interestSize = interests
      configuration.data.maxItemListLength = positions
      configuration.training.trainBatchSize = 512
      try compare(configuration, dataset: SmallTraining.dataset(configuration))
    }
  }

  @Test(
    "The estimate of a tiled catalogue has gradients only for the items of a batch",
    arguments: [ModelConfiguration.LossType.ce, .bpr])
  func tiledCatalogue(loss: ModelConfiguration.LossType) throws {
    var configuration = SmallTraining.configuration(loss, .adam)
    configuration.training.trainBatchSize = 512
    try compare(
      configuration, dataset: SmallTraining.dataset(configuration, items: 40_000))
  }

  private func compare(_ configuration: Configuration, dataset: Dataset) throws {
    let workspace = TrainerWorkspace()
    var configuration = configuration
    configuration.training.epochs = 1
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: workspace, team: .fixed(2))
    _ = try trainer.run(isCancelled: { false }, onEpoch: { _ in })
    let used = Double(allocatedBytes(of: workspace))
    let estimate = WorkingSet(configuration, dataset: dataset.size, threads: 2).bytes
    #expect(estimate >= used)
    #expect(estimate <= 1.3 * used + 2_097_152)
  }

  @Test("Sizes that fit no machine do not overflow")
  func hugeSizes() throws {
    var configuration = SmallTraining.configuration(.bpr, .adam)
    let dataset = try SmallTraining.dataset(configuration)
    configuration.model.embeddingSize = .max
    configuration.model.prototypeSize = .max
    configuration.model.interestSize = .max
    configuration.training.trainBatchSize = .max
    #expect(WorkingSet(configuration, dataset: dataset.size).bytes > 1e30)
  }

  /// The bytes of all buffers of an object and of the objects that it holds.
  private func allocatedBytes(of object: Any) -> Int {
    Mirror(reflecting: object).children.reduce(0) { sum, child in
      switch child.value {
      case let buffer as AlignedBuffer<Int8>: sum + buffer.count
      case let buffer as AlignedBuffer<Int16>: sum + 2 * buffer.count
      case let buffer as AlignedBuffer<Float>: sum + 4 * buffer.count
      case let buffer as AlignedBuffer<Int32>: sum + 4 * buffer.count
      case let buffer as AlignedBuffer<Int>: sum + 8 * buffer.count
      case let buffer as AlignedBuffer<Double>: sum + 8 * buffer.count
      case let buffer as AlignedBuffer<UnsafePointer<Float>?>: sum + 8 * buffer.count
      case let buffer as AlignedBuffer<UnsafeMutablePointer<Float>?>: sum + 8 * buffer.count
      default: sum + allocatedBytes(of: child.value)
      }
    }
  }
}
