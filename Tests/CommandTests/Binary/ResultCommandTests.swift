import Foundation
import TestSupport
import Testing

/// `status`, `best` and `train`, on the results of a small sweep.
@Suite(.startsProcesses) struct ResultCommandTests {
  private func finishedSweep(_ options: String...) async throws -> TemporaryFolder {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.run(SmallLog.sweep("--epochs=3") + options, in: folder)
    #expect(result.status == 0, "\(result.errors)")
    return folder
  }

  @Test("status has a line for each sweep")
  func status() async throws {
    let folder = try await finishedSweep()
    let other = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "2", "--sweep", "short"), in: folder)
    #expect(other.status == 0, "\(other.errors)")
    let result = try await BuiltBinary.run(["status"], in: folder)
    #expect(result.status == 0)
    #expect(result.outputLines.count == 3)
    #expect(result.outputLines[1].contains(/small-1 +small +6 +6 +0 +0 +0 +mrr@10 +0\.\d+/))
    #expect(result.outputLines[2].contains(/short +small +2 +2 +0 +0 +0 +mrr@10 +0\.\d+/))

    let json = try await BuiltBinary.run(["status", "--format", "json"], in: folder)
    let sweeps = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(sweeps.map { $0["sweep"] as? String } == ["small-1", "short"])
    #expect(sweeps.map { $0["complete"] as? Int } == [6, 2])
  }

  @Test("best shows the best trial by validation")
  func best() async throws {
    let folder = try await finishedSweep()
    let expected = try query(
      "SELECT trial, valid_score FROM results ORDER BY valid_score DESC, trial LIMIT 1", in: folder)
    let json = try await BuiltBinary.run(["best", "--format", "json"], in: folder)
    #expect(json.status == 0, "\(json.errors)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let number = try #require(object["trial"] as? Int)
    let score = try #require(object["valid_score"] as? Double)
    #expect(expected == ["\(number)|\(score)"])
    #expect(object["sweep"] as? String == "small-1")
    #expect(object["metric"] as? String == "mrr@10")
    #expect(object["direction"] as? String == "maximize")
    let table = try await BuiltBinary.run(["best"], in: folder)
    #expect(table.output.contains("best model, of trial \(number): "))
  }

  @Test("The YAML of the best trial trains to the same numbers as the trial")
  func yaml() async throws {
    let folder = try SmallLog.folder()
    try folder.write("clip_grad_norm: {max_norm: 0.01, norm_type: .inf}\n", to: "clip.yaml")
    let sweep = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=2", "--config_files", "clip.yaml"), in: folder)
    #expect(sweep.status == 0, "\(sweep.errors)")
    let verified = try await BuiltBinary.run(["verify"], in: folder)
    #expect(verified.status == 0, "\(verified.errors)")
    let yaml = try await BuiltBinary.run(["best", "--by", "run", "--format", "yaml"], in: folder)
    #expect(yaml.status == 0, "\(yaml.errors)")
    try folder.write(yaml.output, to: "best.yaml")
    let train = try await BuiltBinary.run(
      ["train", "--config_files", "best.yaml", "--format", "json"], in: folder)
    #expect(train.status == 0, "\(train.errors)")
    let last = try #require(train.outputLines.last)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
    let score = try #require(object["valid_score"] as? Double)
    let test = try #require((object["test"] as? [String: Double])?["mrr@10"])
    let expected = try query(
      """
      SELECT valid_score, test_mrr_10 FROM results ORDER BY valid_score DESC, trial LIMIT 1
      """, in: folder)
    #expect(expected == ["\(score)|\(test)"])
  }

  @Test("The file of any trial, and verify, know the data from any folder")
  func otherFolder() async throws {
    let folder = try SmallLog.folder(space: "learning_rate choice [0.01,1e300]\n")
    let sweep = try await BuiltBinary.run(SmallLog.sweep("--epochs=2"), in: folder)
    #expect(sweep.status == 0, "\(sweep.errors)")
    let data = folder.file("data").standardizedFileURL.path
    #expect(try query("SELECT dataPath FROM sweep", in: folder) == [data])
    #expect(
      sweep.output.contains(
        "python3 run_recbole.py --model SINE --dataset small --config_files best.yaml"))

    let other = try TemporaryFolder()
    let db = ["--db", folder.file("runs/results.db").path]
    let verified = try await BuiltBinary.run(["verify"] + db, in: other)
    #expect(verified.status == 0, "\(verified.errors)")
    let failed = try query(
      "SELECT trial, learning_rate FROM results WHERE state = 'failed'", in: folder)
    let number = try #require(failed.first?.split(separator: "|").first)
    for trial in [[], ["--trial", "\(1 - (Int(number) ?? 0))"]] {
      let best = try await BuiltBinary.run(
        ["best", "--by", "run", "--format", "yaml"] + db + trial, in: other)
      #expect(best.status == 0, "\(best.errors)")
      #expect(best.output.contains("data_path: ") && best.output.contains(data))
      #expect(
        best.outputLines[1]
          == "# RecBole: python3 run_recbole.py --model SINE --dataset small --config_files FILE")
      try other.write(best.output, to: "best.yaml")
      let train = try await BuiltBinary.run(["train", "--config_files", "best.yaml"], in: other)
      #expect(train.status == 0, "\(train.errors)")
    }

    let yaml = try await BuiltBinary.run(
      ["best", "--trial", "\(number)", "--format", "yaml"] + db, in: other)
    #expect(yaml.output.contains("learning_rate: 1e+300"))
    #expect(yaml.outputLines.first == "# Trial \(number) of sweep small-1: failed.")
    let table = try await BuiltBinary.run(["best", "--trial", "\(number)"] + db, in: other)
    #expect(table.status == 1)
    #expect(
      table.errors == """
        error: trial \(number) of 'small-1' is failed and has no figures to show; --format yaml \
        writes its configuration

        """)
    let unknown = try await BuiltBinary.run(["best", "--trial", "7"] + db, in: other)
    #expect(unknown.status == 1 && unknown.errors == "error: 'small-1' has no trial 7\n")
  }

  @Test("A changed setting begins a new sweep and says what it differs by")
  func changedSetting() async throws {
    let folder = try await finishedSweep("--max_evals", "1")
    let changed = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=2", "--max_evals", "1"), in: folder)
    #expect(changed.status == 0, "\(changed.errors)")
    #expect(
      changed.errors.contains(/new sweep small-2 in .*; differs from small-1: epochs 3 → 2\n/))
    let named = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "1", "--sweep", "mine"), in: folder)
    #expect(named.status == 0 && !named.errors.contains("differs"), "\(named.errors)")
    let unnamed = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "1"), in: folder)
    #expect(
      unnamed.errors.contains("--sweep mine would go on with 'mine', whose settings are the same"))
    // Whatever was begun last, the sweep that was worked on last is meant.
    let again = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=3", "--max_evals", "1"), in: folder)
    #expect(again.status == 0 && again.errors.contains("resuming small-1"), "\(again.errors)")
    let best = try await BuiltBinary.run(["best"], in: folder)
    #expect(best.outputLines.first == "sweep small-1")
    let verified = try await BuiltBinary.run(["verify"], in: folder)
    #expect(verified.errors.contains("of small-1 again"))
  }

  @Test("A sweep with hundreds of metrics says which columns its views lack")
  func manyMetrics() async throws {
    let folder = try SmallLog.folder()
    let topk = "--topk=[" + (1...300).map(String.init).joined(separator: ",") + "]"
    let result = try await BuiltBinary.run(
      ["--params_file", "hyper.test", "--dataset", "synthetic", "--epochs=1", "--max_evals", "1"]
        + [topk, "--metrics=['MRR','Hit']", "--valid_metric=MRR@10", "--embedding_size=8"],
      in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("have no room for 700 columns of this sweep"))
    let sql = try #require(
      result.errorLines.first { $0.contains("no room") }?.split(separator: "values: ").last)
    #expect(try query(String(sql), in: folder).count == 1_200)
  }

  @Test("train shows every epoch and ends with the best one")
  func train() async throws {
    let folder = try SmallLog.folder()
    let before = folder.contents
    let result = try await BuiltBinary.run(
      ["train"] + SmallLog.arguments + ["--epochs", "3"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.outputLines[0].contains(/epoch +train loss +seconds +recall@10 +mrr@10/))
    for epoch in 0..<3 {
      #expect(result.outputLines[epoch + 1].contains(try Regex("^ +\(epoch)  +\\d+\\.\\d{4} ")))
    }
    #expect(result.outputLines[4].contains(/best epoch [0-2] of 3: mrr@10 0\.\d+/))
    #expect(folder.contents == before)
  }

  @Test("Missing results are one clear line", arguments: ["status", "best"])
  func nothingThere(command: String) async throws {
    let folder = try TemporaryFolder()
    let result = try await BuiltBinary.run([command], in: folder)
    #expect(result.status == 1)
    #expect(result.errorLines.count == 1)
    #expect(result.errors.hasPrefix("error: no results at 'runs/results.db'"))
    #expect(folder.contents.isEmpty)
  }

  @Test("An unknown sweep is an error that names the known ones")
  func unknownSweep() async throws {
    let folder = try await finishedSweep("--max_evals", "1")
    let result = try await BuiltBinary.run(["best", "--sweep", "nope"], in: folder)
    #expect(result.status == 1)
    #expect(result.errors.contains("'nope'"))
    #expect(result.errors.contains("'small-1'"))
  }

  @Test("A changed configuration under the name of an old sweep is an error that names the change")
  func changedConfiguration() async throws {
    let folder = try await finishedSweep("--max_evals", "1", "--sweep", "mine")
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=3", "--max_evals", "1", "--sweep", "mine", "--tau_ratio=0.5"),
      in: folder)
    #expect(result.status == 1)
    #expect(result.errors.contains("'tau_ratio' was 0.1, is 0.5"))
    #expect(result.errors.contains("--sweep NAME"))
  }

  @Test("A larger space keeps the finished trials")
  func largerSpace() async throws {
    let folder = try await finishedSweep()
    let before = try query("SELECT * FROM results ORDER BY trial", in: folder)
    try folder.write(
      "learning_rate choice [0.01,0.005,0.001,0.0005]\nprototype_size choice [8,16]\n",
      to: "hyper.test")
    let result = try await BuiltBinary.run(SmallLog.sweep("--epochs=3"), in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("resuming small-1: 6 of 8 trials done"))
    let after = try query("SELECT * FROM results ORDER BY trial", in: folder)
    #expect(after.count == 8)
    #expect(Array(after.prefix(6)) == before)
  }
}
