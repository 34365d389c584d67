import Literals
import Recommender
import Search
import Tuning

/// Trains one trial: its configuration, its data, a trainer, and the events that come of it.
struct TrialObjective: Sendable {
  let template: ConfigurationTemplate
  let datasets: DatasetShelf
  let workspaces: WorkspacePool
  let kernels: KernelSet
  let cores: CoreShare

  func run(_ trial: Trial, in context: TrialContext) throws -> TrialOutcome {
    let configuration: Configuration
    let dataset: Dataset
    do throws(InvalidInput) {
      configuration = try template.configuration(with: trial.parameters)
      dataset = try datasets.dataset(for: configuration.data)
    } catch {
      return .failed(.invalidConfig, message: error.description)
    }
    cores.join()
    defer { cores.leave() }
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, workspace: workspaces[context.worker],
      kernels: kernels, team: cores.team)
    var stoppedAfter: Int?
    do {
      let result = try trainer.run(isCancelled: { context.isCancelled }) { epoch in
        guard try context.report(EpochReport(epoch)) == .stop else { return true }
        stoppedAfter = epoch.epoch + 1
        return false
      }
      if let stoppedAfter {
        return context.isCancelled ? .interrupted : .pruned(epochs: stoppedAfter)
      }
      return .complete(TrialSummary(result, kernels: kernels))
    } catch TrainingError.cancelled {
      return .interrupted
    } catch let error as TrainingError {
      return .failed(.diverged, message: error.description)
    }
  }
}

extension EpochReport {
  init(_ result: EpochResult) {
    self.init(
      epoch: result.epoch, trainLoss: result.trainLoss, trainSeconds: result.trainSeconds,
      evaluationSeconds: result.evaluationSeconds, validScore: result.validScore,
      validMetrics: result.validMetrics.map(Metric.init))
  }
}

extension TrialSummary {
  init(_ result: TrainingResult, kernels: KernelSet) {
    self.init(
      bestEpoch: result.bestEpoch, epochs: result.epochs, validScore: result.validScore,
      validMetrics: result.validMetrics.map(Metric.init),
      testMetrics: result.testMetrics.map(Metric.init), kernels: kernels.name)
  }
}

extension Metric {
  init(_ value: MetricValue) {
    self.init(name: value.name, value: value.value)
  }
}
