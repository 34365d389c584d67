import Recommender

/// All measurements of one run of the benchmark. Times are in seconds.
struct BenchResult {
  let machine: Machine
  let dataset: String
  let statistics: DatasetStatistics
  let rounds: Int
  /// The most jobs that were compared.
  let jobs: Int
  /// The time to read and prepare the data.
  var preparation = Samples()
  /// The time from the start of the process to the end of the first batch; nil if it is not known.
  var startUp: Double?
  /// Rows a second in the results file if each epoch is on disk before the next one.
  var durableRows = Samples()
  /// Epochs a second in the results file if each epoch is on disk before the next one.
  var durableEpochs = Samples()
  /// Epochs a second in the results file if an epoch reaches the disk only some time later.
  var bufferedEpochs = Samples()
  /// The FMA peak of one core in floating-point operations a second.
  var peak = Samples()
  var cases: [CaseResult] = []
  /// The most memory of the process in bytes, with all jobs; nil if the platform does not tell.
  var peakMemory: Int?
}

extension BenchResult {
  /// The seconds that the rows of an epoch take longer because they have to be on disk before the next
  /// epoch; nil if this was not measured.
  var durabilityCost: Double? {
    guard durableEpochs.median > 0, bufferedEpochs.median > 0 else { return nil }
    return 1 / durableEpochs.median - 1 / bufferedEpochs.median
  }
}

/// The measurements of one pair of sizes.
struct CaseResult {
  let sizes: ModelSizes
  /// The number of examples of a batch.
  var batchSize = 0
  /// The floating-point operations of a batch by stage, mean over the batches.
  var flops: [StepStage: Double] = [:]
  /// The CPU time of a step on one thread.
  var step = Samples()
  /// The CPU time of the stages of a step on one thread.
  var stages: [StepStage: Samples] = [:]
  /// The FMA peak of one core, measured next to the steps so that both see the same noise.
  var peak = Samples()
  /// Batches a second of several jobs together with one thread each, by the number of jobs.
  var jobs: [Int: Samples] = [:]
  /// The wall-clock time of a step, by the number of threads that share it.
  var threads: [Int: Samples] = [:]
  /// The wall-clock time of the steps of an epoch on one thread.
  var epoch = Samples()
  /// The wall-clock time of writing a checkpoint to disk.
  var checkpoint = Samples()

  init(sizes: ModelSizes) {
    self.sizes = sizes
  }

  /// The floating-point operations of a batch.
  var totalFlops: Double { StepStage.allCases.reduce(0) { $0 + flops[$1, default: 0] } }

  /// The operations a second of a step.
  var speed: Double { Self.ratio(totalFlops, step.median) }
  /// The speed of a step as a share of the FMA peak.
  var shareOfPeak: Double { Self.ratio(speed, peak.median) }

  /// Returns the operations a second of a stage; nil if the stage has no matrix work.
  func speed(of stage: StepStage) -> Double? {
    guard let work = flops[stage], work > 0, let seconds = stages[stage]?.median else { return nil }
    return Self.ratio(work, seconds)
  }

  /// Returns how many times the throughput of one job a number of jobs has.
  func gain(jobs count: Int) -> Double {
    Self.ratio(jobs[count]?.median ?? 0, jobs[1]?.median ?? 0)
  }

  /// Returns how many times faster than one thread a number of threads is.
  func gain(threads count: Int) -> Double {
    Self.ratio(threads[1]?.median ?? 0, threads[count]?.median ?? 0)
  }

  /// Returns seconds as a share of an epoch; nil if either was not measured.
  func share(ofAnEpoch seconds: Double?) -> Double? {
    epoch.median > 0 ? seconds.map { $0 / epoch.median } : nil
  }

  /// Returns the share of the time that checkpoints take; nil if they were not measured.
  ///
  /// - Parameter interval: The least seconds between two checkpoints. A checkpoint follows the first epoch
  ///   that ends after them.
  func checkpointShare(every interval: Double) -> Double? {
    guard epoch.median > 0, checkpoint.median > 0 else { return nil }
    let training = max(1, (interval / epoch.median).rounded(.up)) * epoch.median
    return checkpoint.median / (training + checkpoint.median)
  }

  private static func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : 0 }
}

/// Repeated measurements of one quantity.
///
/// The reports show the median. On a shared machine the mean would also measure the other users.
struct Samples: Hashable, Sendable {
  private(set) var values: [Double] = []

  mutating func append(_ value: Double) {
    values.append(value)
  }

  /// The median; 0 if nothing was measured.
  var median: Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The smallest value; 0 if nothing was measured.
  var least: Double { values.min() ?? 0 }
}
