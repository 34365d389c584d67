#if os(Linux)
  import Foundation
  import GRDB
  import TestSupport
  import Testing

  /// Trials of processes in other containers, on renamed hosts, or of other users.
  @Suite(.startsProcesses, .enabled(if: Shell.succeeds("unshare --pid --fork --mount-proc true")))
  struct OwnerTests {
    private static let endless = SmallLog.sweep(
      "--epochs=1000000", "--stopping_step=1000000", "--jobs", "1", "--checkpoint_interval", "0")
    private static let short = SmallLog.sweep("--epochs=2", "--sweep", "short")

    /// Starts an endless sweep by a command, and waits for its first epochs.
    private func start(_ words: String..., in folder: TemporaryFolder) async throws
      -> RunningCommand
    {
      let command = try RunningCommand(
        URL(filePath: "/usr/bin/env"), words + [BuiltBinary.url.path] + Self.endless, in: folder)
      let hasBegun = try await command.waits {
        (try? query("SELECT count(*) > 2 FROM epoch", in: folder)) == ["1"]
      }
      #expect(hasBegun, "\(command.errorsSoFar)")
      return command
    }

    private func status(in folder: TemporaryFolder) async throws -> String {
      try await BuiltBinary.run(["status", "--format", "json"], in: folder).output
    }

    @Test(
      "A sweep in another container is seen to live, and to be dead when it was killed",
      arguments: [
        ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"],
        ["unshare", "--uts", "sh", "-c", "hostname other-name; exec \"$@\"", "sh"],
        [
          "unshare", "--pid", "--uts", "--fork", "--mount-proc", "--kill-child", "sh", "-c",
          "hostname other-name; exec \"$@\"", "sh",
        ],
      ])
    func containers(words: [String]) async throws {
      let folder = try SmallLog.folder()
      let command = try RunningCommand(
        URL(filePath: "/usr/bin/env"), words + [BuiltBinary.url.path] + Self.endless, in: folder)
      let hasBegun = try await command.waits {
        (try? query("SELECT count(*) > 2 FROM epoch", in: folder)) == ["1"]
      }
      #expect(hasBegun, "\(command.errorsSoFar)")
      #expect(try await status(in: folder).contains("\"running\" : 1"))
      command.signal(SIGKILL)
      _ = try await command.result()
      // The kernel needs a moment to end all processes of the container.
      var isInterrupted = false
      for _ in 0..<200 where !isInterrupted {
        isInterrupted = try await status(in: folder).contains("\"interrupted\" : 1")
        if !isInterrupted { try await Task.sleep(for: .milliseconds(50)) }
      }
      #expect(isInterrupted)
      // Reading changes nothing, and another sweep of the file closes what is left open.
      let states = "SELECT sweep, state, count(*) FROM results GROUP BY 1, 2 ORDER BY 1"
      #expect(try query(states, in: folder) == ["small-1|running|1"])
      let other = try await BuiltBinary.run(Self.short, in: folder)
      #expect(other.status == 0, "\(other.errors)")
      #expect(try query(states, in: folder) == ["short|complete|6", "small-1|waiting|1"])
      #expect(!folder.contains("runs/results.db-owners"))
      let rest = try await BuiltBinary.run(
        Self.endless + ["--timeout", "1s"], in: folder)
      #expect(rest.errors.contains("1 interrupted"))
      #expect(
        try query("SELECT count(DISTINCT host || pid) FROM attempt WHERE trial = 1", in: folder)
          == ["2"])
    }

    @Test(
      "A trial whose owner cannot be seen is named, all else is run, and --take_over releases it")
    func unseen() async throws {
      let folder = try SmallLog.folder()
      let sweep = SmallLog.sweep("--epochs=2")
      #expect(
        try await BuiltBinary.run(sweep + ["--max_evals", "1"], in: folder).status == 0)
      try force(
        """
        DELETE FROM outcome;
        UPDATE trial SET state = 'running', ended = NULL;
        UPDATE attempt SET ended = NULL, outcome = NULL, host = 'worker-2', bootID = 'b', pid = 41
        """, in: folder)
      let named = "trial 0 (decision 0) belongs to process 41 on worker-2, and this process cannot "
      for _ in 0..<2 {
        let result = try await BuiltBinary.run(sweep, in: folder)
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.errors.contains("\n" + named))
        #expect(result.errorLines.last?.hasPrefix("error: " + named) == true)
        #expect(result.errorLines.last?.hasSuffix("repeat the command with --take_over") == true)
        #expect(
          try query("SELECT state, count(*) FROM results GROUP BY 1", in: folder)
            == ["complete|5", "running|1"])
      }
      let taken = try await BuiltBinary.run(sweep + ["--take_over"], in: folder)
      #expect(taken.status == 0, "\(taken.errors)")
      #expect(
        try query("SELECT state, count(*) FROM results GROUP BY 1", in: folder) == ["complete|6"])
    }

    @Test(
      "A process of another user runs, even where /proc hides it and its lock is not known",
      .enabled(if: Shell.succeeds("setpriv --reuid 65534 --regid 65534 --clear-groups true")))
    func hidden() async throws {
      let folder = try SmallLog.folder()
      let command = try await start(in: folder)
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      let queue = try DatabaseQueue(
        path: folder.file("runs/results.db").path, configuration: configuration)
      try await queue.write { database in
        try database.execute(sql: "UPDATE attempt SET lock = NULL")
      }
      try queue.close()
      try FileManager.default.copyItem(at: BuiltBinary.url, to: folder.file("program"))
      let script = """
        chmod -R a+rwX . && mount -t proc -o hidepid=2 proc /proc
        exec setpriv --reuid 65534 --regid 65534 --clear-groups sh -c '
          test ! -e /proc/1 && ./program status --format json'
        """
      let result = try await RunningCommand(
        URL(filePath: "/usr/bin/env"), ["unshare", "--mount", "sh", "-c", script], in: folder
      ).result()
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("\"running\" : 1"))
      command.signal(SIGKILL)
      _ = try await command.result()
    }
  }
#endif
