import Recommender
import Reports
import Storage
import Trials
import Tuning

/// The state of a sweep for the display. Events change it, and `ProgressView` shows it.
///
/// It has no clock and no terminal. Times are durations since the start of the command.
struct SweepProgress {
  /// A trial that is being trained.
  struct Running {
    let decision: Decision
    /// The time at which the trial was started.
    let since: Duration
    /// The last epoch; nil before the first one has ended.
    var last: EpochReport?
    /// The best valid score since the trial was started; nil before the first one.
    var bestScore: Double?

    var trial: Trial { decision.trial }
  }

  /// The best trial so far, by validation.
  struct Best {
    let trial: Trial
    let score: Double
    let epoch: Int

    init(trial: Trial, score: Double, epoch: Int) {
      self.trial = trial
      self.score = score
      self.epoch = epoch
    }

    /// Makes the best trial of a row; nil if the row has no score.
    init?(_ record: TrialRecord) {
      guard let result = record.result, let score = result.validScore else { return nil }
      self.init(trial: record.trial, score: score, epoch: result.bestEpoch)
    }
  }

  let metric: String
  let direction: Direction
  let parameterNames: [String]
  /// True if the training seed is searched and is the last of the names.
  let searchesSeed: Bool
  /// The number of trials that the sweep has when it is done, as far as it was known at the start; nil if a
  /// budget of epochs decides it.
  private let planned: Int?
  /// The budget of epochs, as it was at the start; nil if there is none.
  let budget: EpochBudget?
  /// The work of the outcomes since.
  private var endedWork = 0
  /// The number of trials that had ended before this command began.
  let endedBefore: Int
  /// The number of trials that have ended since.
  private(set) var ended = 0
  /// The number of failed trials, those of earlier commands included.
  private(set) var failed: Int
  private(set) var best: Best?
  /// The running trials, ordered by number.
  private(set) var running: [Running] = []

  init(
    metric: String, direction: Direction, parameterNames: [String], searchesSeed: Bool = false,
    total: Int?, budget: EpochBudget? = nil, endedBefore: Int = 0, failedBefore: Int = 0,
    best: Best? = nil
  ) {
    self.metric = metric
    self.direction = direction
    self.searchesSeed = searchesSeed
    self.parameterNames = parameterNames
    planned = total
    self.budget = budget
    self.endedBefore = endedBefore
    self.failed = failedBefore
    self.best = best
  }

  /// The number of trials of the sweep, at least those that have ended; nil if it is not known.
  private var total: Int? { planned.map { max($0, endedBefore + ended) } }

  /// How far the sweep is: `31/240 epochs` of a budget, else `4/12 trials`.
  var place: (done: Double, total: Double?, unit: String) {
    if let budget { return (spentEpochs, Double(budget.epochs), "epochs") }
    return (Double(endedBefore + ended), total.map(Double.init), "trials")
  }

  /// How many epochs or trials the sweep has done since the command began.
  var doneSinceStart: Double {
    if let budget { return spentEpochs - budget.spent }
    return Double(ended)
  }

  /// The place as `31/240`.
  var fraction: String {
    let place = place
    let done = Int(place.done)
    return "\(done)" + (place.total.map { "/\(max(Int($0), budget == nil ? done : 0))" } ?? "")
  }

  /// The epochs of mean work that are spent, those of running trials included.
  private var spentEpochs: Double {
    guard let budget else { return 0 }
    let pending = running.reduce(0) { sum, entry in
      let epochs = entry.last.map { $0.epoch + 1 } ?? 0
      return sum.added(
        to: entry.decision.purpose == .confirm ? 0 : entry.decision.cost(epochs: epochs))
    }
    return budget.spent + budget.epochs(ofWork: endedWork.added(to: pending))
  }

  /// Takes in an event, and returns the line about it that stays on the screen; nil if there is none.
  ///
  /// - Parameter seconds: How long the trial that has ended was trained in all its attempts; nil counts
  ///   from its start in this command.
  mutating func apply(
    _ event: TuningEvent, at time: Duration, seconds: Double? = nil
  ) -> String? {
    switch event {
    case .started(let decision):
      let trial = decision.trial
      let place = running.firstIndex { $0.trial.number > trial.number } ?? running.endIndex
      running.insert(Running(decision: decision, since: time), at: place)
      return nil
    case .epoch(let decision, let report):
      update(decision.trial, with: report)
      return nil
    case .ended(let decision, let end):
      let trial = decision.trial
      let index = running.firstIndex { $0.trial.number == trial.number }
      let entry = index.map { running.remove(at: $0) }
      addWork(of: decision, end, after: entry)
      return line(
        for: end, of: decision,
        seconds: seconds.map(Duration.seconds) ?? entry.map { time - $0.since })
    case .waiting(let elsewhere):
      return line(for: elsewhere)
    }
  }

