import Foundation
import TestSupport
import Testing

@Suite struct LiveDisplayTests {
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
