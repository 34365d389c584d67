import Foundation
import GRDB
import TestSupport
import Testing

/// Names of sweeps that mean something to a file system, a shell, YAML or a terminal.
@Suite(.startsProcesses) struct OddNameTests {
  @Test(
    "A sweep of any name in one line has its checkpoints, and its printed commands work",
    arguments: [
      "results.db", "results.db-wal", "-x", "..", "a/b", "it's $HOME `id` !x",
      String(repeating: "漢", count: 200),
    ])
  func names(name: String) async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep(
      "--epochs=2", "--max_evals", "2", "--sweep=\(name)", "--checkpoint_interval", "0")
    let run = try await BuiltBinary.run(sweep, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(folder.contents.count { $0.hasSuffix(".checkpoint") } == 1)
    #expect(
      try query("SELECT DISTINCT sweep, state FROM results", in: folder) == ["\(name)|complete"])
    let commands = run.outputLines.filter { $0.contains(" best ") && $0.hasSuffix("> best.yaml") }
    let command = try #require(commands.first)
    let best = try await RunningCommand(
      URL(filePath: "/bin/bash"), ["-c", command], in: folder, deadline: .seconds(300)
    ).result()
    #expect(best.status == 0, "\(best.errors)")
    #expect(try folder.text(of: "best.yaml").hasPrefix("# The recommended configuration of "))
    let again = try await BuiltBinary.run(sweep, in: folder)
    #expect(again.errors.contains("resuming \(name): 2 of 2 trials done"))
  }

  @Test("A line end in the name of an old sweep is text, in YAML, in tables and in commands")
  func lineEnd() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=1", "--max_evals")
    #expect(try await BuiltBinary.run(sweep + ["1", "--sweep", "old"], in: folder).status == 0)
    let name = "a\nepochs: 9"
    let queue = try DatabaseQueue(path: folder.file("runs/results.db").path)
    try await queue.write { db in
      try db.execute(sql: "UPDATE sweep SET name = ?", arguments: [name])
    }
    try queue.close()
    let yaml = try await BuiltBinary.run(
      ["best", "--sweep", name, "--format", "yaml"], in: folder)
    #expect(yaml.status == 0, "\(yaml.errors)")
    #expect(
      yaml.outputLines[0].hasPrefix(
        #"# The recommended configuration of sweep a\nepochs: 9: mrr@10 "#))
    #expect(yaml.outputLines.filter { $0.hasPrefix("epochs:") } == ["epochs: 1"])
    let status = try await BuiltBinary.run(["status"], in: folder)
    #expect(status.outputLines.count == 2)
    let goesOn = try await BuiltBinary.run(sweep + ["2", "--sweep", name], in: folder)
    #expect(goesOn.status == 0, "\(goesOn.errors)")
    #expect(goesOn.errors.contains(#"resuming a\nepochs: 9: 1 of 2 trials done"#))
    #expect(goesOn.output.contains(#"best --sweep $'a\012epochs: 9' --format yaml"#))
  }

  @Test("A trial without a score is never the best one")
  func noScore() async throws {
    let folder = try SmallLog.folder()
    let run = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "1"), in: folder)
    #expect(run.status == 0, "\(run.errors)")
    try force("UPDATE trial SET validScore = NULL, unroundedScore = NULL", in: folder)
    for format in ["table", "yaml", "json"] {
      let best = try await BuiltBinary.run(["best", "--format", format], in: folder)
      #expect(best.status == 1 && best.output.isEmpty)
      #expect(best.errors.contains("no trial of 'small-1' has a score"))
    }
    let again = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "1"), in: folder)
    #expect(again.output.contains("no trial has a score"))
    #expect(!again.output.contains("best"))
  }
}
