import Literals
import Recommender
import Search
import Storage
import Trials

extension SweepFindings {
  /// Reads what a sweep has found out from its rows alone, whatever search has made them.
  package init(of sweep: SweepRecord, in database: ResultsDatabase) throws {
    let space = try SearchSpace.parse(sweep.space, file: sweep.name)
    let points = space.removing(ConfigurationKey.seed)
    let records = try database.trials(of: sweep.name)
      .filter { $0.state != .failed && $0.result?.validScore != nil }
      .map { $0.ordered(by: points) }
      .filter { points.contains($0.trial.point) }
    let complete = records.filter { $0.state == .complete }
    let stoppingStep = sweep.largest("stopping_step", in: space) ?? 10
    let patience = stoppingStep.multiplied(by: sweep.largest("eval_step", in: space) ?? 1)
    let mostEpochs = sweep.largest("epochs", in: space) ?? Int.max
    // Where a run stood once tells nothing that its end does not.
    let curves =
      complete.count < records.count ? try database.validScores(of: sweep.name) : [:]
    let runs = records.sorted { $0.trial.number < $1.trial.number }.compactMap {
      ObservedRun($0, curve: curves[$0.trial.number] ?? [], sweep.direction)
    }
    let recommendation = Recommendation(
      runs, space: points, direction: sweep.direction, patience: max(patience, 1),
      mostEpochs: mostEpochs)
    let recommended = recommendation?.best.point
    self.init(
      recommendation: recommendation, run: complete.first { $0.trial.point == recommended },
      earlyEnds: Self.earlyEnds(
        of: complete, stoppingStep: stoppingStep, patience: patience, mostEpochs: mostEpochs),
      confirmations: Self.confirmations(
        try database.confirmations(of: sweep.name).map { $0.ordered(by: points) },
        first: recommended))
  }

  private static func earlyEnds(
    of complete: [TrialRecord], stoppingStep: Int, patience: Int, mostEpochs: Int
  ) -> EarlyEnds? {
    let epochs = patience.multiplied(by: 2)
    guard !complete.isEmpty, epochs > 0, epochs < mostEpochs else { return nil }
    return EarlyEnds(
      stoppingStep: stoppingStep, epochs: epochs, runs: complete.count,
      early: complete.count { $0.result.map { $0.epochs <= epochs } ?? false })
  }

  private static func confirmations(
    _ records: [TrialRecord], first recommended: Point?
  ) -> [Confirmation] {
    let records = records.sorted { $0.trial.number < $1.trial.number }
    var points: [Point] = []
    for record in records where !points.contains(record.trial.point) {
      points.append(record.trial.point)
    }
    let order = points.filter { $0 == recommended } + points.filter { $0 != recommended }
    return order.compactMap { point in
      let scores = records.filter { $0.trial.point == point }.compactMap { record in
        record.result?.validScore.map { (seed: record.trial.seed, score: $0) }
      }
      return scores.isEmpty ? nil : Confirmation(point: point, scores: scores)
    }
  }
}

extension ObservedRun {
  /// Makes the run of a row; nil if it has no score.
  fileprivate init?(_ record: TrialRecord, curve: [Double?], _ direction: Direction) {
    guard let result = record.result, let score = result.validScore, !score.isNaN else {
      return nil
    }
    self.init(
      point: record.trial.point, number: record.trial.number, scores: curve,
      epochs: result.epochs, score: score, direction: direction,
      isComplete: record.state == .complete)
  }
}

extension TrialRecord {
  /// Returns the row with the values in the order of a space: it may have been written when the space had
  /// another one.
  fileprivate func ordered(by space: SearchSpace) -> TrialRecord {
    let entries = trial.point.entries
    let point = Point(
      space.parameters.compactMap { parameter in
        entries.first { $0.name == parameter.name }
      })
    guard point.entries.count == entries.count else { return self }
    return TrialRecord(
      trial: Trial(number: trial.number, point: point, seed: trial.seed), state: state,
      failure: failure, seconds: seconds, result: result)
  }
}

extension SweepRecord {
  /// The value of a key of whole numbers; the largest one if it is searched, and nil if it has none.
  fileprivate func largest(_ key: String, in space: SearchSpace) -> Int? {
    if let domain = space[key] { return SweepPlan.integers(of: domain).max() }
    return settings.first { $0.name == key }.flatMap { Int($0.value) }
  }
}
