import Foundation
import GRDB
import Literals
import Search
import Synchronization
import TestSupport
import Trials
import Tuning

@testable import Storage

/// A grid of two learning rates and two interest sizes.
func sampleSweep(
  name: String? = nil, learningRates: [Literal] = [.real(0.01), .real(0.001)],
  interestSizes: [Literal] = [.integer(4), .integer(8)], settings: [String: String] = [:]
) -> SweepDescription {
  let settings = ["embedding_size": "64", "epochs": "3"].merging(settings) { $1 }
  var description = SweepDescription(
    name: name, dataset: "ml-100k", dataDigest: "d1",
    settings: settings.sorted { $0.key < $1.key }
      .map { SweepDescription.Setting(name: $0.key, value: $0.value) },
    space: SearchSpace([
      SearchSpace.Parameter(name: "learning_rate", domain: .choice(learningRates)),
      SearchSpace.Parameter(name: "interest_size", domain: .choice(interestSizes)),
    ]), samplerSeed: 2020, validMetric: "mrr@10", direction: .maximize, toolVersion: "1.0.0")
  description.metrics = ["mrr@10", "ndcg@10"]
  description.plannedTrials = learningRates.count * interestSizes.count
  return description
}

/// Proposes the cells of a grid in the order of their numbers, the last parameter fastest.
struct OrderedGrid: Sampler {
  let space: SearchSpace

  var readsOutcomes: Bool { false }

  func point(_ number: Int, after history: History) -> Point? {
    let grid = GridSampler(space: space, seed: 0)
    return (0..<grid.cellCount).lazy.map(grid.point(ofCell:)).first { !history.hasTried($0) }
  }
}

func report(_ epoch: Int, score: Double? = 0.5, loss: Double = 9) -> EpochReport {
  EpochReport(
    epoch: epoch, trainLoss: loss, trainSeconds: 1.5, evaluationSeconds: 0.25, validScore: score,
    unroundedScore: score.map { $0 + 0.00001 },
    validMetrics: score.map {
      [Metric(name: "mrr@10", value: $0), Metric(name: "ndcg@10", value: $0 + 0.1)]
    } ?? [])
}

func result(
  bestEpoch: Int = 0, epochs: Int = 1, score: Double? = 0.5, isTested: Bool = true
) -> TrialResult {
  TrialResult(
    bestEpoch: bestEpoch, epochs: epochs, validScore: score,
    unroundedScore: score.map { $0 + 0.00001 },
    validMetrics: [
      Metric(name: "mrr@10", value: score ?? .nan),
      Metric(name: "ndcg@10", value: (score ?? .nan) + 0.1),
    ],
    testMetrics: isTested
      ? [Metric(name: "mrr@10", value: 0.25), Metric(name: "ndcg@10", value: 0.75)] : [],
    kernels: "avx2")
}

func complete(bestEpoch: Int = 0, epochs: Int = 1, score: Double? = 0.5) -> AttemptEnd {
  .complete(result(bestEpoch: bestEpoch, epochs: epochs, score: score))
}

func paused(bestEpoch: Int = 0, epochs: Int = 1, score: Double? = 0.5) -> AttemptEnd {
  .paused(result(bestEpoch: bestEpoch, epochs: epochs, score: score, isTested: false))
}

extension StoredSweep {
  /// Decides on every cell of the grid, with each seed, and trains it to its end.
  func tuner(_ sampler: (any Sampler)? = nil) -> Tuner {
    let fixed = description.settings.first { $0.name == "seed" }.flatMap { Int($0.value) }
    var seeds = [fixed ?? 1]
    if case .choice(let values) = description.seedDomain {
      seeds = values.compactMap { $0.number.map { Int($0) } }
    }
    return Tuner(
      strategy: SampledStrategy(
        sampler: sampler ?? OrderedGrid(space: description.space), space: description.space,
        seeds: seeds),
      direction: description.direction, lag: lag, budget: description.budget, epochs: 3)
  }

