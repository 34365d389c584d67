import GRDB
import Literals
import Search
import Trials

extension ResultsDatabase {
  /// Finds the sweep that `openSweep` would go on with, and writes nothing; nil if it would begin one.
  ///
  /// Throws as `openSweep` does if the sweep was made with other data or settings.
  package func preview(
    _ description: SweepDescription, options: OpeningOptions = OpeningOptions()
  ) throws -> StoredSweep? {
    let found = try read { db -> OpenedSweep? in
      if options.isFresh {
        try refuseKnownName(description, in: db)
        return nil
      }
      guard let id = try find(description, in: db) else { return nil }
      let method = try method(of: description, sweep: id, in: db)
      try description.demandFit(of: method)
      let lag =
        try description.lag ?? SweepRevision.lag(ofSweep: id, in: db) ?? description.usualLag
      let revision = try SweepRevision(
        space: description.spaceText, method: method, lag: lag, budget: description.budget,
        epochs: description.epochs,
        toolVersion: description.toolVersion
      ).number(ofSweep: id, in: db).number
      return OpenedSweep(
        id: id, isNew: false,
        name: try db.value(
          "sweep.name", sql: "SELECT name FROM sweep WHERE id = ?", arguments: [id]) ?? "",
        method: method, lag: lag, revision: revision,
        spaceChanges: try description.spaceChanges(ofSweep: id, in: db), methodChanges: [],
        columns: [],
        columnsLeftOut: 0, nearest: nil)
    }
    return found.map { StoredSweep($0, description: description, database: self) }
  }
}

extension StoredSweep {
  /// What is known of a sweep before it is opened for writing.
  package struct Standing: Sendable {
    /// The history as it will be once the sweep has been opened.
    package let history: History
    /// The decisions of the space without an outcome that nobody carries out now, by number. A run
    /// carries them out first.
    package let waiting: [Decision]
    /// Finished trials of the space.
    package let done: Int
    /// Failed trials among them.
    package let failed: Int
    /// The trials of the space that other processes carry out now.
    package let running: Int
    /// Finished trials that lie outside the space.
    package let outside: Int
  }

  /// Returns how far the sweep is, as a run would find it.
  ///
  /// - Parameter retriesFailed: Adds a decision for every failed trial of the space, as a run does that tries
  ///   them once more.
  package func standing(retriesFailed: Bool) throws -> Standing {
    var history = try history()
    let (left, open) = try database.read { db in
      (
        Set(try abandoned(except: [], in: db).map(\.number)),
        try Attempt.openDecisions(ofSweep: id, in: db).map(\.number)
      )
    }
    var waiting: [Decision] = []
    var running = 0
    for number in open where number < history.decisions.count {
      let decision = history.decisions[number]
      switch (left.contains(number), description.contains(decision)) {
      case (true, true): waiting.append(decision)
      case (true, false):
        history.settle(
          number,
          as: Outcome(kind: .withdrawn, epochs: decision.from, bestEpoch: nil, score: nil, cost: 0))
      case (false, let isInside): running += isInside && decision.purpose != .confirm ? 1 : 0
      }
    }
    let known = history
    var (done, failed, outside) = (0, 0, 0)
    for number in 0..<known.trialCount {
      guard let last = known.decisions(ofTrial: number).last,
        let kind = known.lastOutcome(ofTrial: number)?.kind, kind == .complete || kind == .failed
      else { continue }
      let purpose = known.decisions[last].purpose
      if purpose == .confirm, kind == .complete || !retriesFailed { continue }
      if !description.contains(known.decisions[last]) {
        outside += 1
      } else if kind == .failed, retriesFailed {
        let retry = Decision.retry(ofTrial: number, in: history, revision: revision)
        history.append(retry)
        waiting.append(retry)
      } else {
        done += 1
        failed += kind == .failed ? 1 : 0
      }
    }
    return Standing(
      history: history, waiting: waiting, done: done, failed: failed, running: running,
      outside: outside)
  }
}

extension SweepDescription {
  /// Returns how the space differs from the one that the sweep had before, in texts; none if it does not.
  func spaceChanges(ofSweep id: Int64, in db: Database) throws -> [String] {
    let text: String? = try db.value(
      "sweep.space", sql: "SELECT space FROM sweep WHERE id = ?", arguments: [id])
    // The texts of equal spaces are equal, and a long one takes time to read.
    guard let text, text != spaceText, let old = try? SearchSpace.parse(text, file: "") else {
      return []
    }
    return SearchSpace(searched).changes(from: old)
  }
}
