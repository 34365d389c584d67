import Sweeps
import Tuning

/// Shows the progress of a sweep on standard error. A terminal has a frame that is redrawn in place;
/// anything else gets a line for each trial. Any thread may call the methods.
struct SweepDisplay: Sendable {
  private let display: LiveDisplay<SweepProgress>
  private let isVerbose: Bool

  /// - Parameter running: tells how far the running trials are within their epochs.
  init(
    _ progress: SweepProgress, running: RunningProgress, style: DisplayStyle,
    write: @escaping @Sendable (String) -> Void = { Console.raw($0) }
  ) {
    isVerbose = style.isVerbose
    display = LiveDisplay(
      progress, style: style,
      frame: { progress, elapsed, size in
        ProgressView(
          progress: progress, elapsed: elapsed, columns: size.columns, rows: size.rows,
          moment: { running[trial: $0] }
        ).lines
      },
      sign: { $0.sign(after: $1) { running[trial: $0] } }, write: write)
  }

  /// Takes in an event. An epoch alone draws nothing: the frame is redrawn ten times a second.
  ///
  /// - Parameter seconds: How long the trial that has ended was trained in all its attempts, if known.
  func show(_ event: TuningEvent, seconds: Double? = nil) {
    display.update { progress, time in
      let line = progress.apply(event, at: time, seconds: seconds)
      guard isVerbose, case .epoch(let decision, let report) = event else { return line }
      return progress.line(for: report, of: decision.trial)
    }
  }

  /// Writes a line above the frame, where it stays.
  func note(_ line: String) {
    display.note(line)
  }

  /// Does work, and closes the display when it has ended or thrown.
  func closing<Value>(_ work: () throws -> Value) rethrows -> Value {
    try display.closing(work)
  }
}
