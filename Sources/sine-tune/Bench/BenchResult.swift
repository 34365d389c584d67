import Recommender

/// All that one run of the benchmark has measured; times in seconds.
struct BenchResult {
  let machine: Machine
  let dataset: String
  let statistics: DatasetStatistics
  let rounds: Int
  /// The most jobs that were compared.
  let jobs: Int
  /// Reading and preparing the data.
  var preparation = Samples()
  /// From the start of the process to the end of the first batch; nil where it is not known.
  var startUp: Double?
  /// Rows of the results file a second, with every epoch on disk before the next one.
  var durableRows = Samples()
  var durableEpochs = Samples()
  /// The same where an epoch is on disk only some time later.
  var bufferedEpochs = Samples()
  /// FMA peak of one core, floating-point operations a second.
  var peak = Samples()
  var cases: [CaseResult] = []
  /// Bytes, of all phases and all jobs; nil where the platform does not tell.
  var peakMemory: Int?
}

extension BenchResult {
  /// Seconds that an epoch's rows take longer because they are on disk before the next epoch.
  var durabilityCost: Double? {
    guard durableEpochs.median > 0, bufferedEpochs.median > 0 else { return nil }
    return 1 / durableEpochs.median - 1 / bufferedEpochs.median
  }
}

/// The measurements of one pair of sizes.
struct CaseResult {
  let sizes: ModelSizes
  /// Examples of a batch.
  var batchSize = 0
  /// Matrix work of a batch, mean over the batches.
  var flops: [StepStage: Double] = [:]
  /// A step on one thread, by the thread's own time, and its stages.
  var step = Samples()
  var stages: [StepStage: Samples] = [:]
  /// The FMA peak measured next to the steps, so that both see the same noise.
  var peak = Samples()
  /// Batches a second of so many jobs together, one thread each.
  var jobs: [Int: Samples] = [:]
  /// A step shared by so many threads, by the clock on the wall.
  var threads: [Int: Samples] = [:]

  /// The steps of an epoch on one thread, and a checkpoint on disk behind it, both by the clock on the
  /// wall.
  var epoch = Samples()
  var checkpoint = Samples()

  init(sizes: ModelSizes) {
    self.sizes = sizes
  }

  var totalFlops: Double { StepStage.allCases.reduce(0) { $0 + flops[$1, default: 0] } }

  /// Needed work over the time it took, operations a second.
  var speed: Double { Self.ratio(totalFlops, step.median) }
  var shareOfPeak: Double { Self.ratio(speed, peak.median) }

  /// The same for a stage; nil where it has no matrix work.
  func speed(of stage: StepStage) -> Double? {
    guard let work = flops[stage], work > 0, let seconds = stages[stage]?.median else { return nil }
    return Self.ratio(work, seconds)
  }

  /// How many times the throughput of one job so many jobs have.
  func gain(jobs count: Int) -> Double {
    Self.ratio(jobs[count]?.median ?? 0, jobs[1]?.median ?? 0)
  }

  /// How many times faster so many threads are than one.
  func gain(threads count: Int) -> Double {
    Self.ratio(threads[1]?.median ?? 0, threads[count]?.median ?? 0)
  }

  /// What some seconds are of an epoch; nil where either is unknown.
  func share(ofAnEpoch seconds: Double?) -> Double? {
    epoch.median > 0 ? seconds.map { $0 / epoch.median } : nil
  }

  /// The share of the time that checkpoints take which follow the first epoch to end after so many
  /// seconds; nil where it was not measured.
  func checkpointShare(every interval: Double) -> Double? {
    guard epoch.median > 0, checkpoint.median > 0 else { return nil }
    let training = max(1, (interval / epoch.median).rounded(.up)) * epoch.median
    return checkpoint.median / (training + checkpoint.median)
  }

  private static func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : 0 }
}

/// Repeated measurements of one quantity.
///
/// The median is what counts: on a machine that others use, the mean measures the others as well.
struct Samples: Hashable, Sendable {
  private(set) var values: [Double] = []

  mutating func append(_ value: Double) {
    values.append(value)
  }

  /// 0 where nothing was measured.
  var median: Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  var least: Double { values.min() ?? 0 }
}
