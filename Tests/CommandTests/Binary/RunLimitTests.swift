import Foundation
import TestSupport
import Testing

/// The options that limit a run, and those that repeat or restart a part of it.
@Suite(.serialized) struct RunLimitTests {
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
  }

  @Test("--timeout ends the run in order, and the next one goes on")
  func timeout() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep() + Self.endless + ["--timeout", "1s"]
    for attempts in ["2", "4"] {
      let result = try await BuiltBinary.run(sweep + ["--jobs", "2"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains("1s are over: ending the running trials"))
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
    #expect(result.errorLines.last?.contains("error: 1 trial not started (") == true)
    let states = "SELECT prototype_size, state FROM results ORDER BY 1"
    #expect(try query(states, in: folder) == ["8|complete", "200000|waiting"])
    let more = try await BuiltBinary.run(sweep + ["8G"], in: folder)
    #expect(more.status == 0, "\(more.errors)")
    #expect(try query(states, in: folder) == ["8|complete", "200000|complete"])
  }

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
