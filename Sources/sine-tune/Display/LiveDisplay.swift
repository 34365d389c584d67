import Dispatch
import Foundation
import Literals
import Synchronization

/// How progress is shown on standard error.
struct DisplayStyle: Sendable {
  /// True if a frame is redrawn in place; else there are only lines.
  var redraws = Terminal.canRedraw() && !Console.isQuiet
  var colours = Terminal.wantsColour()
  var isQuiet = Console.isQuiet
  /// True if every epoch has a line.
  var isVerbose = false
  /// The time without a line after which a line tells how far everything is, if no frame does.
  var patience = Duration.seconds(60)
}

/// Something that changes while it is shown on standard error: as a frame that is redrawn in place on a
/// terminal, and as a line a minute elsewhere. Any thread may call the methods.
///
///     let display = LiveDisplay(progress, style: DisplayStyle(), frame: …, sign: …)
///     display.update { progress, time in progress.apply(event, at: time) }
final class LiveDisplay<Content: Sendable>: Sendable {
  private struct State {
    var content: Content
    /// The widths of the lines of the frame above the cursor.
    var drawn: [Int] = []
    var isClosed = false
    /// The time of the last line.
    var lastLine = Duration.zero
  }

  private let state: Mutex<State>
  private let style: DisplayStyle
  private let frame: @Sendable (Content, Duration, Terminal.Size) -> [String]
  private let sign: @Sendable (Content, Duration) -> String?
  private let write: @Sendable (String) -> Void
  private let start = ContinuousClock.now
  private let queue = DispatchQueue(label: "sine-tune.display")

  /// - Parameters:
  ///   - frame: Returns the lines of the frame, at a time since the start, for a terminal of a size. No
  ///     line is as wide as the terminal.
  ///   - sign: Returns a line that tells how far everything is; nil if there is nothing to tell.
  ///   - write: Writes a text as it is.
  init(
    _ content: Content, style: DisplayStyle,
    frame: @escaping @Sendable (Content, Duration, Terminal.Size) -> [String],
    sign: @escaping @Sendable (Content, Duration) -> String?,
    write: @escaping @Sendable (String) -> Void = { Console.raw($0) }
  ) {
    state = Mutex(State(content: content))
    self.style = style
    self.frame = frame
    self.sign = sign
    self.write = write
    if style.redraws {
      queue.async { [weak self] in self?.redraw() }
    } else if !style.isQuiet {
      wait(style.patience)
    }
  }

  /// Changes what is shown, and writes the line that the change returns above the frame, where it stays.
  func update(_ change: (inout Content, Duration) -> String?) {
    state.withLock { state in
      if let line = change(&state.content, elapsed) { write(line, &state) }
    }
  }

  /// Writes a line above the frame, where it stays.
  func note(_ line: String) {
    state.withLock { write(line, &$0) }
  }

  /// Does work that writes to the terminal by another way, such as results on standard output.
  func making<Value>(way work: () throws -> Value) rethrows -> Value {
    try state.withLock { state in
      write(erasing(&state))
      state.lastLine = elapsed
      defer { if style.redraws, !state.isClosed { write(drawing(&state)) } }
      return try work()
    }
  }

  /// Does work, and closes the display when it has ended or thrown.
  func closing<Value>(_ work: () throws -> Value) rethrows -> Value {
    defer { close() }
    return try work()
  }

  /// Removes the frame, and draws no frame any more.
  func close() {
    state.withLock { state in
      write(erasing(&state))
      state.isClosed = true
    }
  }

  private var elapsed: Duration { ContinuousClock.now - start }

  private func redraw() {
    state.withLock { state in
      guard !state.isClosed else { return }
      write(ascending(&state) + drawing(&state))
      queue.asyncAfter(deadline: .now() + .milliseconds(100)) { [weak self] in self?.redraw() }
    }
  }

  /// Gives a sign of life once no line has been written for a while.
  private func giveSign() {
    state.withLock { state in
      guard !state.isClosed else { return }
      let left = state.lastLine + style.patience - elapsed
      if left > .zero { return wait(left) }
      if let line = sign(state.content, elapsed) { write(line, &state) }
      wait(style.patience)
    }
  }

  private func wait(_ time: Duration) {
    queue.asyncAfter(deadline: .now() + time / .seconds(1)) { [weak self] in self?.giveSign() }
  }

  private func write(_ line: String, _ state: inout State) {
    guard !style.isQuiet else { return }
    state.lastLine = elapsed
    let line = line.split(separator: "\n", omittingEmptySubsequences: false)
      .map { String($0).printable }.joined(separator: "\n")
    guard style.redraws, !state.isClosed else { return write(line + "\n") }
    // One write for the line and the frame, so that the terminal does not flicker.
    let columns = max(Terminal.size.columns, 1)
    let above = line.split(separator: "\n", omittingEmptySubsequences: false).map { part in
      // In a row that is full, the cursor still stands on the last character.
      part + (part.count.isMultiple(of: columns) && !part.isEmpty ? "" : Self.clearRow) + "\n"
    }
    write(ascending(&state) + above.joined() + drawing(&state))
  }

  /// Clears the row behind the cursor.
  private static var clearRow: String { "\u{1B}[K" }
  /// Clears the row behind the cursor, and all rows below.
  private static var clearBelow: String { "\u{1B}[J" }

  /// Returns the codes that move to the first line of the frame and clear all lines from there.
  private func erasing(_ state: inout State) -> String {
    state.drawn.isEmpty ? "" : ascending(&state) + Self.clearBelow
  }

  /// Returns the code that moves to the first line of the frame.
  private func ascending(_ state: inout State) -> String {
    guard !state.drawn.isEmpty else { return "" }
    defer { state.drawn = [] }
    // A terminal that has become narrower shows a line in several rows.
    let columns = max(Terminal.size.columns, 1)
    let rows = state.drawn.reduce(0) { $0 + max(($1 + columns - 1) / columns, 1) }
    return "\u{1B}[\(rows)A\r"
  }

  /// Returns the lines of a new frame, which is written over the old one. To clear the old one first
  /// would flicker, and would fill the history of tmux if the frame is at the top of the screen.
  private func drawing(_ state: inout State) -> String {
    var lines = frame(state.content, elapsed, Terminal.size)
    state.drawn = lines.map(\.count)
    if style.colours, let last = lines.popLast() { lines.append("\u{1B}[32m\(last)\u{1B}[0m") }
    return lines.map { $0 + Self.clearRow + "\n" }.joined() + Self.clearBelow
  }
}
