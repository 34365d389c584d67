import Foundation
import TestSupport
import Testing

/// The two answers of a sweep, and the trials that confirm one of them, on the built binary.
@Suite struct RecommendationTests {
  private static let sweep = SmallLog.sweep(
    "--epochs=6", "--stopping_step=1", "--algo", "kg", "--max_epochs_total", "60", "--confirm",
    "2", "--lag", "1", "--output_file", "hyper.result")

  private func object(_ result: CommandResult) throws -> [String: Any] {
    #expect(result.status == 0, "\(result.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  @Test("Trials that confirm the recommended configuration stand apart everywhere")
  func confirmation() async throws {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.run(Self.sweep, in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      try query("SELECT seed, state FROM results WHERE purpose = 'confirm' ORDER BY 1", in: folder)
        == ["1000000000|complete", "1000000001|complete"])
    // Each seed trains other weights.
    #expect(
      try query(
        """
        SELECT count(DISTINCT loss) = count(*) FROM curve JOIN results USING (sweep, trial)
        WHERE epoch = 0 AND (learning_rate, prototype_size) IN (SELECT learning_rate, prototype_size
          FROM results WHERE purpose = 'confirm')
        """, in: folder) == ["1"])
    let best = try query(
      """
      SELECT trial, valid_score FROM results WHERE purpose = 'search' AND state = 'complete'
      ORDER BY valid_score DESC, trial LIMIT 1
      """, in: folder)
    let number = try #require(best.first?.split(separator: "|").first)
    #expect(result.output.contains("best model, of trial \(number):"))
    #expect(
      folder.contents.contains(
        "runs/small-1/trial-\(String(repeating: "0", count: 4 - number.count))\(number).checkpoint")
    )
    #expect(result.errorLines.count { $0.hasPrefix("[confirm] trial ") } == 2)
    let confirmed = "confirmed by 2 fresh seeds: mrr@10 "
    #expect(result.output.contains("recommended configuration: learning_rate:"))
    #expect(result.output.contains(confirmed) && result.output.contains("used for no choice"))

    let complete = try query(
      "SELECT count(*) FROM results WHERE purpose = 'search' AND state = 'complete'", in: folder)
    let blocks = try folder.text(of: "hyper.result").split(separator: "\n")
      .count { $0 == "Valid result:" }
    #expect(complete == ["\(blocks)"])
    let status = try await BuiltBinary.run(["status", "--format", "json"], in: folder)
    #expect(status.output.contains("\"complete\" : \(blocks)"))
    // Nothing is left, and nothing is confirmed twice.
    let again = try await BuiltBinary.run(Self.sweep, in: folder)
    #expect(again.status == 0 && again.output.contains(confirmed), "\(again.errors)")
    #expect(
      try query("SELECT count(*) FROM results WHERE purpose = 'confirm'", in: folder) == ["2"])
  }

  @Test("best says which configuration and which model, and --by run the run alone")
  func best() async throws {
    let folder = try SmallLog.folder()
    let sweep = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=30", "--stopping_step=3", "--seeds", "3"), in: folder)
    #expect(sweep.status == 0, "\(sweep.errors)")
    let table = try await BuiltBinary.run(["best"], in: folder)
    #expect(
      table.output.contains(
        /mrr@10 0\.\d+ ± 0\.\d+ expected of any seed, by 3 seeds; better than the next one with/))
    #expect(
      table.output.contains(/\d+ of 18 runs ended within 6 epochs, two patiences \(stopping_s/))
    #expect(table.output.contains("best model, of trial "))
    let run = try await BuiltBinary.run(["best", "--by", "run"], in: folder)
    #expect(run.outputLines.count == 5 && run.outputLines[1].hasPrefix("best trial "))

    let json = try object(try await BuiltBinary.run(["best", "--format", "json"], in: folder))
    let alone = try object(
      try await BuiltBinary.run(["best", "--by", "run", "--format", "json"], in: folder))
    #expect(Set(alone.keys).isSubset(of: json.keys))
    #expect(json["valid_score"] as? Double == alone["valid_score"] as? Double)
    let recommended = try #require(json["recommended"] as? [String: Any])
    let parameters = try #require(recommended["parameters"] as? [String: Any])
    #expect(Set(parameters.keys) == ["learning_rate", "prototype_size"])
    #expect(recommended["finished"] as? Int == 3)
    #expect((json["checkpoint"] as? String).map(folder.contains) == true)

    let yaml = try await BuiltBinary.run(["best", "--format", "yaml"], in: folder)
    #expect(yaml.output.hasPrefix("# The recommended configuration of sweep small-1: mrr@10 0."))
    let rate = try #require(parameters["learning_rate"] as? Double)
    #expect(yaml.output.contains("learning_rate: \(rate)\n"))
    // The file has the seed of the best run, so that it trains to the same score.
    try folder.write(yaml.output, to: "best.yaml")
    let train = try await BuiltBinary.run(
      ["train", "--config_files", "best.yaml", "--format", "json"], in: folder)
    let trained = try #require(
      try JSONSerialization.jsonObject(with: Data((train.outputLines.last ?? "").utf8))
        as? [String: Any])
    #expect(trained["valid_score"] as? Double == recommended["best_score"] as? Double)
  }
}
