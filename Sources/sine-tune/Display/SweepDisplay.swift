import Dispatch
import Foundation
import Synchronization
import Tuning

/// Shows a sweep on standard error: redrawn in place on a terminal, a line a trial elsewhere.
final class SweepDisplay: Sendable {
  private struct State {
    var progress: SweepProgress
    /// Lines of the last frame, which the cursor stands below.
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

  /// Takes in an event; frames are drawn by the clock, so that a thousand short epochs a second
  /// cost no more than ten frames.
  func show(_ event: TuningEvent) {
    state.withLock { state in
      if let line = state.progress.apply(event, at: elapsed) { write(line, &state) }
    }
  }

  /// Writes a line that stays, above the frame.
  func note(_ line: String) {
    state.withLock { write(line, &$0) }
  }

  /// Does work, and closes the display whatever comes of it.
  func closing<Value>(_ work: () throws -> Value) rethrows -> Value {
    defer { close() }
    return try work()
  }

  /// Removes the frame and draws no other.
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
    // Cleared and redrawn in one write, which is what keeps a terminal from flickering.
    let below = redraws && !state.isClosed
    Console.raw(erasing(&state) + line + "\n" + (below ? frame(&state) : ""))
  }

  /// Moves to the first line of the frame and clears from there.
  private func erasing(_ state: inout State) -> String {
    defer { state.drawn = 0 }
    return state.drawn > 0 ? "\u{1B}[\(state.drawn)A\r\u{1B}[J" : ""
  }

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
