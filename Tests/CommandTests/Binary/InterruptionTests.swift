import Foundation
import TestSupport
import Testing

@Suite(.startsProcesses) struct InterruptionTests {
  /// A sweep that would take for ever: two jobs, a million epochs, never stopped early.
  private static let endless = SmallLog.sweep(
    "--epochs=1000000", "--stopping_step=1000000", "--jobs", "2")

  /// Starts the sweep, and waits until both of its trials have finished an epoch.
  private func started(in folder: TemporaryFolder) async throws -> RunningCommand {
    let command = try RunningCommand(BuiltBinary.url, Self.endless, in: folder)
    let hasBegun = try await command.waits {
      guard folder.contains("runs/results.db") else { return false }
      // The tables may not be there yet.
      let epochs = try? query("SELECT count(DISTINCT trial) = 2 FROM epoch", in: folder)
      return epochs == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    return command
  }

  @Test(
    "A signal marks the attempts, says how to resume, and gives the exit code of the signal",
    arguments: [SIGINT, SIGTERM])
  func signals(number: Int32) async throws {
    let folder = try SmallLog.folder()
    let command = try await started(in: folder)
    command.signal(number)
    let result = try await command.result()
    #expect(result.status == 128 + number, "\(result.errors)")
    #expect(result.errors.contains("--params_file hyper.test"))
    #expect(try query("PRAGMA integrity_check", in: folder) == ["ok"])
    #expect(try query("SELECT DISTINCT outcome FROM attempt", in: folder) == ["interrupted"])
    #expect(
      try query("SELECT count(*) FROM trial WHERE state IN ('complete', 'failed')", in: folder)
        == ["0"])
  }

  @Test("A killed sweep is continued: interrupted trials are run again under their numbers")
  func kill() async throws {
    let folder = try SmallLog.folder()
    let command = try await started(in: folder)
    command.signal(SIGKILL)
    #expect(try await command.result().status == 137)

    // The number of epochs is part of the configuration, so the test has to repeat the same command. It
    // is interrupted too.
    let again = try RunningCommand(BuiltBinary.url, Self.endless, in: folder)
    let hasBegun = try await again.waits {
      try query("SELECT count(*) FROM attempt WHERE outcome IS NULL", in: folder) == ["2"]
        && again.errorsSoFar.contains("2 interrupted")
    }
    #expect(hasBegun, "\(again.errorsSoFar)")
    #expect(again.errorsSoFar.contains("resuming small-1: 0 of 6 trials done, 2 interrupted"))
    again.signal(SIGINT)
    #expect(try await again.result().status == 130)
    #expect(try query("SELECT count(*) FROM trial", in: folder) == ["2"])
    #expect(try query("PRAGMA integrity_check", in: folder) == ["ok"])
  }

  @Test("A sweep that was interrupted ends with the numbers of one that was not")
  func sameNumbers() async throws {
    let arguments = SmallLog.sweep("--epochs=40", "--stopping_step=100", "--jobs", "2")
    let numbers = "SELECT trial, learning_rate, valid_score, best_epoch, test_mrr_10 FROM results"
    let whole = try SmallLog.folder()
    #expect(try await BuiltBinary.run(arguments, in: whole).status == 0)

    let broken = try SmallLog.folder()
    let command = try RunningCommand(BuiltBinary.url, arguments, in: broken)
    _ = try await command.waits { command.errorsSoFar.contains("complete") }
    command.signal(SIGINT)
    let status = try await command.result().status
    // A fast machine may be done before the signal arrives.
    #expect([0, 130].contains(status))
    #expect(try await BuiltBinary.run(arguments, in: broken).status == 0)
    #expect(
      try query(numbers + " ORDER BY trial", in: broken)
        == query(numbers + " ORDER BY trial", in: whole))
  }

  @Test("A database can be read while a sweep writes to it")
  func reading() async throws {
    let folder = try SmallLog.folder()
    let command = try await started(in: folder)
    for _ in 0..<20 {
      let rows = try query("SELECT sweep, trial, epoch, loss FROM curve", in: folder)
      #expect(rows.count >= 2)
    }
    command.signal(SIGINT)
    #expect(try await command.result().status == 130)
  }

  @Test(
    "A signal while data are fetched ends that, and nothing is left of it",
    arguments: [SIGINT, SIGTERM],
    [["--params_file", "hyper.test"], ["train"]])
  func download(number: Int32, command: [String]) async throws {
    let folder = try SmallLog.folder()
    let python = folder.file("bin/python3")
    try folder.write(
      """
      #!/bin/sh
      cd '\(folder.url.path)' && echo $$ > part && mv part started && exec sleep 100

      """, to: "bin/python3")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: python.path)
    try FileManager.default.createDirectory(
      at: folder.file("tmp"), withIntermediateDirectories: false)
    let running = try RunningCommand(
      BuiltBinary.url, command + ["--data_path=none"], in: folder,
      environment: [
        "PATH": "\(folder.file("bin").path):/usr/bin:/bin", "TMPDIR": folder.file("tmp").path,
      ])
    #expect(try await running.waits { folder.contains("started") }, "\(running.errorsSoFar)")
    running.signal(number)
    let result = try await running.result()
    #expect(result.status == 128 + number, "\(result.errors)")
    let child = try #require(try Int32(folder.text(of: "started").dropLast()))
    #expect(Foundation.kill(child, 0) == -1 && errno == ESRCH)
    #expect(
      folder.contents.filter {
        $0.hasPrefix("tmp/") || $0.hasPrefix("none") || $0.hasPrefix("runs")
      }
      .isEmpty)
  }

  @Test("A second signal ends at once, and the sweep can be continued all the same")
  func twice() async throws {
    let folder = try SmallLog.folder()
    let command = try await started(in: folder)
    command.signal(SIGINT)
    command.signal(SIGINT)
    let status = try await command.result().status
    #expect(status == 130)
    #expect(try query("PRAGMA integrity_check", in: folder) == ["ok"])
  }
}
