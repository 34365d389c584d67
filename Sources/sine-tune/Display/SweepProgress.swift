import Search
import Tuning

/// What the display knows of a sweep: trial events go in, `ProgressView` makes lines of it.
///
/// It has no clock and no terminal; times are given as durations since the start of the command.
struct SweepProgress {
  /// A trial that is being trained.
  struct Running {
    let trial: Trial
    let since: Duration
    var last: EpochReport?
    var bestScore: Double?
  }

  /// The best trial so far, by validation.
  struct Best {
    let number: Int
    let parameters: Point
    let score: Double
    let epoch: Int
  }

  let metric: String
  let biggerIsBetter: Bool
  let parameterNames: [String]
  /// Trials of the whole sweep.
  let total: Int
  /// Trials that had ended before this command began.
  let endedBefore: Int
  /// Trials that ended now.
  private(set) var ended = 0
  /// Failed trials of now and before.
  private(set) var failed: Int
  private(set) var best: Best?
  /// Ordered by trial number.
  private(set) var running: [Running] = []

  init(
    metric: String, biggerIsBetter: Bool, parameterNames: [String], total: Int,
    endedBefore: Int = 0, failedBefore: Int = 0, best: Best? = nil
  ) {
    self.metric = metric
    self.biggerIsBetter = biggerIsBetter
    self.parameterNames = parameterNames
    self.total = total
    self.endedBefore = endedBefore
    self.failed = failedBefore
    self.best = best
  }

  /// Takes in an event; returns the line to keep on the screen where a trial has ended.
  mutating func apply(_ event: TrialEvent, at time: Duration) -> String? {
    switch event {
    case .started(let trial):
      let place = running.firstIndex { $0.trial.number > trial.number } ?? running.endIndex
      running.insert(Running(trial: trial, since: time), at: place)
      return nil
    case .epoch(let trial, let report):
      update(trial, with: report)
      return nil
    case .ended(let trial, let outcome):
      let index = running.firstIndex { $0.trial.number == trial.number }
      let entry = index.map { running.remove(at: $0) }
      if case .interrupted = outcome { return nil }
      ended += 1
      count(outcome, of: trial)
      return line(for: outcome, of: trial, seconds: entry.map { time - $0.since })
    }
  }

  private mutating func update(_ trial: Trial, with report: EpochReport) {
    guard let index = running.firstIndex(where: { $0.trial.number == trial.number }) else { return }
    running[index].last = report
    guard let score = report.validScore else { return }
    // As in training: of two equal scores the later one stands.
    if running[index].bestScore.map({ !isBetter($0, than: score) }) ?? true {
      running[index].bestScore = score
    }
  }

  private mutating func count(_ outcome: TrialOutcome, of trial: Trial) {
    switch outcome {
    case .complete(let summary):
      guard let score = summary.validScore else { return }
      if let best {
        // Of two equal trials the lower number stands, whichever ended first.
        let wins =
          score == best.score ? trial.number < best.number : isBetter(score, than: best.score)
        guard wins else { return }
      }
      best = Best(
        number: trial.number, parameters: trial.parameters, score: score, epoch: summary.bestEpoch)
    case .failed:
      failed += 1
    case .pruned, .interrupted:
      break
    }
  }

  private func isBetter(_ score: Double, than other: Double) -> Bool {
    biggerIsBetter ? score > other : score < other
  }

  private func line(for outcome: TrialOutcome, of trial: Trial, seconds: Duration?) -> String {
    let end =
      switch outcome {
      case .complete(let summary):
        "complete, \(metric) \(Format.score(summary.validScore)) at epoch \(summary.bestEpoch)"
          + " of \(summary.epochs)"
      case .pruned(let epochs): "pruned after \(Format.count(epochs, "epoch"))"
      case .failed(let reason, let message): "failed, \(reason.rawValue): \(message)"
      case .interrupted: "interrupted"
      }
    let time = seconds.map { " in \(Format.clock($0))" } ?? ""
    return "[\(endedBefore + ended)/\(total)] trial \(trial.number) \(end)\(time)"
      + " (\(trial.parameters))"
  }
}
