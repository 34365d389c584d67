import Recommender
import Reports

/// Shows how far one training is, on standard error: as a line that is redrawn in place on a terminal, and
/// as a line a minute elsewhere.
struct TrainingDisplay {
  /// Counts the batches of the training.
  let progress = TrainingProgress()
  private let display: LiveDisplay<TrainingProgress>

  init(style: DisplayStyle = DisplayStyle()) {
    display = LiveDisplay(
      progress, style: style,
      frame: { progress, elapsed, size in
        [Self.line(progress, elapsed).fitted(to: max(1, size.columns - 1))]
      },
      sign: { Self.line($0, $1) })
  }

  /// Writes results to standard output.
  func result(_ lines: [String]) throws {
    try display.making { try Console.result(lines) }
  }

  /// Does work, and removes the line when it has ended or thrown.
  func closing<Value>(_ work: () throws -> Value) rethrows -> Value {
    try display.closing(work)
  }

  private static func line(_ progress: TrainingProgress, _ elapsed: Duration) -> String {
    let place = progress.now.map { "epoch \($0.epoch), \($0.words)" } ?? "preparing"
    return "\(place), \(Format.clock(elapsed)) elapsed"
  }
}

extension TrainingProgress.Moment {
  /// What the training does: `43%` of the batches, or `evaluating 43%`.
  var words: String {
    (isEvaluating ? "evaluating " : "") + percent
  }

  var percent: String { "\(Int(share * 100))%" }
}
