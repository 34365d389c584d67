import Foundation
import TestSupport
import Testing

@Suite(.startsProcesses) struct LiveDisplayTests {
  private func record(_ environment: [String: String]) async throws -> (CommandResult, String) {
    let folder = try SmallLog.folder()
    let terminal = try PseudoTerminal(columns: 100, rows: 30)
    let command = try RunningCommand(
      BuiltBinary.url, SmallLog.sweep("--epochs=20", "--jobs", "2"), in: folder,
      environment: environment, standardError: terminal.standardError)
    let result = try await command.result()
    return (result, terminal.recording())
  }

  @Test("On a terminal a frame is redrawn in place, and is gone at the end")
  func redraws() async throws {
    let (result, recording) = try await record(["TERM": "xterm", "NO_COLOR": ""])
    #expect(result.status == 0, "\(recording)")
    #expect(recording.contains("\u{1B}[J"))
    #expect(recording.contains("/6 trials"))
    #expect(recording.contains("\u{1B}[32m["))
    let afterLastFrame = recording.components(separatedBy: "\u{1B}[J").last ?? ""
    #expect(!afterLastFrame.contains("elapsed"))
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test(
    "A terminal that becomes narrower shows old lines in several rows, and all of them are cleared")
  func narrower() async throws {
    let folder = try SmallLog.folder()
    let terminal = try PseudoTerminal(columns: 100, rows: 30)
    let command = try RunningCommand(
      BuiltBinary.url,
      SmallLog.sweep("--epochs=1000000", "--stopping_step=1000000", "--jobs", "2"), in: folder,
      environment: ["TERM": "xterm", "NO_COLOR": "1"], standardError: terminal.standardError)
    // A heading, two trials, the best one and the bar.
    let frame = "\u{1B}[5A\r"
    #expect(try await command.waits { terminal.recordingSoFar.contains(frame) })
    terminal.resize(columns: 30, rows: 30)
    #expect(
      try await command.waits {
        terminal.recordingSoFar.components(separatedBy: "\r").last?.contains("] 0/6\u{1B}[K")
          == true
      })
    command.signal(SIGINT)
    _ = try await command.result()
    let recording = terminal.recording()
    let ascents = recording.matches(of: /\x1B\[(\d+)A\r/).compactMap { Int($0.1) }
    let reflowed = try #require(ascents.firstIndex { $0 > 5 })
    #expect(ascents[reflowed] >= 11)
    #expect(ascents[(reflowed + 1)...].allSatisfy { $0 <= 5 })
    // Clearing the whole screen from its first row would fill the history of tmux with frames.
    let redraws = recording.components(separatedBy: "A\r").dropFirst().dropLast()
    #expect(redraws.allSatisfy { !$0.hasPrefix("\u{1B}[J") })
  }

  @Test("A training shows its epoch and how far it is in a line that is redrawn")
  func training() async throws {
    let folder = try SmallLog.folder()
    let terminal = try PseudoTerminal(columns: 100, rows: 30)
    let command = try RunningCommand(
      BuiltBinary.url,
      ["train", "--epochs=1000000", "--stopping_step=1000000"] + SmallLog.arguments, in: folder,
      environment: ["TERM": "xterm"], standardError: terminal.standardError)
    #expect(
      try await command.waits {
        terminal.recordingSoFar.contains(/epoch \d+, (evaluating )?\d+%, 0:\d\d elapsed/)
      })
    command.signal(SIGTERM)
    #expect(try await command.result().status == 143)
  }

  @Test("NO_COLOR redraws without colour")
  func noColour() async throws {
    let (_, recording) = try await record(["TERM": "xterm", "NO_COLOR": "1"])
    #expect(recording.contains("\u{1B}[J"))
    #expect(!recording.contains("\u{1B}[32m"))
  }

  @Test("A dumb terminal gets plain lines")
  func dumb() async throws {
    let (_, recording) = try await record(["TERM": "dumb"])
    #expect(!recording.contains("\u{1B}"))
    #expect(recording.contains("[6/6] trial "))
  }
}
