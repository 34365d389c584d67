import Dispatch
import Recommender
import Sweeps

/// Measures training steps: alone, by stage, by several jobs at once, and by several threads.
///
/// One workspace a job is used for all sizes, as in a sweep, so that the peak memory of the process
/// is that of a sweep.
final class StepMeasurement {
  private let dataset: Dataset
  private let batches: Int
  private let jobs: [Int]
  private let threads: [Int]
  private let kernels: KernelSet
  private let workspaces: WorkspacePool
  /// Where checkpoints are written.
  private let folder: ScratchFolder

  init(
    dataset: Dataset, batches: Int, jobs: [Int], threads: [Int], kernels: KernelSet,
    folder: ScratchFolder
  ) {
    self.folder = folder
    self.dataset = dataset
    self.batches = batches
    self.jobs = jobs
    self.threads = threads
    self.kernels = kernels
    workspaces = WorkspacePool(jobs: jobs.max() ?? 1)
  }

  func takeFirstStep(_ configuration: Configuration) {
    bench(configuration).step(batch: 0)
  }

  /// Adds the measurements of one round.
  func measure(_ configuration: Configuration, into result: inout CaseResult) throws {
    try measureAlone(configuration, &result)
    for count in jobs where count > 1 {
      result.jobs[count, default: Samples()].append(throughput(configuration, jobs: count))
    }
    for count in threads where count > 1 { measureThreads(configuration, count, &result) }
  }

  private func bench(
    _ configuration: Configuration, worker: Int = 0, threads: Int = 1
  ) -> StepBenchmark {
    StepBenchmark(
      configuration, dataset: dataset, batches: batches, workspace: workspaces[worker],
      kernels: kernels, threads: threads)
  }

  /// One job with one thread: the step as a whole, its stages, the peak next to them, and a
  /// checkpoint.
  private func measureAlone(_ configuration: Configuration, _ result: inout CaseResult) throws {
    let bench = bench(configuration)
    bench.step(batch: 0)
    result.peak.append(kernels.measuredPeak(for: 0.02))
    let start = ContinuousClock.now
    for index in 0..<bench.batchCount {
      result.threads[1, default: Samples()].append(
        seconds { result.step.append(ThreadTime.measure { bench.step(batch: index) }) })
    }
    let time = (.now - start) / .seconds(1)
    result.jobs[1, default: Samples()].append(Double(bench.batchCount) / time)
    result.peak.append(kernels.measuredPeak(for: 0.02))
    for index in 0..<bench.batchCount {
      for (stage, time) in bench.stagedStep(batch: index).seconds {
        result.stages[stage, default: Samples()].append(time)
      }
    }
    result.batchSize = bench.batchSize
    result.flops = bench.meanWork
    result.epoch.append(time / Double(bench.batchCount) * bench.batchesOfEpoch)
    let file = CheckpointFile(path: folder.url.appending(path: "trial.checkpoint").path)
    result.checkpoint.append(try seconds { try bench.writeCheckpoint(to: file) })
  }

  private func measureThreads(
    _ configuration: Configuration, _ count: Int, _ result: inout CaseResult
  ) {
    let bench = bench(configuration, threads: count)
    bench.step(batch: 0)
    for index in 0..<bench.batchCount {
      result.threads[count, default: Samples()].append(seconds { bench.step(batch: index) })
    }
  }

  /// Batches a second of several jobs together.
  private func throughput(_ configuration: Configuration, jobs: Int) -> Double {
    let benches = BenchPool((0..<jobs).map { bench(configuration, worker: $0) })
    DispatchQueue.concurrentPerform(iterations: jobs) { benches[$0].step(batch: 0) }
    let time = seconds {
      DispatchQueue.concurrentPerform(iterations: jobs) { job in
        let bench = benches[job]
        for index in 0..<bench.batchCount { bench.step(batch: index) }
      }
    }
    return Double(jobs * benches[0].batchCount) / time
  }
}

/// A benchmark for each job.
///
/// Unchecked because `StepBenchmark` is not Sendable. The invariant: job i alone touches the i-th,
/// and two runs of the jobs never overlap.
private final class BenchPool: @unchecked Sendable {
  private let benches: [StepBenchmark]

  init(_ benches: [StepBenchmark]) {
    self.benches = benches
  }

  subscript(job: Int) -> StepBenchmark { benches[job] }
}

extension StepBenchmark {
  /// Matrix work of a batch by stage, mean over the batches.
  fileprivate var meanWork: [StepStage: Double] {
    var sums: [StepStage: Double] = [:]
    for index in 0..<batchCount {
      let work = work(batch: index)
      for stage in StepStage.allCases {
        sums[stage, default: 0] += work[stage] / Double(batchCount)
      }
    }
    return sums
  }
}

/// Seconds that some work takes.
func seconds(_ work: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure { try work() } / .seconds(1)
}