  private mutating func update(_ trial: Trial, with report: EpochReport) {
    guard let index = running.firstIndex(where: { $0.trial.number == trial.number }) else { return }
    running[index].last = report
    guard let score = report.validScore else { return }
    // As in training, the later one of two equal scores is the best.
    if running[index].bestScore.map({ !direction.isBetter($0, than: score) }) ?? true {
      running[index].bestScore = score
    }
  }

  /// Counts what a decision has cost. What was interrupted is trained again, and counts when it has ended.
  private mutating func addWork(of decision: Decision, _ end: AttemptEnd, after entry: Running?) {
    let epochs = entry?.last.map { $0.epoch + 1 } ?? 0
    guard decision.purpose != .confirm,
      let outcome = end.outcome(of: decision, epochsTrained: epochs)
    else { return }
    endedWork = endedWork.added(to: outcome.cost)
  }

  private mutating func note(_ result: TrialResult, of trial: Trial) {
    guard let score = result.validScore else { return }
    if let best,
      !direction.ranks((score, trial.number), before: (best.score, best.trial.number))
    {
      return
    }
    best = Best(trial: trial, score: score, epoch: result.bestEpoch)
  }

  private mutating func line(
    for end: AttemptEnd, of decision: Decision, seconds: Duration?
  ) -> String? {
    let trial = decision.trial
    // It is no part of the search, and is used for no choice.
    let confirms = decision.purpose == .confirm
    let words: String
    switch end {
    case .complete(let result):
      if !confirms {
        ended += 1
        note(result, of: trial)
      }
      words =
        "complete, \(metric) \(Format.score(result.validScore)) at epoch \(result.bestEpoch)"
        + " of \(result.epochs)"
    case .failed(let reason, let message):
      if !confirms {
        ended += 1
        failed += 1
      }
      words = "failed, \(reason.rawValue): \(message)"
    case .paused(let result): words = "paused after \(Format.count(result.epochs, "epoch"))"
    case .declined(let reason): words = "not started: \(reason)"
    case .interrupted: return nil
    }
    let time = seconds.map { " in \(Format.clock($0))" } ?? ""
    let place =
      confirms ? "confirm" : fraction + (budget == nil ? "" : " \(self.place.unit)")
    return "[\(place)] trial \(trial.number) \(words)\(time)"
      + " (\(Format.shortValues(trial.searchedValues(includingSeed: searchesSeed))))"
  }

  /// Returns a line about an epoch that has been taken in.
  func line(for report: EpochReport, of trial: Trial) -> String {
    let best = running.first { $0.trial.number == trial.number }?.bestScore
    return "trial \(trial.number) epoch \(report.epoch): loss \(Format.loss(report.trainLoss)), "
      + "\(metric) \(Format.score(report.validScore)), best \(Format.score(best))"
  }

  /// Returns a line that tells what runs and how far it is.
  ///
  /// - Parameter moment: returns how far a running trial is within its epoch.
  func sign(
    after elapsed: Duration, moment: (Int) -> TrainingProgress.Moment?
  ) -> String {
    let shown = running.prefix(Self.mostShown).map { entry in
      let number = entry.trial.number
      if let moment = moment(number) {
        return "trial \(number) in epoch \(moment.epoch), \(moment.words)"
      }
      return "trial \(number)" + (entry.last.map { " after epoch \($0.epoch)" } ?? "")
    }
    let hidden = running.count - shown.count
    let trials = shown.joined(separator: "; ") + (hidden > 0 ? "; and \(hidden) more" : "")
    return "\(Format.clock(elapsed)) elapsed, \(fraction) \(place.unit); "
      + (running.isEmpty ? "none is running" : "running: \(trials)")
  }

  /// The most running trials that a line names.
  private static let mostShown = 4

  private func line(for elsewhere: [DecisionElsewhere]) -> String {
    "waiting for \(Format.count(elsewhere.count, "trial")) of other processes; Ctrl-C ends only this "
      + "one"
  }
}
