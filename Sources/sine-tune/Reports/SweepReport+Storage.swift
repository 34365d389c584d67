import Foundation
import Literals
import Search
import Storage
import Tuning

extension SweepReport {
  /// The report of a sweep in the database; `trials` are its complete ones, best first.
  init(_ record: SweepRecord, trials: [TrialRecord], database: String, dataPath: String? = nil) {
    self.init(
      sweep: record.name, database: database, program: SineTune.program, dataPath: dataPath,
      metric: record.validMetric, biggerIsBetter: record.biggerIsBetter,
      total: max(record.plannedTrials ?? 0, record.counts.done), complete: record.counts.complete,
      pruned: record.counts.pruned,
      failed: record.counts.failed, ranked: trials.compactMap(Ranked.init))
  }
}

extension SweepReport.Ranked {
  /// Nil for a trial that is not complete.
  init?(_ record: TrialRecord) {
    guard record.state == .complete, let bestEpoch = record.bestEpoch, let epochs = record.epochs
    else { return nil }
    self.init(
      number: record.number, parameters: Point(record), seed: record.seed,
      validScore: record.validScore, bestEpoch: bestEpoch, epochs: epochs,
      validMetrics: record.validMetrics, testMetrics: record.testMetrics)
  }
}

extension Point {
  /// The parameters of a trial in the database, which keeps them as Python literals.
  init(_ record: TrialRecord) {
    self.init(
      record.parameters.map { parameter in
        let value = try? Literal(parsing: parameter.text)
        return Entry(name: parameter.name, value: value ?? .string(parameter.text))
      })
  }
}

extension SweepProgress.Best {
  /// Nil where the trial has no score.
  init?(_ record: TrialRecord) {
    guard let score = record.validScore, let epoch = record.bestEpoch else { return nil }
    self.init(
      number: record.number, parameters: Point(record), score: score, epoch: epoch)
  }
}

extension SineTune {
  /// The program as the user can type it: relative to the current folder where it lies below it,
  /// its bare name where the shell found it.
  static var program: String {
    let typed = CommandLine.arguments.first ?? name
    let folder = FileManager.default.currentDirectoryPath + "/"
    return typed.hasPrefix(folder) ? String(typed.dropFirst(folder.count)) : typed
  }
}
