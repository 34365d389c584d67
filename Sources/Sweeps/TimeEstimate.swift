import Literals
import Recommender
import Storage
import Trials

/// A rough guess at the time that the rest of a sweep takes.
package struct TimeEstimate: Hashable, Sendable {
  /// What the guess rests on.
  package enum Basis: Hashable, Sendable {
    /// Finished trials, and the epochs that they had on average.
    case trials(count: Int, epochs: Double)
    /// Training steps that were timed now. Every trial is taken to have all its epochs.
    case steps(Int)
  }

  package let seconds: Double
  package let basis: Basis
}

extension SweepPlan {
  /// The time after which no further step is timed.
  private static let longestTiming = Duration.seconds(2)

  /// Returns how long the trials that are left take, by the work of each and by what a unit of work took in
  /// finished trials. Nil if no trial tells, or if nothing is left.
  ///
  /// - Parameters:
  ///   - finished: Complete trials of the same data on this machine, and their configurations.
  ///   - jobs: Trials at a time.
  package func estimate(
    _ outlook: SweepOutlook, after finished: [(record: TrialRecord, configuration: Configuration)],
    datasets: DatasetCache, jobs: Int
  ) throws(InvalidInput) -> TimeEstimate? {
    var (seconds, work, epochs, count) = (0.0, 0.0, 0, 0)
    for (record, configuration) in finished {
      guard let time = record.seconds, let result = record.result, result.epochs > 0, time > 0
      else { continue }
      guard let dataset = try? datasets.dataset(for: configuration.data) else { continue }
      seconds += time
      work += Double(configuration.workPerEpoch(on: dataset)) * Double(result.epochs)
      epochs += result.epochs
      count += 1
    }
    guard count > 0, work > 0, outlook.left ?? 1 > 0 else { return nil }
    let mean = Double(epochs) / Double(count)
    let rest = try self.work(of: outlook, datasets) { min(Double($0.training.epochs), mean) }
    return TimeEstimate(
      seconds: rest * seconds / work / Double(max(jobs, 1)),
      basis: .trials(count: count, epochs: mean))
  }

  /// Returns how long the trials that are left take at most, by the time of a few training steps of one of
  /// them. Nil if nothing is left, or if no listed trial fits the memory.
  package func estimateByTiming(
    _ outlook: SweepOutlook, memory: MemoryLimit?, kernels: KernelSet, datasets: DatasetCache,
    jobs: Int
  ) throws(InvalidInput) -> TimeEstimate? {
    let threads = min(request.threads ?? .max, max(CoreShare.cores / max(jobs, 1), 1))
    for upcoming in outlook.next.prefix(Self.mostTried) {
      var configuration = try self.configuration(of: upcoming.trial)
      let dataset = try datasets.dataset(for: configuration.data)
      let bytes = WorkingSet(configuration, dataset: dataset.size, threads: threads).bytes
      if let memory, bytes > memory.bytes { continue }
      let unit = Double(configuration.workPerEpoch(on: dataset))
      // A benchmark has no regulariser, which takes little of a step.
      if configuration.model.lossType == .nll { configuration.model.lossType = .ce }
      let benchmark = StepBenchmark(
        configuration, dataset: dataset, batches: 1, workspace: TrainerWorkspace(),
        kernels: kernels, threads: threads)
      benchmark.step(batch: 0)
      let clock = ContinuousClock()
      let start = clock.now
      var steps = 0
      repeat {
        benchmark.step(batch: 0)
        steps += 1
      } while steps < Self.mostSteps && clock.now - start < Self.longestTiming
      let epoch = (clock.now - start) / .seconds(1) / Double(steps) * benchmark.batchesOfEpoch
      let rest = try work(of: outlook, datasets) { Double($0.training.epochs) }
      return TimeEstimate(
        seconds: rest * epoch / unit / Double(max(jobs, 1)), basis: .steps(steps))
    }
    return nil
  }

  private static let mostSteps = 10
  /// The most trials that are tried for one that fits the memory.
  private static let mostTried = 20

  /// Returns the work of all trials that are left, of which the listed ones are a sample.
  private func work(
    of outlook: SweepOutlook, _ datasets: DatasetCache, epochs: (Configuration) -> Double
  ) throws(InvalidInput) -> Double {
    if let work = outlook.leftWork { return Double(work) }
    guard !outlook.next.isEmpty, let left = outlook.left else { return 0 }
    var sum = 0.0
    for upcoming in outlook.next {
      let configuration = try configuration(of: upcoming.trial)
      let dataset = try datasets.dataset(for: configuration.data)
      sum += Double(configuration.workPerEpoch(on: dataset)) * epochs(configuration)
    }
    return sum / Double(outlook.next.count) * Double(left)
  }

  private func configuration(of trial: Trial) throws(InvalidInput) -> Configuration {
    try template.configuration(with: trial.point, seed: seedDomain == nil ? nil : trial.seed)
  }
}
