import Foundation
import GRDB
import TestSupport
import Testing

/// The options that limit a run, and those that repeat or restart a part of it.
@Suite(.startsProcesses) struct RunLimitTests {
  private static let endless = ["--epochs=1000000", "--stopping_step=1000000"]
  private static let diverging = "learning_rate choice [1e30,1e31,0.001]\n"

  @Test("--max_failures ends the sweep with an error; --retry_failed runs failed trials once more")
  func failures() async throws {
    let folder = try SmallLog.folder(space: Self.diverging)
    let sweep = SmallLog.sweep("--epochs=2", "--learner=sgd", "--jobs", "1")
    let limited = try await BuiltBinary.run(sweep + ["--max_failures", "1"], in: folder)
    #expect(limited.status == 1)
    #expect(limited.errors.contains("error: ended after 1 failed trial; "))
    #expect(try query("SELECT count(*) FROM failure", in: folder) == ["1"])

    let rest = try await BuiltBinary.run(sweep, in: folder)
    #expect(rest.status == 0, "\(rest.errors)")
    let states = "SELECT state, count(*) FROM results GROUP BY state"
    #expect(try query(states, in: folder) == ["complete|1", "failed|2"])
    let attempts = "SELECT outcome, count(*) FROM attempt GROUP BY outcome"
    #expect(try query(attempts, in: folder) == ["complete|1", "failed|2"])

    #expect(try await BuiltBinary.run(sweep + ["--retry_failed"], in: folder).status == 0)
    #expect(try query(states, in: folder) == ["complete|1", "failed|2"])
    #expect(try query(attempts, in: folder) == ["complete|1", "failed|4"])
  }

