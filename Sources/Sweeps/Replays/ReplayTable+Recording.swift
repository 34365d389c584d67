import Literals
import Recommender
import Search
import Storage
import Trials
import Tuning

/// A recorded sweep that nothing can be replayed on.
package enum ReplayTableError: Error, Hashable, CustomStringConvertible {
  /// No trial of the sweep is complete.
  case empty(sweep: String)
  /// Points of the grid without a complete trial.
  case incomplete(sweep: String, missing: Int, cells: Int)

  package var description: String {
    switch self {
    case .empty(let sweep): "'\(sweep)' has no complete trial"
    case .incomplete(let sweep, let missing, let cells):
      "'\(sweep)' has no complete trial of \(missing) of its \(counted(cells, "cell")): "
        + "a search may ask for any of them; finish the sweep first"
    }
  }
}

extension ReplayTable {
  /// Reads the curves of a sweep whose grid has been trained.
  ///
  /// With several seeds, each repeat searches with one half of them, drawn anew, and is judged by the mean
  /// of the others.
  package init(of database: ResultsDatabase, sweep name: String?) throws {
    let sweep = try database.sweep(named: name)
    let space = try SearchSpace.parse(sweep.space, file: sweep.name)
      .removing(ConfigurationKey.seed)
    let direction = sweep.direction
    let records = try database.trials(of: sweep.name, in: [.complete])
    guard !records.isEmpty else { throw ReplayTableError.empty(sweep: sweep.name) }
    let scores = try database.validScores(of: sweep.name)
    let works = try database.workPerEpoch(of: sweep.name)
    var groups: [Point: [TrialRecord]] = [:]
    for record in records where space.contains(record.trial.point) {
      groups[record.trial.point, default: []].append(record)
    }
    let points = space.sample(atMost: .max, seed: 0)
    let missing = points.count { groups[$0] == nil }
    guard missing == 0 else {
      throw ReplayTableError.incomplete(
        sweep: sweep.name, missing: missing, cells: points.count)
    }
    let trials = points.map { (groups[$0] ?? []).sorted { $0.trial.seed < $1.trial.seed } }
    let curves = trials.map { runs in
      runs.map {
        RecordedCurve(
          scores: scores[$0.trial.number] ?? [], direction: direction)
      }
    }
    let work = trials.map { works[$0.first?.trial.number ?? 0] ?? 1 }
    let finals = trials.map { $0.map { $0.result?.validScore ?? 0 } }
    let tests = trials.map { runs in
      runs.map { run in
        run.result?.testMetrics.first { $0.name == sweep.validMetric }?.value
      }
    }
    let epochs = curves.map { Double($0.reduce(0) { $0 + $1.epochs }) / Double($0.count) }
    let settings = Dictionary(
      sweep.settings.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    let step = settings["eval_step"].flatMap(Int.init) ?? 1
    self.init(
      name: sweep.name, worldSeed: nil, space: space, points: points, direction: direction,
      patience: (settings["stopping_step"].flatMap(Int.init) ?? 10).multiplied(by: step),
      mostEpochs: settings["epochs"].flatMap(Int.init) ?? 300, workPerEpoch: work,
      gridWork: zip(epochs, work).reduce(0) { $0 + $1.0 * Double($1.1) }, curves: curves,
      truths: Self.halves(finals: finals, tests: tests, curves: curves))
  }

  /// What is known of recorded trials, half of whose seeds judge a repeat.
  private static func halves(
    finals: [[Double]], tests: [[Double?]], curves: [[RecordedCurve]]
  ) -> Truths {
    @Sendable func order(_ number: Int) -> [[Int]] {
      finals.enumerated().map { cell, runs in
        runs.indices.sorted {
          UniformDraw.value(UInt64(number), UInt64(cell << 20 | $0))
            < UniformDraw.value(UInt64(number), UInt64(cell << 20 | $1))
        }
      }
    }
    return Truths(
      order: { number in order(number).map { Array($0.prefix(max($0.count / 2, 1))) } },
      means: { number in
        zip(finals, order(number)).map { scores, order in
          // A point with one seed is judged by the score that the search sees.
          let held = order.count > 1 ? order.dropFirst(order.count / 2) : order[...]
          return held.reduce(0) { $0 + scores[$1] } / Double(held.count)
        }
      },
      quality: { cell, run, epoch in
        curves[cell][run].bestEpoch(after: curves[cell][run].epochs) == epoch
          ? tests[cell][run] : nil
      })
  }
}
