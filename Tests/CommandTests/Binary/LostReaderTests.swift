import Foundation
import TestSupport
import Testing

/// Readers that go away: a closed pipe, a closed stream, a terminal that hangs up.
@Suite(.startsProcesses) struct LostReaderTests {
  private static let done = "SELECT count(*) FROM results WHERE state = 'complete'"
  private static let sweep = SmallLog.sweep("--epochs=2").joined(separator: " ")
  private static let endless = SmallLog.sweep("--epochs=1000000", "--stopping_step=1000000")

  @Test(
    "A sweep goes on to its end when nobody reads what it writes",
    arguments: [
      // Both streams, either of them, and streams that are closed from the start.
      "{ \"$SINE_TUNE\" SWEEP 2>&1; echo $? > code; } | head -1",
      "{ \"$SINE_TUNE\" SWEEP 2>errors; echo $? > code; } | true",
      "{ \"$SINE_TUNE\" SWEEP 2>&1 >output; echo $? > code; } | head -1",
      "\"$SINE_TUNE\" SWEEP >&- 2>&-; echo $? > code",
    ])
  func sweep(script: String) async throws {
    let folder = try SmallLog.folder()
    _ = try await BuiltBinary.shell(
      script.replacingOccurrences(of: "SWEEP", with: Self.sweep), in: folder)
    #expect(try folder.text(of: "code") == "0\n")
    #expect(try query(Self.done, in: folder) == ["6"])
    #expect(try query("PRAGMA integrity_check", in: folder) == ["ok"])
    if folder.contains("errors") {
      #expect(try folder.text(of: "errors").contains("[6/6] "))
      #expect(try !folder.text(of: "errors").contains("error"))
    }
  }

  @Test(
    "Other commands end without a word when nobody reads their result",
    arguments: ["status", "best", "train --epochs=1000000 --stopping_step=1000000"])
  func others(command: String) async throws {
    let folder = try SmallLog.folder()
    #expect(
      try await BuiltBinary.run(SmallLog.sweep("--epochs=1", "--max_evals", "1"), in: folder)
        .status == 0)
    let keys = command.hasPrefix("train") ? SmallLog.arguments.joined(separator: " ") : ""
    let result = try await BuiltBinary.shell(
      "{ sleep 1; \"$SINE_TUNE\" \(command) \(keys) 2>errors; echo $? > code; } | true", in: folder)
    #expect(result.status == 0)
    #expect(try folder.text(of: "code") == "141\n")
    #expect(try !folder.text(of: "errors").contains("error"))
  }

  @Test("A program that is started from here gets the usual signals")
  func children() async throws {
    let folder = try SmallLog.folder()
    let python = try folder.write(
      """
      #!/bin/sh
      grep SigIgn /proc/self/status > '\(folder.file("signals").path)'
      exit 1

      """, to: "bin/python3")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python.path)
    let path = "\(folder.file("bin").path):/usr/bin:/bin"
    _ = try await BuiltBinary.run(
      ["train", "--data_path=none"], in: folder, environment: ["PATH": path])
    let mask = try #require(try folder.text(of: "signals").split(separator: "\t").last)
    let ignored = try #require(UInt64(mask.trimmingCharacters(in: .newlines), radix: 16))
    for number in [SIGPIPE, SIGXFSZ] { #expect(ignored >> UInt64(number - 1) & 1 == 0) }
  }

  @Test("SIGHUP ends a sweep in order, however often it comes")
  func hangup() async throws {
    let folder = try SmallLog.folder()
    let command = try RunningCommand(BuiltBinary.url, Self.endless, in: folder)
    #expect(try await hasBegun(command, in: folder))
    command.signal(SIGHUP)
    command.signal(SIGHUP)
    let result = try await command.result()
    #expect(result.status == 129)
    #expect(result.errors.contains("hung up: ending the running trials"))
    #expect(
      try query("SELECT DISTINCT outcome FROM attempt", in: folder) == ["interrupted"])
  }

  @Test("Under nohup SIGHUP stays ignored")
  func nohup() async throws {
    let folder = try SmallLog.folder()
    let command = try RunningCommand(
      URL(filePath: "/bin/sh"),
      ["-c", "trap '' HUP; exec \"$0\" \"$@\"", BuiltBinary.url.path]
        + Self.endless, in: folder)
    #expect(try await hasBegun(command, in: folder))
    command.signal(SIGHUP)
    try await Task.sleep(for: .milliseconds(300))
    command.signal(SIGTERM)
    let result = try await command.result()
    #expect(result.status == 143, "\(result.errors)")
    #expect(!result.errors.contains("hung up"))
  }

  private func hasBegun(
    _ command: RunningCommand, in folder: TemporaryFolder
  ) async throws -> Bool {
    try await command.waits {
      (try? query("SELECT count(*) > 0 FROM epoch", in: folder)) == ["1"]
    }
  }
}