  @Test("--trial_timeout fails a trial that takes too long, and the sweep goes on")
  func trialTimeout() async throws {
    let folder = try SmallLog.folder(space: "epochs choice [1000000,1]\n")
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--stopping_step=1000000", "--trial_timeout", "0.5s"), in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try query("SELECT reason, message FROM failure", in: folder)
        == ["timed_out|not done after 0.5s"])
    #expect(
      try query("SELECT epochs FROM results WHERE state = 'complete'", in: folder) == ["1"])
    #expect(folder.contents.filter { $0.hasSuffix(".checkpoint") }.count == 1)
    #expect(result.output.contains("\n  1 trial timed out and was not compared\n"))
    for format in ["table", "json", "yaml"] {
      let best = try await BuiltBinary.run(["best", "--format", format], in: folder)
      #expect((best.output + best.errors).contains("1 trial timed out and was not compared"))
    }
  }

  @Test("Time in which the process is stopped does not count for --trial_timeout")
  func stopped() async throws {
    let folder = try SmallLog.folder(space: "learning_rate choice [0.01]\n")
    // A machine that is busy with other tests may need seconds for the epochs.
    let command = try RunningCommand(
      BuiltBinary.url,
      SmallLog.sweep("--epochs=100", "--stopping_step=1000000", "--trial_timeout", "20s"),
      in: folder)
    let hasBegun = try await command.waits {
      (try? query("SELECT count(*) > 3 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    command.signal(SIGSTOP)
    try await Task.sleep(for: .seconds(21))
    command.signal(SIGCONT)
    let result = try await command.result()
    #expect(result.status == 0, "\(result.errors)")
    #expect(try query("SELECT state, epochs FROM results", in: folder) == ["complete|100"])
  }

  @Test("--timeout ends the run in order with exit code 75, and the next one goes on")
  func timeout() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep() + Self.endless + ["--timeout", "1s"]
    for attempts in ["2", "4"] {
      let result = try await BuiltBinary.run(sweep + ["--jobs", "2"], in: folder)
      #expect(result.status == 75, "\(result.errors)")
      #expect(result.errors.contains("the time limit of 1s is over: ending the running trials"))
      #expect(result.errors.contains("to resume, repeat the command"))
      #expect(
        try query("SELECT outcome, count(*) FROM attempt GROUP BY 1", in: folder)
          == ["interrupted|\(attempts)"])
    }
  }

  @Test("A trial that does not fit the memory is not started, and waits for a run with more memory")
  func memory() async throws {
    let folder = try SmallLog.folder(space: "prototype_size choice [8,200000]\n")
    let sweep = SmallLog.sweep("--epochs=1", "--threads", "1", "--memory_limit")
    let result = try await BuiltBinary.run(sweep + ["64M"], in: folder)
    #expect(result.status == 1, "\(result.errors)")
    #expect(result.errors.contains(" not started: it takes "))
    #expect(result.errors.contains("and 67 MB are available"))
    let last = try #require(result.errorLines.last)
    #expect(last.hasPrefix("error: 1 trial not started ("))
    #expect(last.contains(" waits: it takes ") && last.contains("a larger --memory_limit"))
    let states = "SELECT prototype_size, state FROM results ORDER BY 1"
    #expect(try query(states, in: folder) == ["8|complete", "200000|waiting"])
    let more = try await BuiltBinary.run(sweep + ["8G"], in: folder)
    #expect(more.status == 0, "\(more.errors)")
    #expect(try query(states, in: folder) == ["8|complete", "200000|complete"])
  }

  @Test("A limit that no trial fits fails none of them, and without it all run")
  func tinyMemory() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=1")
    let tiny = try await BuiltBinary.run(sweep + ["--memory_limit", "1M"], in: folder)
    #expect(tiny.status == 1)
    #expect(tiny.errors.contains("error: 6 trials not started (0, 1, 2, 3, 4, 5): trial 0 waits: "))
    #expect(try query("SELECT DISTINCT state FROM results", in: folder) == ["waiting"])
    let rest = try await BuiltBinary.run(sweep, in: folder)
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(
      try query("SELECT state, count(*) FROM results GROUP BY 1", in: folder) == ["complete|6"])
  }

  @Test("Trials that an old version failed for lack of memory are named with what helps")
  func oldMemoryFailures() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=1", "--max_evals", "2")
    #expect(try await BuiltBinary.run(sweep, in: folder).status == 0)
    try force(
      """
      UPDATE trial SET state = 'failed', reason = 'out_of_memory' WHERE number = 1;
      UPDATE outcome SET kind = 'failed', score = NULL WHERE decision = 2
      """, in: folder)
    let again = try await BuiltBinary.run(sweep, in: folder)
    #expect(
      again.errors.contains("1 failed for lack of memory: --retry_failed tries them again"))
    let retried = try await BuiltBinary.run(sweep + ["--retry_failed"], in: folder)
    #expect(retried.status == 0, "\(retried.errors)")
    #expect(try query("SELECT DISTINCT state FROM results", in: folder) == ["complete"])
  }

  /// Options, and the exit code with them.
  private static let hugeCountCases: [(options: [String], status: Int32)] = [
    (["--jobs", "9223372036854775807"], 64), (["--jobs", "4096"], 0),
    (["--threads", "9223372036854775807"], 64), (["--threads", "4097"], 64),
    (["--jobs", "4096", "--memory_limit", "1e308T"], 0),
    (["--early_stop", "9223372036854775807"], 0), (["--lag", "9223372036854775807"], 0),
    (["--max_failures", "9223372036854775807"], 0),
    (["--early_stop", "9223372036854775807", "--lag", "9223372036854775807"], 0),
  ]

  @Test(
    "Counts beyond any machine end with a message or are taken as they are",
    arguments: hugeCountCases)
  func hugeCounts(options: [String], status: Int32) async throws {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "3") + options, in: folder)
    #expect(result.status == status, "\(result.errors)")
    if status == 64 { #expect(result.errors.contains("is at most 4096, found")) }
  }

  #if os(Linux)
    /// The letter of 'ulimit', a value, and what is said.
    private static let lowLimitCases: [(option: String, value: String, message: String)] = [
      ("n", "4", "4 open files are allowed ('ulimit -n')"),
      ("s", "64", "a stack of 64 kB is allowed ('ulimit -s')"),
      ("v", "120000", "('ulimit -v', 'ulimit -d') leave "),
    ]

    @Test(
      "Limits of the process that are too low are named before anything begins",
      arguments: lowLimitCases)
    func processLimits(option: String, value: String, message: String) async throws {
      let folder = try SmallLog.folder()
      // Python, because a shell with these limits cannot start anything.
      let script = """
        import os, resource, sys
        name, size = {"n": ("NOFILE", 1), "s": ("STACK", 1024), "v": ("AS", 1024)}["\(option)"]
        limit = \(value) * size
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (limit, limit))
        os.execv(sys.argv[1], sys.argv[1:])
        """
      try folder.write(script, to: "limited.py")
      let result = try await RunningCommand(
        URL(filePath: "/usr/bin/env"),
        ["python3", "limited.py", BuiltBinary.url.path] + SmallLog.sweep("--epochs=1"), in: folder
      ).result()
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.errors.contains(message) && result.errorLines.count == 1)
      #expect(!folder.contains("runs"))
    }

    @Test("'ulimit -v' bounds the memory of the trials, and nothing is left running")
    func addressSpace() async throws {
      let folder = try SmallLog.folder(space: "prototype_size choice [8,4000000]\n")
      let result = try await BuiltBinary.shell(
        "ulimit -v 600000; exec $SINE_TUNE "
          + SmallLog.sweep("--epochs=1", "--memory_limit", "64G").joined(separator: " "),
        in: folder)
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.errors.contains("('ulimit -v', 'ulimit -d') leave "))
      let states = try query("SELECT prototype_size, state FROM results ORDER BY 1", in: folder)
      #expect(states.first == "8|complete" && states.last == "4000000|waiting", "\(states)")
    }

    @Test(
      "'taskset' sets the default of --jobs", .enabled(if: Shell.succeeds("taskset -c 0 true")))
    func affinity() async throws {
      let folder = try SmallLog.folder()
      let result = try await BuiltBinary.shell(
        "taskset -c 0 $SINE_TUNE " + SmallLog.sweep("--dry_run").joined(separator: " "),
        in: folder)
      #expect(
        result.output.contains("6 trials of 6 cells, 1 at a time")
          || result.output.contains("6 trials, 1 at a time"), "\(result.output)")
    }
  #endif

  @Test("If the jobs do not fit the memory together, fewer run at a time")
  func fewerJobs() async throws {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--jobs", "64", "--memory_limit", "64M", "--threads", "1"),
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains(" instead of 64 at a time: a trial takes up to "))
    #expect(try query("SELECT count(*) FROM failure", in: folder) == ["0"])
  }

  @Test("The command that a run prints goes on with its sweep and begins no other one")
  func resumeHint() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep() + Self.endless + ["--fresh", "--timeout", "1s", "--jobs", "1"]
    for _ in 0..<2 { #expect(try await BuiltBinary.run(sweep, in: folder).status == 75) }
    let first = try await BuiltBinary.run(sweep, in: folder)
    let hint = try #require(first.errorLines.last)
    #expect(hint.hasSuffix("--sweep small-3"))
    let second = try await BuiltBinary.shell(hint, in: folder)
    #expect(second.status == 75)
    #expect(second.errors.contains("resuming small-3: "), "\(second.errors)")
    #expect(try query("SELECT count(*) FROM sweep", in: folder) == ["3"])
  }

  @Test("A time limit that comes when everything is done changes nothing")
  func lateTimeout() async throws {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--timeout", "1h"), in: folder)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test("--fresh begins another sweep beside the old one")
  func fresh() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=1", "--max_evals", "1")
    for _ in 0..<2 {
      #expect(try await BuiltBinary.run(sweep + ["--fresh"], in: folder).status == 0)
    }
    let again = try await BuiltBinary.run(sweep, in: folder)
    #expect(again.errors.contains("resuming small-2: 1 of 1 trial done"))
    #expect(try query("SELECT sweep FROM results", in: folder) == ["small-1", "small-2"])
  }

  @Test("A larger grid adds its new cells, and a smaller one keeps the finished trials and says so")
  func otherGrids() async throws {
    let folder = try SmallLog.folder(space: "learning_rate choice [0.01,0.005]\n")
    let sweep = SmallLog.sweep("--epochs=1")
    #expect(try await BuiltBinary.run(sweep, in: folder).status == 0)
    try folder.write("learning_rate choice [0.01,0.005,0.001]\n", to: "hyper.test")
    let larger = try await BuiltBinary.run(sweep, in: folder)
    #expect(larger.errors.contains("resuming small-1: 2 of 3 trials done"))
    try folder.write("learning_rate choice [0.001]\n", to: "hyper.test")
    let smaller = try await BuiltBinary.run(sweep, in: folder)
    #expect(smaller.status == 0, "\(smaller.errors)")
    #expect(
      smaller.errors.contains("the space has changed: learning_rate without 0.01 0.005\n"))
    #expect(
      smaller.errors.contains(
        "resuming small-1: 1 of 1 trial done, nothing is left to train; 2 finished trials outside "
          + "the space stay as they are and do not count"))
    #expect(smaller.output.contains("1 of 1 trial, 1 complete, 2 more outside the space"))
    #expect(try query("SELECT count(*) FROM results", in: folder) == ["3"])
    #expect(try query("SELECT number FROM sweepRevision", in: folder) == ["0", "1", "2"])
  }

  @Test("Trials outside a smaller space, finished or interrupted, do not use up its budget")
  func budgetOfSmallerSpace() async throws {
    let folder = try SmallLog.folder(
      space: "learning_rate choice [0.01,0.005,0.001]\nprototype_size choice [8,16]\n")
    let sweep = SmallLog.sweep(
      "--epochs=100000", "--stopping_step=1000000", "--jobs", "2", "--max_evals", "3")
    let first = try RunningCommand(BuiltBinary.url, sweep, in: folder)
    let hasBegun = try await first.waits {
      guard folder.contains("runs/results.db") else { return false }
      return try query("SELECT count(DISTINCT trial) FROM epoch", in: folder) == ["2"]
    }
    #expect(hasBegun, "\(first.errorsSoFar)")
    first.signal(SIGINT)
    #expect(try await first.result().status == 130)
    // A space in which neither of them lies.
    let begun = Set(try query("SELECT learning_rate FROM results", in: folder))
    let rest = ["0.02", "0.03", "0.04", "0.05"].joined(separator: ",")
    #expect(begun.isDisjoint(with: ["0.02", "0.03", "0.04", "0.05"]))
    try folder.write(
      "learning_rate choice [\(rest)]\nprototype_size choice [8]\n", to: "hyper.test")
    let again = try RunningCommand(BuiltBinary.url, sweep, in: folder)
    let goesOn = try await again.waits {
      try query("SELECT count(*) FROM results WHERE state = 'running'", in: folder) == ["2"]
    }
    #expect(goesOn, "\(again.errorsSoFar)")
    #expect(again.errorsSoFar.contains("resuming small-1: 0 of 3 trials done\n"))
    again.signal(SIGKILL)
    _ = try await again.result()
    #expect(
      try query("SELECT trial FROM results WHERE state = 'running' ORDER BY trial", in: folder)
        == ["2", "3"])
  }

  @Test("A changed data file under the same name is an error that names it")
  func changedData() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=1", "--max_evals", "1")
    #expect(try await BuiltBinary.run(sweep, in: folder).status == 0)
    let data = try folder.text(of: "data/small/small.inter")
    try folder.write(data + "u0\ti1\t1\t99999\n", to: "data/small/small.inter")
    let result = try await BuiltBinary.run(sweep, in: folder)
    #expect(result.status == 1)
    #expect(
      result.errors.contains("error: sweep 'small-1' was made with other data: the data's digest"))
    #expect(try await BuiltBinary.run(sweep + ["--fresh"], in: folder).status == 0)
  }

  @Test(
    "A time, a size or a count that makes no sense is wrong usage",
    arguments: [
      ["--timeout", "0s"], ["--timeout", "soon"], ["--trial_timeout", "-1"],
      ["--memory_limit", "0"], ["--memory_limit", "8X"], ["--max_failures", "0"],
      ["--checkpoint_interval=-1"], ["--checkpoint_interval", "nan"], ["--keep_checkpoints", "x"],
    ])
  func usage(options: [String]) async throws {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.run(SmallLog.sweep() + options, in: folder)
    #expect(result.status == 64, "\(result.errors)")
    #expect(!folder.contains("runs"))
  }
}
