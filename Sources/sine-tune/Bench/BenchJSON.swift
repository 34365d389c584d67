import Recommender

/// The result of the benchmark as JSON. Repeated measurements are given as medians.
struct BenchJSON: Encodable {
  let cpu: String
  let cores: Int
  let kernels: String
  let dataset: String
  let rounds: Int
  let preparationSeconds: Double
  let startUpSeconds: Double?
  let durableRowsPerSecond: Double
  let durableEpochsPerSecond: Double
  let bufferedEpochsPerSecond: Double
  let peakFlopsPerSecond: Double
  let peakMemoryBytes: Int?
  let cases: [CaseJSON]

  init(_ result: BenchResult) {
    cpu = result.machine.cpu
    cores = result.machine.cores
    kernels = result.machine.kernels
    dataset = result.dataset
    rounds = result.rounds
    preparationSeconds = result.preparation.median
    startUpSeconds = result.startUp
    durableRowsPerSecond = result.durableRows.median
    durableEpochsPerSecond = result.durableEpochs.median
    bufferedEpochsPerSecond = result.bufferedEpochs.median
    peakFlopsPerSecond = result.peak.median
    peakMemoryBytes = result.peakMemory
    cases = result.cases.map(CaseJSON.init)
  }
}

/// The measurements of one pair of sizes as JSON. Steps and stages are in seconds of CPU time.
struct CaseJSON: Encodable {
  struct Stage: Encodable {
    let stage: String
    let seconds: Double
    let flops: Double
  }

  struct Jobs: Encodable {
    let jobs: Int
    let batchesPerSecond: Double
    let gain: Double
  }

  struct Threads: Encodable {
    let threads: Int
    let secondsPerBatch: Double
    let gain: Double
  }

  let prototypeSize: Int
  let interestSize: Int
  let batchSize: Int
  let secondsPerBatch: Double
  let leastSecondsPerBatch: Double
  let flopsPerBatch: Double
  let flopsPerSecond: Double
  let peakFlopsPerSecond: Double
  let shareOfPeak: Double
  let secondsPerEpoch: Double
  let secondsPerCheckpoint: Double
  let stages: [Stage]
  let jobs: [Jobs]
  let threads: [Threads]

  init(_ result: CaseResult) {
    prototypeSize = result.sizes.prototypes
    interestSize = result.sizes.interests
    batchSize = result.batchSize
    secondsPerBatch = result.step.median
    leastSecondsPerBatch = result.step.least
    flopsPerBatch = result.totalFlops
    flopsPerSecond = result.speed
    peakFlopsPerSecond = result.peak.median
    shareOfPeak = result.shareOfPeak
    secondsPerEpoch = result.epoch.median
    secondsPerCheckpoint = result.checkpoint.median
    stages = StepStage.allCases.compactMap { stage in
      result.stages[stage].map {
        Stage(
          stage: stage.rawValue, seconds: $0.median, flops: result.flops[stage, default: 0])
      }
    }
    jobs = result.jobs.keys.sorted().map {
      Jobs(
        jobs: $0, batchesPerSecond: result.jobs[$0]?.median ?? 0, gain: result.gain(jobs: $0))
    }
    threads = result.threads.keys.sorted().map {
      Threads(
        threads: $0, secondsPerBatch: result.threads[$0]?.median ?? 0,
        gain: result.gain(threads: $0))
    }
  }
}