  /// Takes up an abandoned decision or makes the next one; nil if there is neither for now.
  func nextClaim(_ sampler: (any Sampler)? = nil) throws -> Claim? {
    var next = NextClaim(tuner: tuner(sampler), store: self)
    if case .carryOut(let claim) = try next.claim() { return claim }
    return nil
  }

  /// Decides on a trial of this point that pauses after some epochs, and claims it.
  func claim(_ point: Point, until: Int? = nil, seed: Int = 1) throws -> Claim? {
    let history = try history()
    let known = history.trial(of: point, seed: seed)
    let decision = Decision(
      number: history.decisions.count,
      trial: Trial(number: known ?? history.trialCount, point: point, seed: seed),
      from: known.map(history.epochs(ofTrial:)) ?? 0, until: until, revision: revision)
    return try begin(decision, except: []).claim
  }

  /// Carries out a decision from its first epoch on: one epoch a score, then its end.
  func carryOut(_ claim: Claim, scores: [Double?] = [0.5], end: AttemptEnd? = nil) throws {
    _ = try keepEpochs(0, of: claim)
    for (epoch, score) in scores.enumerated() {
      try record(report(epoch, score: score), of: claim)
    }
    let best = scores.indices.max { (scores[$0] ?? -1, $0) < (scores[$1] ?? -1, $1) } ?? 0
    try self.end(
      claim, with: end ?? complete(bestEpoch: best, epochs: scores.count, score: scores[best]))
  }

  /// Carries out the next decision of the grid and returns its trial; nil if none is left.
  @discardableResult
  func runTrial(scores: [Double?] = [0.5], end: AttemptEnd? = nil) throws -> Trial? {
    guard let claim = try nextClaim() else { return nil }
    try carryOut(claim, scores: scores, end: end)
    return claim.trial
  }

  /// Carries out all that is left of the grid and returns how many decisions that took.
  ///
  /// - Parameter score: Returns the score of a trial.
  @discardableResult
  func runAll(score: (Int) -> Double = { _ in 0.5 }) throws -> Int {
    var count = 0
    while let claim = try nextClaim() {
      try carryOut(claim, scores: [score(claim.trial.number)])
      count += 1
    }
    return count
  }
}

extension NextClaim {
  /// Takes steps until one of them comes to something.
  mutating func claim() throws -> Result {
    while true {
      if let result = try step(declined: []) { return result }
    }
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

  /// A process that this one has started.
  static func ofChild(_ pid: Int) -> ProcessIdentity {
    ProcessIdentity(
      host: current.host, bootID: current.bootID, pidNamespace: current.pidNamespace, pid: pid,
      start: startTime(of: pid))
  }

  /// A process on another machine.
  static var elsewhere: ProcessIdentity {
    ProcessIdentity(host: "elsewhere", bootID: "b", pidNamespace: nil, pid: 1, start: "1")
  }
}

/// A process of this machine that does nothing and can be killed.
final class OtherProcess {
  private let process = Process()
  let identity: ProcessIdentity

  init() throws {
    process.executableURL = URL(filePath: "/bin/sleep")
    process.arguments = ["600"]
    try process.run()
    identity = .ofChild(Int(process.processIdentifier))
  }

  deinit { kill() }

  func kill() {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}

extension TemporaryFolder {
  func path(_ name: String) -> String { file(name).path }
}

/// Runs a body on several threads at once, each as a process with connections of its own.
///
/// Threads and not Dispatch, whose pool has none left for others while its work waits.
func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
  let failure = Mutex<(any Error)?>(nil)
  let group = DispatchGroup()
  for index in 0..<count {
    group.enter()
    let thread = Thread {
      do { try body(index) } catch { failure.withLock { $0 = error } }
      group.leave()
    }
    thread.start()
  }
  group.wait()
  if let error = failure.withLock({ $0 }) { throw error }
}
