import Foundation
import TestSupport
import Testing

/// Budgets of epochs in words, and options that do not fit together.
@Suite struct BudgetTests {
  private static let sweep = SmallLog.sweep("--epochs=30", "--stopping_step=2", "--algo", "kg")

  @Test("A budget of epochs is what the lines, the end, the status and a resumed run speak of")
  func words() async throws {
    let folder = try SmallLog.folder()
    let first = try await BuiltBinary.run(
      Self.sweep + ["--max_epochs_total", "100", "--lag", "2", "--jobs", "4"], in: folder)
    #expect(first.status == 0, "\(first.errors)")
    #expect(
      first.errors.contains(
        "note: with '--lag 2' at most 2 trials run at a time, not 4; idle cores join the running"))
    let places = first.errorLines.compactMap { line in
      line.wholeMatch(of: /\[(\d+)\/100 epochs\] trial .*/).flatMap { Int($0.1) }
    }
    #expect(places.count >= 6 && places == places.sorted() && (places.last ?? 0) >= 99)
    #expect(
      first.output.contains(
        /epochs: 1\d\d trained, 1\d\d\.\d of mean work of 100.*; the whole grid takes about \d+, so/
      ))

    let status = try await BuiltBinary.run(["status"], in: folder)
    #expect(status.outputLines[0].contains(/done +of +epochs +budget +running/))
    #expect(status.outputLines[1].contains(/- +1\d\d +100\b/))
    let second = try await BuiltBinary.run(
      Self.sweep + ["--max_epochs_total", "120", "--lag", "1", "--format", "json"], in: folder)
    #expect(second.status == 0, "\(second.errors)")
    #expect(
      second.errors.contains("the search has changed, from the next decision on: lag 2 → 1\n"))
    #expect(second.errors.contains(/resuming small-1: 1\d\d of 120 epochs spent, \d+ trials done/))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(second.output.utf8)) as? [String: Any])
    let epochs = try #require(object["epochs"] as? [String: Any])
    #expect(epochs["budget"] as? Int == 120 && epochs["trained"] as? Int != nil)
    #expect(
      try query("SELECT epochs FROM sweepRevision ORDER BY number", in: folder) == ["100", "120"])
    let third = try await BuiltBinary.run(Self.sweep + ["--max_epochs_total", "120"], in: folder)
    #expect(third.errors.contains(", nothing is left to train"), "\(third.errors)")
  }

  @Test(
    "Options that do not fit together are wrong usage, and named",
    arguments: [
      (["--algo", "kg"], "'--max_epochs_total' or '--max_evals' is missing"),
      (
        ["--algo", "kg", "--max_evals", "5", "--seeds", "3"], "'--seeds' does not fit: 'kg' decides"
      ),
      (["--algo", "kg", "--max_evals", "5", "--pruner", "asha"], "'--pruner' does not fit: 'kg'"),
      (["--screen"], "'--screen' does not fit: only 'kg' begins with a screen"),
    ])
  func conflicts(options: [String], message: String) async throws {
    let folder = try SmallLog.folder()
    let before = folder.contents
    let result = try await BuiltBinary.run(SmallLog.sweep() + options, in: folder)
    #expect(result.status == 64)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(folder.contents == before)
  }

  @Test("Options that do not fit the search that a sweep has are refused, and change nothing")
  func resumedConflict() async throws {
    let folder = try SmallLog.folder()
    let first = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--algo", "kg", "--max_evals", "2"), in: folder)
    #expect(first.status == 0, "\(first.errors)")
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "3", "--seeds", "2"), in: folder)
    #expect(result.status == 64 && result.errors.contains("'--seeds' does not fit: 'kg'"))
    #expect(try query("SELECT count(*) FROM sweepRevision", in: folder) == ["1"])
  }

  @Test("A searched seed is understood as a wish for several seeds")
  func searchedSeed() async throws {
    let folder = try SmallLog.folder(space: "learning_rate choice [0.01]\nseed choice [1,2]\n")
    let result = try await BuiltBinary.run(SmallLog.sweep("--epochs=1"), in: folder)
    #expect(
      result.errors.contains(
        "hyper.test:2:1: note: 'seed' is no parameter: every point is trained with the seeds 1, 2"))
    for option in [["--seeds", "2"], ["--max_epochs_total", "9"]] {
      let wrong = try await BuiltBinary.run(SmallLog.sweep("--epochs=1") + option, in: folder)
      #expect(wrong.status == 64 && wrong.errors.contains("'seed' is searched"), "\(wrong.errors)")
    }
  }
}
