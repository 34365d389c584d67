import Foundation
import Literals
import Recommender

/// Carries out the measurements of a plan. Each round measures everything once, so that figures that are
/// compared come from the same conditions.
struct BenchRun {
  let plan: BenchPlan
  let kernels: KernelSet
  /// True if the process has only done what a sweep does at its start. After a download, the start-up
  /// time would say nothing.
  let startsAtOnce: Bool
  let signals: SignalWatch
  /// Takes a line about the next measurement.
  let progress: (String) -> Void

  func result() throws -> BenchResult {
    let data = plan.cases[0].configuration.data
    let start = ContinuousClock.now
    let dataset = try Dataset.load(data)
    let time = (.now - start) / .seconds(1)
    for warning in dataset.warnings { progress(warning.description) }
    var result = BenchResult(
      machine: .current(kernels: kernels), dataset: data.dataset, statistics: dataset.statistics,
      rounds: plan.rounds, jobs: plan.jobs.max() ?? 1)
    result.preparation.append(time)

    let folder = try ScratchFolder(signals)
    let steps = StepMeasurement(
      dataset: dataset, batches: plan.batches, jobs: plan.jobs, threads: plan.threads,
      kernels: kernels, folder: folder)
    try measureStart(steps, folder, &result)
    result.cases = plan.cases.map { CaseResult(sizes: $0.sizes) }
    for round in 1...plan.rounds {
      for (index, item) in plan.cases.enumerated() {
        progress("round \(round) of \(plan.rounds): \(item.sizes)")
        try steps.measure(item.configuration, into: &result.cases[index])
      }
      result.preparation.append(try seconds { _ = try Dataset.load(data) })
    }
    for item in result.cases { for value in item.peak.values { result.peak.append(value) } }
    result.peakMemory = ThisProcess.peakMemory
    return result
  }

  /// Measures the start of a sweep up to the end of its first batch, and then the results file.
  private func measureStart(
    _ steps: StepMeasurement, _ folder: ScratchFolder, _ result: inout BenchResult
  ) throws {
    let configuration = plan.cases[0].configuration
    var store = try StoreBenchmark(
      in: folder, evaluation: configuration.evaluation, durability: .full)
    steps.takeFirstStep(configuration)
    result.startUp = startsAtOnce ? ThisProcess.age : nil
    var buffered = try StoreBenchmark(
      in: folder, evaluation: configuration.evaluation, durability: .normal)
    progress("the results file")
    for _ in 0..<plan.rounds {
      let epochs = try store.epochsPerSecond(for: .milliseconds(200))
      result.durableEpochs.append(epochs)
      result.durableRows.append(epochs * Double(store.rowsPerEpoch))
      result.bufferedEpochs.append(try buffered.epochsPerSecond(for: .milliseconds(200)))
    }
  }
}
