import Foundation
import TestSupport
import Testing

/// A file system that fills up: a small one in memory, which only the sweep's processes see.
///
/// `SINE_TUNE_FUZZING=full` tries every size: `Scripts/failing_disk`.
@Suite(
  .serialized,
  .enabled(
    if: Shell.succeeds("unshare -rm mount -t tmpfs -o size=4k tmpfs /mnt"),
    "needs mount namespaces: 'unshare -rm'"))
struct FullDiskTests {
  /// A sweep whose files stay small, and one whose log is moved into the database on its way.
  private static let sweeps: [(options: [String], sizes: StrideTo<Int>)] = [
    (
      ["--epochs=2", "--jobs", "1", "--checkpoint_interval", "0"],
      stride(from: 4, to: 10_000, by: FuzzingEffort.isFull ? 4 : 108)
    ),
    (
      ["--epochs=60", "--stopping_step=1000", "--jobs", "2", "--checkpoint_interval", "0"],
      stride(from: 3_600, to: 10_000, by: FuzzingEffort.isFull ? 24 : 440)
    ),
  ]

  @Test(
    "Whatever finds no space, the sweep ends in one line, and with space as if nothing had been",
    arguments: sweeps.indices)
  func everySize(index: Int) async throws {
    let (options, sizes) = Self.sweeps[index]
    let sweep = SmallLog.sweep() + options
    let reference = try SmallLog.folder()
    #expect(try await BuiltBinary.run(sweep, in: reference).status == 0)
    let tables = try SweepTables(in: reference)
    var failures = 0
    for size in sizes {
      let folder = try SmallLog.folder()
      let output = try await run(sweep, size: size, in: folder)
      if folder.contains("full/results.db") {
        #expect(try query("PRAGMA integrity_check", in: folder, db: "full/results.db") == ["ok"])
      }
      #expect(output.hasSuffix("again: exit 0\n"), "\(size) KiB: \(output)")
      let found = try SweepTables(in: folder, db: "roomy/results.db")
      #expect(found == tables, "\(size) KiB: \(found.differences(from: tables))")
      #expect(try SweepTables.problems(in: folder, db: "roomy/results.db") == [])
      let isOver = output.contains("first: exit 0\n")
      #expect(isOver || output.contains("first: exit 1\n"), "\(size) KiB: \(output)")
      #expect(
        output.split(separator: "\n").count { $0.contains("error: ") } == (isOver ? 0 : 1),
        "\(size) KiB: \(output)")
      if isOver { break }
      failures += 1
    }
    print("full disk: \(failures) sizes that are too small, by \(sizes)")
    #expect(failures >= 3)
  }

  /// Runs the sweep on a file system of so many KiB, and again once that has grown; `full` and
  /// `roomy` are what lies on it after each.
  private func run(
    _ sweep: [String], size: Int, in folder: TemporaryFolder
  ) async throws -> String {
    try folder.write(
      """
      mkdir runs && mount -t tmpfs -o size=\(size)k tmpfs runs || exit 99
      $SINE_TUNE \(sweep.joined(separator: " ")); echo "first: exit $?"
      cp -R runs full && mount -o remount,size=64m runs || exit 99
      $SINE_TUNE \(sweep.joined(separator: " ")); echo "again: exit $?"
      cp -R runs roomy

      """, to: "script")
    return try await BuiltBinary.shell("unshare -rm sh script 2>&1", in: folder).output
  }
}
