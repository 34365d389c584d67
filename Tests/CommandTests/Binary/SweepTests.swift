import Foundation
import TestSupport
import Testing

@Suite(.startsProcesses) struct SweepTests {
  @Test("A sweep ends with every cell in the database and the best on standard output")
  func wholeGrid() async throws {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=2", "--output_file", "hyper.result"), in: folder)
    #expect(result.status == 0, "\(result.errors)")

    #expect(try query("PRAGMA integrity_check", in: folder) == ["ok"])
    let rows = try query(
      "SELECT state, epochs, valid_score = valid_mrr_10, test_ndcg_10 >= 0 FROM results",
      in: folder)
    #expect(rows == Array(repeating: "complete|2|1|1", count: 6))
    let cells = try query(
      "SELECT DISTINCT learning_rate, prototype_size FROM results ORDER BY 1, 2", in: folder)
    #expect(cells == ["0.001|8", "0.001|16", "0.005|8", "0.005|16", "0.01|8", "0.01|16"])
    #expect(try query("SELECT count(*), min(loss) > 0 FROM curve", in: folder) == ["12|1"])
    #expect(try query("SELECT count(*) FROM failure", in: folder) == ["0"])

    let best = try query(
      "SELECT trial FROM results ORDER BY valid_score DESC, trial LIMIT 1", in: folder)
    #expect(result.output.contains("best model, of trial \(best[0])"))
    #expect(result.output.contains("sqlite3 runs/results.db"))
    for number in 0..<6 { #expect(result.errors.contains("trial \(number) complete")) }

    let blocks = try folder.text(of: "hyper.result").split(separator: "\n\n")
    #expect(blocks.count == 6)
    for block in blocks {
      #expect(block.contains("\nValid result:\nrecall@10 : "))
      #expect(block.contains("    mrr@10 : "))
    }
  }

  @Test("The same command once more says that everything is done, and changes nothing")
  func secondRun() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=1")
    let first = try await BuiltBinary.run(sweep, in: folder)
    #expect(first.status == 0, "\(first.errors)")
    let rows = try query("SELECT * FROM results ORDER BY trial", in: folder)
    let attempts = try query("SELECT count(*) FROM attempt", in: folder)

    let second = try await BuiltBinary.run(sweep, in: folder)
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.errors.contains("resuming small-1: 6 of 6 trials done"))
    #expect(second.output == first.output)
    #expect(try query("SELECT * FROM results ORDER BY trial", in: folder) == rows)
    #expect(try query("SELECT count(*) FROM attempt", in: folder) == attempts)
  }

  @Test("One job and three, one thread and several give the same numbers")
  func jobs() async throws {
    let numbers = "SELECT trial, learning_rate, valid_score, best_epoch, test_mrr_10 FROM results"
    var found: [[String]] = []
    for (jobs, threads) in [("1", "1"), ("3", "1"), ("1", "3")] {
      let folder = try SmallLog.folder()
      let result = try await BuiltBinary.run(
        SmallLog.sweep("--epochs=3", "--jobs", jobs, "--threads", threads), in: folder)
      #expect(result.status == 0, "\(result.errors)")
      found.append(try query(numbers + " ORDER BY trial", in: folder))
    }
    #expect(found[0] == found[1])
    #expect(found[0] == found[2])
    #expect(found[0].count == 6)
  }

  @Test("--max_evals is a total: a larger one adds the trials that are missing")
  func budget() async throws {
    let folder = try SmallLog.folder()
    for (budget, done) in [("2", "2"), ("2", "2"), ("5", "5"), ("50", "6")] {
      let result = try await BuiltBinary.run(
        SmallLog.sweep("--epochs=1", "--max_evals", budget), in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try query("SELECT count(*) FROM results", in: folder) == [done])
    }
    #expect(try query("SELECT count(*) FROM sweep", in: folder) == ["1"])
  }

  @Test("A continuous space is drawn from as many times as the user asks")
  func continuous() async throws {
    let folder = try SmallLog.folder(space: "learning_rate loguniform -8,-3\n")
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "3"), in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let rates = try query("SELECT DISTINCT learning_rate FROM results", in: folder)
    #expect(rates.count == 3)
    #expect(rates.allSatisfy { (0.0003...0.05).contains(Double($0) ?? -1) })
  }

  @Test("A searched data key gives each trial its own view of the data")
  func searchedDataKey() async throws {
    let folder = try SmallLog.folder(space: "MAX_ITEM_LIST_LENGTH choice [1,8]\n")
    let arguments = SmallLog.sweep("--epochs=2").filter { !$0.hasPrefix("--MAX_ITEM") }
    let result = try await BuiltBinary.run(arguments, in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let losses = try query("SELECT DISTINCT loss FROM curve WHERE epoch = 0", in: folder)
    #expect(losses.count == 2)
  }

  @Test("JSON on standard output is one object with the best trial")
  func json() async throws {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "2", "--format", "json"), in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["sweep"] as? String == "small-1")
    #expect(object["complete"] as? Int == 2)
    let best = try #require(object["best"] as? [String: Any])
    let parameters = try #require(best["parameters"] as? [String: Any])
    #expect(Set(parameters.keys) == ["learning_rate", "prototype_size"])
    #expect((best["valid_score"] as? Double) != nil)
  }

  @Test("A diverging trial fails with its reason, and the sweep goes on")
  func divergence() async throws {
    let folder = try SmallLog.folder(space: "learning_rate choice [1e30,0.001]\n")
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=3", "--learner=sgd"), in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try query("SELECT state, count(*) FROM results GROUP BY state ORDER BY state", in: folder)
        == ["complete|1", "failed|1"])
    #expect(try query("SELECT reason FROM failure", in: folder) == ["diverged"])
    #expect(result.errors.contains("failed, diverged: "))
  }

  @Test("A dry run lists every cell, and leaves no file")
  func dryRun() async throws {
    let folder = try SmallLog.folder()
    let before = folder.contents
    let result = try await BuiltBinary.run(SmallLog.sweep("--dry_run"), in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(folder.contents == before)
    let cells = result.outputLines.filter { $0.contains("0.01") || $0.contains("0.005") }
    #expect(cells.count >= 4)
    #expect(result.output.contains("6 trials"))
  }

  @Test("Random search draws a grid's cells once each, and the sweep remembers how it searches")
  func random() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=1", "--max_evals")
    let first = try await BuiltBinary.run(sweep + ["3", "--algo", "random"], in: folder)
    #expect(first.status == 0, "\(first.errors)")
    // Without the option the sweep goes on as it began.
    let second = try await BuiltBinary.run(sweep + ["100"], in: folder)
    #expect(second.errors.contains("resuming small-1: 3 of 6 trials done"), "\(second.errors)")
    #expect(
      try query("SELECT count(*), count(DISTINCT parameters) FROM trial", in: folder) == ["6|6"])
    #expect(
      try query("SELECT algorithm, lag, trials FROM sweepRevision ORDER BY number", in: folder)
        == ["random|2|3", "random|2|100"])
    let other = try await BuiltBinary.run(sweep + ["1", "--algo", "exhaustive"], in: folder)
    #expect(other.errors.contains("new sweep small-2"))
    let wrong = try await BuiltBinary.run(sweep + ["1", "--algo", "annealing"], in: folder)
    #expect(wrong.status == 64)
  }

  @Test("The seeds of a point follow each other, and have their column")
  func seeds() async throws {
    let folder = try SmallLog.folder(
      space: "seed choice [3,1]\nlearning_rate choice [0.01,0.001]\n")
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--jobs", "1"), in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try query("SELECT point, seed FROM trial ORDER BY number", in: folder)
        == ["0|3", "0|1", "1|3", "1|1"])
    #expect(
      try query("SELECT param_seed, seed FROM results WHERE trial = 1", in: folder) == ["1|1"])
    #expect(result.output.contains(", seed:"))
  }
}
