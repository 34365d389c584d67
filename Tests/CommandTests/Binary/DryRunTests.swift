import Foundation
import TestSupport
import Testing

/// What a dry run finds out, and that it writes nothing.
@Suite(.startsProcesses) struct DryRunTests {
  private func dryRun(_ folder: TemporaryFolder, _ options: String...) async throws -> CommandResult
  {
    let before = folder.contents.filter { !$0.hasSuffix("-shm") && !$0.hasSuffix("-wal") }
    let result = try await BuiltBinary.run(SmallLog.sweep() + options + ["--dry_run"], in: folder)
    #expect(
      folder.contents.filter { !$0.hasSuffix("-shm") && !$0.hasSuffix("-wal") } == before)
    return result
  }

  @Test("A new sweep: memory and time of all its cells")
  func new() async throws {
    let folder = try SmallLog.folder()
    let result = try await dryRun(folder, "--epochs=2")
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.outputLines
    #expect(lines.contains("sweep: a new one in runs/results.db"))
    #expect(lines.contains { $0.hasPrefix("memory: up to ") && $0.contains(" a trial, ") })
    #expect(lines.contains { $0.hasPrefix("time: up to ") && $0.contains("timed now") })
    #expect(result.errors.contains("data small: 40 users"))
  }

  @Test("A sweep that is there: what is done, and what is left with the numbers of the run")
  func existing() async throws {
    let folder = try SmallLog.folder()
    let first = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "4"), in: folder)
    #expect(first.status == 0, "\(first.errors)")
    try folder.write(
      "learning_rate choice [0.01,0.02]\nprototype_size choice [8,16]\n", to: "hyper.test")
    let foretold = try await dryRun(folder, "--epochs=1", "--format", "json")
    #expect(foretold.status == 0, "\(foretold.errors)")
    let plan = try #require(
      try JSONSerialization.jsonObject(with: Data(foretold.output.utf8)) as? [String: Any])
    let numbers = try #require(plan["numbers"] as? [Int])
    let cells = try #require(plan["plan"] as? [[String: Any]])
    let done = try #require(plan["done"] as? Int)
    #expect(done + numbers.count == 4 && numbers.first == 4)
    let table = try await dryRun(folder, "--epochs=1")
    #expect(table.output.contains("sweep: small-1 in runs/results.db: \(done) of 4 trials done"))
    #expect(
      table.output.contains("the space changes: learning_rate without 0.005 0.001, with 0.02"))
    #expect(table.output.contains("finished trial"))

    let run = try await BuiltBinary.run(SmallLog.sweep("--epochs=1"), in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      run.errors.contains("the space has changed: learning_rate without 0.005 0.001, with 0.02"))
    #expect(run.errors.contains("[4/4]") && !run.errors.contains("[5/"))
    for (number, cell) in zip(numbers, cells) {
      let row = try query(
        "SELECT learning_rate, prototype_size FROM results WHERE trial = \(number)", in: folder)
      #expect(row == ["\(cell["learning_rate"] ?? "")|\(cell["prototype_size"] ?? "")"])
    }
    let after = try await dryRun(folder, "--epochs=1")
    #expect(after.output.contains("4 of 4 trials done, 0 left"))
    #expect(after.output.contains("nothing is left to train"))
    let again = try await BuiltBinary.run(SmallLog.sweep("--epochs=1"), in: folder)
    #expect(again.errors.contains("4 of 4 trials done, nothing is left to train"))
  }

  @Test(
    "What would fail in a run fails here: data, a sweep of other settings, a name that is taken")
  func failures() async throws {
    let folder = try SmallLog.folder()
    let first = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "1", "--sweep", "mine"), in: folder)
    #expect(first.status == 0, "\(first.errors)")
    for (options, part) in [
      (["--sweep", "mine", "--epochs=2"], "'epochs' was 1, is 2"),
      (["--sweep", "mine", "--fresh", "--epochs=1"], "'mine'"),
      (["--eval_step=0"], "'eval_step' 0 evaluates no epoch"),
      (["--output_file", "nowhere/x"], "nowhere"), (["--db", "data"], "'data' names a folder"),
      (["--topk=[500]", "--valid_metric=MRR@500"], "'topk' is at most the number of items"),
    ] {
      let result = try await BuiltBinary.run(SmallLog.sweep() + options + ["--dry_run"], in: folder)
      #expect(result.status == 1, "\(options)")
      #expect(result.errors.contains(part), "\(result.errors)")
      #expect(result.output.isEmpty)
    }
    let missing = try await BuiltBinary.run(
      ["--params_file", "hyper.test", "--dataset", "nowhere", "--dry_run"], in: folder)
    #expect(missing.status == 1 && missing.errors.contains("there is no data set 'nowhere'"))
    let small = try await dryRun(folder, "--memory_limit", "1M", "--epochs=5")
    #expect(small.status == 0 && small.output.contains("memory: no trial fits into 1 MB"))
  }

  @Test("Data that would be fetched are not fetched, and an absurd number of trials is not listed")
  func limits() async throws {
    let folder = try SmallLog.folder(space: "tau_ratio uniform 0.1,1\n")
    let fetched = try await BuiltBinary.run(
      ["--params_file", "hyper.test", "--dry_run", "--data_path=none"], in: folder,
      environment: ["PATH": "/nowhere"])
    #expect(fetched.status == 0, "\(fetched.errors)")
    #expect(fetched.output.contains("not checked: the data, which a run would fetch first"))
    #expect(!folder.contains("none"))
    let absurd = try await dryRun(folder, "--max_evals", "9223372036854775807")
    #expect(absurd.status == 0, "\(absurd.errors)")
    #expect(absurd.outputLines.last == "… and 9223372036854774807 more")
    #expect(absurd.outputLines.count < 1_020)
  }
}
