import Foundation
import GRDB
import Literals
import Search
import Tuning

@testable import Storage

/// A grid of two learning rates and two interest sizes, seed 1.
func sampleSweep(
  name: String? = nil, learningRates: [Literal] = [.real(0.01), .real(0.001)],
  interestSizes: [Literal] = [.integer(4), .integer(8)], settings: [String: String] = [:]
) -> SweepDescription {
  let settings = ["embedding_size": "64", "epochs": "3"].merging(settings) { $1 }
  var description = SweepDescription(
    name: name, dataset: "ml-100k", dataDigest: "d1",
    settings: settings.sorted { $0.key < $1.key }
      .map { SweepDescription.Setting(name: $0.key, value: $0.value) },
    space: [
      SweepDescription.Parameter(name: "learning_rate", domain: .choice(learningRates)),
      SweepDescription.Parameter(name: "interest_size", domain: .choice(interestSizes)),
    ],
    spaceText: "learning_rate choice \(learningRates), interest_size choice \(interestSizes)",
    sampler: "grid", seed: 2020,
    validMetric: "mrr@10", biggerIsBetter: true, toolVersion: "1.0.0")
  description.metrics = ["mrr@10", "ndcg@10"]
  description.plannedTrials = learningRates.count * interestSizes.count
  return description
}

/// The cells of a grid over the choices of a description, the last parameter fastest.
func grid(_ description: SweepDescription) -> (Int) -> TrialProposal? {
  { index in
    var rest = index
    var entries: [Point.Entry] = []
    for parameter in description.space.reversed() {
      guard case .choice(let values) = parameter.domain else { return nil }
      entries.append(.init(name: parameter.name, value: values[rest % values.count]))
      rest /= values.count
    }
    return rest > 0
      ? nil : TrialProposal(parameters: Point(entries.reversed()), seed: 1)
  }
}

func report(_ epoch: Int, score: Double? = 0.5, loss: Double = 9) -> EpochReport {
  EpochReport(
    epoch: epoch, trainLoss: loss, trainSeconds: 1.5, evaluationSeconds: 0.25, validScore: score,
    validMetrics: score.map {
      [Metric(name: "mrr@10", value: $0), Metric(name: "ndcg@10", value: $0 + 0.1)]
    } ?? [])
}

func complete(bestEpoch: Int = 0, epochs: Int = 1, score: Double? = 0.5) -> TrialOutcome {
  .complete(
    TrialSummary(
      bestEpoch: bestEpoch, epochs: epochs, validScore: score,
      validMetrics: [
        Metric(name: "mrr@10", value: score ?? .nan),
        Metric(name: "ndcg@10", value: (score ?? .nan) + 0.1),
      ],
      testMetrics: [Metric(name: "mrr@10", value: 0.25), Metric(name: "ndcg@10", value: 0.75)],
      kernels: "avx2"))
}

extension SweepRecorder {
  /// Runs the next trial of a grid: one epoch per score, then the outcome.
  @discardableResult
  func runTrial(
    of description: SweepDescription, scores: [Double?] = [0.5], outcome: TrialOutcome? = nil
  ) throws -> Trial? {
    guard let trial = try nextTrial(propose: grid(description)) else { return nil }
    try record(.started(trial))
    _ = try keepEpochs(0, of: trial)
    for (epoch, score) in scores.enumerated() {
      try record(.epoch(trial, report(epoch, score: score)))
    }
    let best = scores.indices.max { (scores[$0] ?? -1, $0) < (scores[$1] ?? -1, $1) } ?? 0
    try record(
      .ended(
        trial,
        outcome ?? complete(bestEpoch: best, epochs: scores.count, score: scores[best])))
    return trial
  }
}

extension ResultsDatabase {
  /// The rows of a query, each as text with `|` between values, as sqlite3 prints them.
  func rows(_ sql: String) throws -> [String] {
    try read { db in
      try Row.fetchAll(db, sql: sql).map { row in
        row.databaseValues.map { self.text(of: $0) }.joined(separator: "|")
      }
    }
  }

  func columns(of view: String) throws -> [String] {
    try read { try Row.fetchAll($0, sql: "PRAGMA table_info(\(view))").map { $0["name"] } }
  }

  private func text(of value: DatabaseValue) -> String {
    switch value.storage {
    case .null: "NULL"
    case .int64(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): value
    case .blob: "BLOB"
    }
  }
}

extension ProcessIdentity {
  /// A process of this machine that is gone: it had this process's pid, but started earlier.
  static var gone: ProcessIdentity {
    ProcessIdentity(
      host: current.host, bootID: current.bootID, pidNamespace: current.pidNamespace,
      pid: current.pid, start: "1")
  }

  /// A process on another machine.
  static var elsewhere: ProcessIdentity {
    ProcessIdentity(host: "elsewhere", bootID: "b", pidNamespace: nil, pid: 1, start: "1")
  }
}

/// A folder that is removed with the object.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "storage-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String { url.appending(path: name).path }
}
