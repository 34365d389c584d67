import Foundation
import TestSupport
import Testing

@Suite(.startsProcesses) struct CheckpointTests {
  /// One trial of many epochs.
  private static func trial(epochs: Int, _ options: String...) -> [String] {
    SmallLog.sweep("--epochs=\(epochs)", "--stopping_step=1000000", "--max_evals", "1")
      + ["--checkpoint_interval", "0"] + options
  }

  private static let file = "runs/small-1/trial-0000.checkpoint"

  /// Runs a sweep until a number of epochs are done, and kills it.
  private func killed(
    _ sweep: [String], after epochs: Int, in folder: TemporaryFolder
  ) async throws {
    let command = try RunningCommand(BuiltBinary.url, sweep, in: folder)
    let hasBegun = try await command.waits {
      guard folder.contains(Self.file) else { return false }
      return try query("SELECT count(*) >= \(epochs) FROM epoch", in: folder) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    command.signal(SIGKILL)
    #expect(try await command.result().status == 137)
  }

  @Test("A killed trial goes on where its checkpoint stands; the epochs before it are not touched")
  func goesOn() async throws {
    let sweep = Self.trial(epochs: 1_000_000)
    let folder = try SmallLog.folder()
    try await killed(sweep, after: 20, in: folder)
    let rows = "SELECT number, ended FROM epoch WHERE number < 15 ORDER BY number"
    let before = try query(rows, in: folder)
    let done = try query("SELECT count(*) FROM epoch", in: folder).compactMap(Int.init)

    let again = try RunningCommand(BuiltBinary.url, sweep, in: folder)
    let reached = try await again.waits {
      try query("SELECT count(*) > \(done[0] + 40) FROM epoch", in: folder) == ["1"]
    }
    #expect(reached, "\(again.errorsSoFar)")
    #expect(again.errorsSoFar.contains("resuming small-1: 0 of 1 trial done, 1 interrupted"))
    again.signal(SIGTERM)
    #expect(try await again.result().status == 143)
    #expect(try query(rows, in: folder) == before)
    #expect(
      try query("SELECT count(*) = max(number) + 1 FROM epoch", in: folder) == ["1"])
  }

  @Test(
    "A checkpoint that is torn, of other settings, or gone: the trial starts again, to the same end",
    arguments: ["torn", "flipped", "foreign", "gone", "folder"])
  func damaged(kind: String) async throws {
    let sweep = Self.trial(epochs: 100)
    let whole = try SmallLog.folder()
    #expect(try await BuiltBinary.run(sweep, in: whole).status == 0)
    let tables = try SweepTables(in: whole)

    let folder = try SmallLog.folder()
    try await killed(sweep, after: 10, in: folder)
    var bytes = try Data(contentsOf: folder.file(Self.file))
    switch kind {
    case "torn": try folder.write(bytes.prefix(bytes.count / 2), to: Self.file)
    case "flipped":
      bytes[bytes.count / 2] ^= 1
      try folder.write(bytes, to: Self.file)
    case "foreign":
      let other = try SmallLog.folder()
      try await killed(Self.trial(epochs: 101), after: 10, in: other)
      try folder.write(Data(contentsOf: other.file(Self.file)), to: Self.file)
    case "folder":
      try FileManager.default.removeItem(at: folder.file("runs/small-1"))
    default:
      try FileManager.default.removeItem(at: folder.file(Self.file))
    }
    try folder.write("half a checkpoint", to: Self.file + ".part")
    let result = try await BuiltBinary.run(sweep, in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.errors.contains("trial 0 starts again from its first epoch: the checkpoint")
        == ["torn", "flipped", "foreign"].contains(kind), "\(result.errors)")
    #expect(folder.contents.filter { $0.hasSuffix(".part") }.isEmpty)
    let found = try SweepTables(in: folder)
    #expect(found == tables, "\(found.differences(from: tables))")
  }

  @Test(
    "--keep_checkpoints says whose checkpoints outlive their trials",
    arguments: ["best", "all", "none"])
  func kept(policy: String) async throws {
    let folder = try SmallLog.folder()
    try folder.write("mine", to: "runs/small-1/notes.txt")
    let sweep = SmallLog.sweep("--epochs=3", "--keep_checkpoints", policy)
    let result = try await BuiltBinary.run(sweep, in: folder)
    #expect(result.status == 0, "\(result.errors)")
    let kept = folder.contents.filter { $0.hasSuffix(".checkpoint") }
    switch policy {
    case "all": #expect(kept == (0..<6).map { "runs/small-1/trial-000\($0).checkpoint" })
    case "none": #expect(kept == [])
    default:
      let best = try query(
        "SELECT trial FROM results ORDER BY valid_score DESC, trial LIMIT 1", in: folder)
      #expect(kept == ["runs/small-1/trial-000\(best[0]).checkpoint"])
    }
    #expect(folder.contents.contains("runs/small-1/notes.txt"))

    // The next run removes all files that a killed process has left behind.
    try folder.write("old", to: "runs/small-1/trial-0003.checkpoint.part")
    try folder.write("old", to: "runs/small-1/trial-0077.checkpoint")
    #expect(try await BuiltBinary.run(sweep, in: folder).status == 0)
    let left = folder.contents.filter { $0.contains(".checkpoint") && !$0.contains("0077") }
    #expect(left == kept)
    #expect(folder.contains("runs/small-1/trial-0077.checkpoint") == (policy == "all"))
  }

  @Test("A sweep's name never leads out of the folder of the database")
  func names() async throws {
    let folder = try SmallLog.folder()
    for name in ["../up", "a/b", "..", "ü 1"] {
      let result = try await BuiltBinary.run(
        SmallLog.sweep("--epochs=1", "--max_evals", "1", "--sweep", name), in: folder)
      #expect(result.status == 0, "\(result.errors)")
    }
    let folders = folder.contents.filter { $0.hasSuffix("/trial-0000.checkpoint") }
    #expect(
      folders.sorted() == [
        "runs/%2E.%2Fup/trial-0000.checkpoint", "runs/%2E./trial-0000.checkpoint",
        "runs/%C3%BC%201/trial-0000.checkpoint", "runs/a%2Fb/trial-0000.checkpoint",
      ])
  }
}
