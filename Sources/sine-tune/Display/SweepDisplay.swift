import Dispatch
import Foundation
import Literals
import Synchronization
import Tuning

/// Shows the progress of a sweep on standard error. A terminal has a frame that is redrawn in place;
/// anything else gets a line for each trial. Any thread may call the methods.
final class SweepDisplay: Sendable {
  private struct State {
    var progress: SweepProgress
    /// The number of lines of the frame above the cursor.
    var drawn = 0
    var isClosed = false
  }

  private let state: Mutex<State>
  private let redraws: Bool
  private let colours: Bool
  private let start = ContinuousClock.now
  private let queue = DispatchQueue(label: "sine-tune.display")

  init(_ progress: SweepProgress, redraws: Bool, colours: Bool) {
    self.state = Mutex(State(progress: progress))
    self.redraws = redraws
    self.colours = colours
    if redraws { queue.async { [weak self] in self?.redraw() } }
  }

  /// Takes in an event. An epoch alone draws nothing: the frame is redrawn ten times a second.
  func show(_ event: TuningEvent) {
    state.withLock { state in
      if let line = state.progress.apply(event, at: elapsed) { write(line, &state) }
    }
  }

  /// Writes a line above the frame, where it stays.
  func note(_ line: String) {
    state.withLock { write(line, &$0) }
  }

  /// Does work, and closes the display when it has ended or thrown.
  func closing<Value>(_ work: () throws -> Value) rethrows -> Value {
    defer { close() }
    return try work()
  }

  /// Removes the frame, and draws no frame any more.
  func close() {
    state.withLock { state in
      Console.raw(erasing(&state))
      state.isClosed = true
    }
  }

  private var elapsed: Duration { ContinuousClock.now - start }

  private func redraw() {
    state.withLock { state in
      guard !state.isClosed else { return }
      Console.raw(erasing(&state) + frame(&state))
      queue.asyncAfter(deadline: .now() + .milliseconds(100)) { [weak self] in self?.redraw() }
    }
  }

  private func write(_ line: String, _ state: inout State) {
    // One write clears and redraws the frame, so that the terminal does not flicker.
    let below = redraws && !state.isClosed
    Console.raw(erasing(&state) + line.printable + "\n" + (below ? frame(&state) : ""))
  }

  /// Returns the codes that move to the first line of the frame and clear all lines from there.
  private func erasing(_ state: inout State) -> String {
    defer { state.drawn = 0 }
    return state.drawn > 0 ? "\u{1B}[\(state.drawn)A\r\u{1B}[J" : ""
  }

  /// Returns the lines of a new frame.
  private func frame(_ state: inout State) -> String {
    let size = Terminal.size
    var lines = ProgressView(
      progress: state.progress, elapsed: elapsed, columns: size.columns, rows: size.rows
    ).lines
    state.drawn = lines.count
    if colours, let bar = lines.popLast() { lines.append("\u{1B}[32m\(bar)\u{1B}[0m") }
    return lines.map { $0 + "\n" }.joined()
  }
}
