import Foundation
import TestSupport
import Testing

/// Copies of results.db alone, made while several processes work on it and are killed.
@Suite(.startsProcesses) struct CopiedFileTests {
  private static let sweep = SmallLog.sweep(
    "--epochs=12", "--stopping_step=1000", "--jobs", "2", "--threads", "1",
    "--checkpoint_interval", "0")

  @Test("A copy of the file alone holds every trial that was reported before")
  func reported() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=300", "--stopping_step=1000", "--jobs", "1")
    let command = try RunningCommand(BuiltBinary.url, sweep, in: folder)
    for count in 1...2 {
      let hasEnded = try await command.waits { command.errorsSoFar.contains("[\(count)/6]") }
      #expect(hasEnded, "\(command.errorsSoFar)")
      if count == 2 { command.signal(SIGKILL) }
      let copy = "copy-\(count).db"
      try FileManager.default.copyItem(
        at: folder.file("runs/results.db"), to: folder.file(copy))
      #expect(
        try query(
          "SELECT count(*) >= \(count) FROM results WHERE state = 'complete'", in: folder, db: copy)
          == ["1"])
    }
    _ = try await command.result()
  }

  @Test("Every copy that is made meanwhile resumes to the same table, or is called damaged")
  func resumed() async throws {
    let reference = try SmallLog.folder()
    #expect(try await BuiltBinary.run(Self.sweep, in: reference).status == 0)
    let tables = try SweepTables(in: reference)

    let folder = try SmallLog.folder()
    var copies: [String] = []
    var random = SeededRandom(seed: 7)
    var isOver = false
    while !isOver, copies.count < 400 {
      let commands = try (0..<3).map { _ in
        try RunningCommand(BuiltBinary.url, Self.sweep, in: folder)
      }
      let end = ContinuousClock.now + .milliseconds(Int.random(in: 500...3000, using: &random))
      while ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(Int.random(in: 1...40, using: &random)))
        let name = "copy-\(copies.count).db"
        if folder.contains("runs/results.db") {
          try FileManager.default.copyItem(
            at: folder.file("runs/results.db"), to: folder.file(name))
          copies.append(name)
        }
      }
      for command in commands { command.signal(SIGKILL) }
      for command in commands { isOver = try await command.result().status == 0 || isOver }
    }
    #expect(copies.count > 20)

    let count = FuzzingEffort.count(12, full: copies.count)
    var (same, damaged) = (0, 0)
    for name in copies.shuffled(using: &random).prefix(count) {
      let result = try await BuiltBinary.run(Self.sweep + ["--db", name], in: folder)
      if result.status == 0 {
        let found = try SweepTables(in: folder, db: name)
        #expect(found == tables, "\(name): \(found.differences(from: tables))")
        #expect(try SweepTables.problems(in: folder, db: name) == [])
        same += 1
      } else {
        #expect(result.errors.contains("error: '\(name)' is damaged: "), "\(result.errors)")
        damaged += 1
      }
    }
    print("copies: \(copies.count), \(same) ended as the reference, \(damaged) were torn")
    #expect(same > 0)
  }
}
