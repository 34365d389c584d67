import Foundation
import TestSupport
import Testing

/// Kills a sweep at random instants, again and again, and compares its final tables.
///
/// `SINE_TUNE_KILLS` sets the number of kills and `SINE_TUNE_KILL_SEED` their instants; see
/// `Scripts/torture`.
@Suite(.startsProcesses) struct TortureTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let kills = environment["SINE_TUNE_KILLS"].flatMap(Int.init) ?? 40
  private static let seed = environment["SINE_TUNE_KILL_SEED"].flatMap(UInt64.init) ?? 1

  /// Six cells, and a checkpoint after every epoch.
  private static let sweep = SmallLog.sweep(
    "--epochs=30", "--stopping_step=1000", "--jobs", "2", "--threads", "1",
    "--checkpoint_interval", "0")

  private struct Tally {
    var kills: [Int32: Int] = [:]
    var starts = 0
    var sweeps = 0
    var resumedTrials = 0
    var snapshots = 0
    /// Copies of results.db alone, made beside running processes, that ended as the reference.
    var copies = 0
    /// Copies that were made while SQLite wrote into the file, and were recognised as damaged.
    var tornCopies = 0
    var slowestExit = Duration.zero

    var total: Int { kills.values.reduce(0, +) }
  }

  @Test("However often a sweep is killed, it ends with the tables of an undisturbed one")
  func kills() async throws {
    let reference = try SmallLog.folder()
    let whole = try await BuiltBinary.run(Self.sweep, in: reference)
    #expect(whole.status == 0, "\(whole.errors)")
    let files = reference.contents
    let tables = try SweepTables(in: reference)
    #expect(try SweepTables.problems(in: reference).isEmpty)

    var random = SeededRandom(seed: Self.seed)
    var tally = Tally()
    while tally.total < Self.kills {
      let folder = try SmallLog.folder()
      while tally.total < Self.kills {
        if try await wave(in: folder, &random, &tally) { break }
      }
      for copy in folder.contents.filter({ $0.hasPrefix("copies/") }) {
        try await resume(copy, of: folder, tables: tables, &tally)
        try FileManager.default.removeItem(atPath: folder.file(copy).path)
      }
      rmdir(folder.file("copies").path)
      let last = try await BuiltBinary.run(Self.sweep, in: folder)
      #expect(last.status == 0, "\(last.errors)")
      #expect(folder.contents == files)
      let found = try SweepTables(in: folder)
      #expect(found == tables, "\(found.differences(from: tables))")
      #expect(try SweepTables.problems(in: folder) == [])
      tally.sweeps += 1
      tally.resumedTrials += try query("SELECT count(*) FROM attempt", in: folder)
        .compactMap(Int.init).reduce(-6, +)
    }
    report(tally)
    #expect(tally.total >= Self.kills)
    #expect(tally.slowestExit < .seconds(5))
  }

  /// Goes on with a copy of results.db that has neither a log nor checkpoints beside it.
  private func resume(
    _ copy: String, of folder: TemporaryFolder, tables: SweepTables, _ tally: inout Tally
  ) async throws {
    let other = try SmallLog.folder()
    let runs = other.file("runs").path
    try FileManager.default.createDirectory(atPath: runs, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: folder.file(copy).path, toPath: other.file("runs/results.db").path)
    let result = try await BuiltBinary.run(Self.sweep, in: other)
    if result.status == 1, result.errors.contains("is damaged") {
      tally.tornCopies += 1
      return
    }
    #expect(result.status == 0, "\(result.errors)")
    let found = try SweepTables(in: other)
    #expect(found == tables, "\(found.differences(from: tables))")
    #expect(try SweepTables.problems(in: other) == [])
    tally.copies += 1
  }

  /// Copies results.db alone, as users do, whatever the processes are doing.
  private func copy(in folder: TemporaryFolder, number: Int) throws {
    guard folder.contains("runs/results.db") else { return }
    try FileManager.default.createDirectory(
      atPath: folder.file("copies").path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: folder.file("runs/results.db").path, toPath: folder.file("copies/\(number).db").path)
  }

  /// Starts one to four processes on the sweep, copies results.db meanwhile, and kills each process at
  /// an instant of its own. Returns true if one of them came to its end.
  private func wave(
    in folder: TemporaryFolder, _ random: inout SeededRandom, _ tally: inout Tally
  ) async throws -> Bool {
    var running: [(command: RunningCommand, signal: Int32, delay: Duration)] = []
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let signal = [SIGKILL, SIGKILL, SIGTERM, SIGINT].randomElement(using: &random) ?? SIGKILL
      let delay = Duration.milliseconds(Int.random(in: 20...1500, using: &random))
      let command = try RunningCommand(BuiltBinary.url, Self.sweep, in: folder)
      running.append((command, signal, delay))
      tally.starts += 1
    }
    let start = ContinuousClock.now
    var (hasFinished, isCopied) = (false, false)
    for (command, signal, delay) in running.sorted(by: { $0.delay < $1.delay }) {
      try await Task.sleep(until: start + delay, clock: .continuous)
      let sent = ContinuousClock.now
      if !isCopied {
        isCopied = true
        tally.snapshots += 1
        try copy(in: folder, number: tally.snapshots)
      }
      let isHit = command.signal(signal)
      guard isHit else { continue }
      let result = try await command.result()
      tally.slowestExit = max(tally.slowestExit, ContinuousClock.now - sent)
      // A sweep may end in order between the check and the signal.
      #expect([0, 128 + signal].contains(result.status), "\(result.status): \(result.errors)")
      if result.status != 0 { tally.kills[signal, default: 0] += 1 }
    }
    for (command, _, _) in running {
      let result = try await command.result()
      #expect([0, 130, 137, 143].contains(result.status), "\(result.status): \(result.errors)")
      if result.status == 0 { hasFinished = true }
    }
    if folder.contains("runs/results.db") {
      #expect(try query("PRAGMA integrity_check", in: folder) == ["ok"])
    }
    return hasFinished
  }

  private func report(_ tally: Tally) {
    let names = [SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGINT: "SIGINT"]
    let signals = tally.kills.sorted { $0.key < $1.key }
      .map { "\($0.value) \(names[$0.key] ?? "\($0.key)")" }
    print(
      "torture: \(tally.total) kills (\(signals.joined(separator: ", "))) of \(tally.starts) "
        + "processes, \(tally.sweeps) sweeps ended as the reference, \(tally.resumedTrials) "
        + "trials taken up again, \(tally.copies) copies of results.db alone gone on with, "
        + "\(tally.tornCopies) torn ones recognised, slowest exit \(tally.slowestExit)")
  }
}
