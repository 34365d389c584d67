import Recommender

@testable import sine_tune

/// A made-up result of the benchmark on two cores.
enum SampleBench {
  static func samples(_ values: Double...) -> Samples {
    var samples = Samples()
    for value in values { samples.append(value) }
    return samples
  }

  static var result: BenchResult {
    var result = BenchResult(
      machine: Machine(cpu: "Model 9", cores: 2, kernels: "avx512"), dataset: "ml-100k",
      statistics: statistics,
      rounds: 3, jobs: 2)
    result.preparation = samples(0.2, 0.1, 0.3)
    result.startUp = 0.31
    result.durableRows = samples(6000, 5000)
    result.durableEpochs = samples(1000, 1000)
    result.bufferedEpochs = samples(5000, 3000)
    result.peak = samples(187e9)
    result.cases = [
      item(ModelSizes(prototypes: 50, interests: 3), scale: 1),
      item(ModelSizes(prototypes: 5000, interests: 16), scale: 3),
    ]
    result.peakMemory = 123_456_789
    return result
  }

  private static var statistics: DatasetStatistics {
    let example = Example(user: 1, start: 0, length: 1, target: 2)
    return Dataset(
      userTokens: ["[PAD]", "u"], itemTokens: ["[PAD]", "a", "b", "c", "d"], items: [1, 2, 3, 4],
      train: [example, example], valid: [example], test: [example], maxItemListLength: 50
    ).statistics
  }

  /// Steps of 20 ms and 2 Gflop. The loss has half of the work in 8 ms. Times are multiplied by `scale`.
  private static func item(_ sizes: ModelSizes, scale: Double) -> CaseResult {
    var item = CaseResult(sizes: sizes)
    item.batchSize = 2048
    item.flops = [.tables: 0.5e9, .loss: 1e9, .backward: 0.5e9]
    item.step = samples(0.02 * scale, 0.018 * scale, 0.1 * scale)
    for stage in StepStage.allCases { item.stages[stage] = samples(0.001 * scale) }
    item.stages[.loss] = samples(0.008 * scale)
    item.peak = samples(200e9, 180e9, 190e9)
    item.jobs = [1: samples(50 / scale), 2: samples(95 / scale)]
    item.epoch = samples(0.8 * scale, 0.9 * scale)
    item.checkpoint = samples(0.004 * scale)
    item.threads = [1: samples(0.02 * scale), 2: samples(0.011 * scale)]
    return item
  }
}
