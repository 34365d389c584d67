import Testing

@testable import Recommender

@Suite struct StepBenchmarkTests {
  private static let dataset = Result {
    var configuration = DataConfiguration()
    configuration.dataset = "synthetic"
    configuration.dataPath = "no/such/folder"
    return try Dataset.load(configuration)
  }

  private func benchmark(
    batchSize: Int = 300, batches: Int = 2, kernels: KernelSet = .fastest, threads: Int = 1
  ) throws -> StepBenchmark {
    var configuration = Configuration()
    configuration.model.embeddingSize = 16
    configuration.training.trainBatchSize = batchSize
    configuration.training.learningRate = 0.01
    return StepBenchmark(
      configuration, dataset: try Self.dataset.get(), batches: batches,
      workspace: TrainerWorkspace(), kernels: kernels, threads: threads)
  }

  @Test(
    "A step that is timed by stage has the same losses as a plain step",
    arguments: KernelSet.available.map(\.name))
  func stagedStep(set: String) throws {
    let kernels = try #require(KernelSet(named: set))
    let plain = try benchmark(kernels: kernels)
    let staged = try benchmark(kernels: kernels)
    // Each loss but the first depends on every gradient of the step before.
    for index in [0, 1, 0, 1] {
      let (loss, seconds) = staged.stagedStep(batch: index)
      #expect(loss == plain.step(batch: index))
      #expect(Set(seconds.keys) == Set(StepStage.allCases))
    }
  }

  @Test("Steps on several threads have the same losses as steps on one thread")
  func threads() throws {
    let one = try benchmark()
    let three = try benchmark(threads: 3)
    for index in [0, 1, 0] { #expect(one.step(batch: index) == three.step(batch: index)) }
  }

  @Test(
    "The steps are those of a training, under BPR with its negatives",
    arguments: [ModelConfiguration.LossType.ce, .bpr])
  func training(loss type: ModelConfiguration.LossType) throws {
    let dataset = try Self.dataset.get()
    var configuration = Configuration()
    configuration.model.lossType = type
    configuration.model.embeddingSize = 16
    configuration.training.trainBatchSize = dataset.train.count
    configuration.training.epochs = 1
    var loss = 0.0
    _ = try Trainer(
      configuration: configuration, dataset: dataset, workspace: TrainerWorkspace()
    ).run(isCancelled: { false }) { epoch in
      loss = epoch.trainLoss
    }
    let bench = StepBenchmark(
      configuration, dataset: dataset, batches: 1, workspace: TrainerWorkspace(),
      kernels: .fastest)
    #expect(bench.step(batch: 0) == loss)
  }

  @Test("Only full batches are measured, or the only batch")
  func fullBatches() throws {
    let count = try Self.dataset.get().train.count
    let many = try benchmark(batchSize: 5000, batches: 100)
    #expect(many.batchCount == count / 5000)
    #expect(many.batchSize == 5000)
    let one = try benchmark(batchSize: 1 << 20, batches: 3)
    #expect(one.batchCount == 1)
    #expect(one.batchSize == count)
  }

  @Test("The work of a batch counts its positions and its distinct items")
  func work() throws {
    let dataset = try Self.dataset.get()
    let bench = try benchmark(batchSize: 1 << 20, batches: 1)
    let histories = dataset.train.map { dataset.history(of: $0) }
    // All padding of a history is one position, and item 0 is always among the items.
    let positions = histories.reduce(0) { $0 + $1.count + ($1.count < 50 ? 1 : 0) }
    let items = Set(histories.joined()).union([0])
    let expected = StepWork(
      shape: SINEShape(
        width: 16, prototypes: 50, interests: 3, items: dataset.itemCount, positions: 50),
      examples: dataset.train.count, positions: positions, slots: items.count)
    #expect(bench.work(batch: 0) == expected)
  }
}
