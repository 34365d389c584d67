import Foundation
import TestSupport
import Testing

/// `why`, on the decisions of real sweeps.
@Suite struct WhyTests {
  @Test("Each decision of a trial says what it saw, by which rule it was made and what came of it")
  func words() async throws {
    let folder = try SmallLog.folder()
    let sweep = try await BuiltBinary.run(
      SmallLog.sweep(
        "--epochs=30", "--stopping_step=2", "--algo", "kg", "--max_epochs_total", "150",
        "--confirm", "1", "--lag", "2"), in: folder)
    #expect(sweep.status == 0, "\(sweep.errors)")
    func why(_ trial: String) async throws -> String {
      let result = try await BuiltBinary.run(["why", trial], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      return result.output
    }
    func trial(_ condition: String) throws -> String {
      try #require(
        try query("SELECT min(trial) FROM decisions WHERE \(condition)", in: folder).first)
    }
    let first = try await why("0")
    #expect(
      first.contains("decision 0: train it to its end\n  seen     no outcome; nothing was pending"))
    #expect(first.contains("rule     the start fills the space: "))
    #expect(
      first.contains(
        /outcome  complete after \d+ epochs, mrr@10 0\.\d+ at epoch \d+; \d+ epochs trained/))

    let gain = try await why(trial("why LIKE '%\"rule\":\"gain\"%' AND purpose = 'search'"))
    #expect(gain.contains("is expected to raise the score of the recommended point most for its"))
    #expect(
      gain.contains("; next best: learning_rate:") && gain.contains("\n  model    all points"))
    let confirming = try await why(trial("purpose = 'confirm'"))
    #expect(confirming.contains("seed 1000000000") && confirming.contains("no budget counts it"))

    let json = try await BuiltBinary.run(
      ["why", "0", "--format", "json"], in: folder)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let decisions = try #require(object["decisions"] as? [[String: Any]])
    #expect(decisions.map { $0["rule"] as? String } == ["spread"])
    let unknown = try await BuiltBinary.run(["why", "77"], in: folder)
    #expect(unknown.status == 1 && unknown.errors == "error: 'small-1' has no trial 77\n")
  }

  @Test("A trial that a pruner paused and continued has a paragraph for each step")
  func promotion() async throws {
    let folder = try SmallLog.folder()
    let sweep = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=9", "--pruner", "asha", "--min_epochs", "1", "--lag", "1"),
      in: folder)
    #expect(sweep.status == 0, "\(sweep.errors)")
    let trial = try #require(
      try query("SELECT min(trial) FROM decisions WHERE from_epoch = 1", in: folder).first)
    let result = try await BuiltBinary.run(["why", trial], in: folder)
    #expect(result.output.contains(": train it until epoch 1\n"))
    #expect(result.output.contains("outcome  paused after 1 epoch, mrr@10 0."))
    #expect(result.output.contains(": go on from epoch 1 until epoch 3\n"))
    #expect(
      result.output.contains(/rule     it was among the best of \d trials? at the rung of 1 epoch,/)
    )
  }

  @Test("A grid looks at nothing, and says so")
  func grid() async throws {
    let folder = try SmallLog.folder()
    let sweep = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "1"), in: folder)
    #expect(sweep.status == 0, "\(sweep.errors)")
    let result = try await BuiltBinary.run(["why", "0"], in: folder)
    #expect(result.output.contains("rule     the next point of 'grid', which compares nothing\n"))
    #expect(!result.output.contains("model"))
  }
}
