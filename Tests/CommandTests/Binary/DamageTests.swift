import Foundation
import TestSupport
import Testing

/// Databases that are damaged while a sweep runs, or before a command reads them.
@Suite(.startsProcesses) struct DamageTests {
  private static let endless = SmallLog.sweep("--epochs=1000000", "--stopping_step=1000000")

  @Test(
    "A file that is cut short or overwritten while a sweep runs ends it with one line",
    arguments: [
      "truncate -s 0 runs/results.db", "truncate -s 8192 runs/results.db",
      "dd if=/dev/zero of=runs/results.db bs=64 count=1 conv=notrunc 2>/dev/null",
      "truncate -s 4096 runs/results.db-wal", "truncate -s 0 runs/results.db-wal",
    ])
  func meanwhile(damage: String) async throws {
    let folder = try SmallLog.folder()
    let command = try RunningCommand(BuiltBinary.url, Self.endless, in: folder)
    let hasBegun = try await command.waits {
      (try? query("SELECT count(*) > 3 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    #expect(try await BuiltBinary.shell(damage, in: folder).status == 0)
    let result = try await command.result()
    #expect(result.status == 1)
    let errors = result.errorLines.filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1, "\(result.errors)")
    #expect(errors.first?.hasPrefix("error: 'runs/results.db' is damaged: ") == true, "\(errors)")
  }

  @Test("Pages that were overwritten are found at the end of a run at the latest")
  func atTheEnd() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=40", "--stopping_step=1000", "--max_evals", "2")
    let command = try RunningCommand(BuiltBinary.url, sweep, in: folder)
    let hasBegun = try await command.waits {
      (try? query("SELECT count(*) > 3 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    let done = try await BuiltBinary.shell(
      "dd if=/dev/urandom of=runs/results.db bs=4096 seek=20 count=6 conv=notrunc 2>/dev/null",
      in: folder)
    #expect(done.status == 0)
    let result = try await command.result()
    #expect(result.status == 1, "\(result.errors)")
    #expect(result.errors.contains("error: 'runs/results.db' is damaged: "), "\(result.errors)")
  }

  @Test("Commands that read say that a file is damaged", arguments: ["status", "best", "verify"])
  func readers(name: String) async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=2", "--max_evals", "2")
    #expect(try await BuiltBinary.run(sweep, in: folder).status == 0)
    let whole = try Data(contentsOf: folder.file("runs/results.db"))
    for page in 1..<(whole.count / 4096) {
      var bytes = whole
      bytes.replaceSubrange(
        page * 4096..<(page + 1) * 4096, with: Data(repeating: 0x5A, count: 4096))
      try folder.write(bytes, to: "runs/results.db")
      let result = try await BuiltBinary.run([name], in: folder)
      #expect(result.status == 1)
      #expect(
        result.errorLines.count == 1
          && result.errors.hasPrefix("error: 'runs/results.db' is damaged: "),
        "page \(page): \(result.errors)")
    }
  }
}
