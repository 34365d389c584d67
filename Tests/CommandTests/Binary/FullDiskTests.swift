import Foundation
import TestSupport
import Testing

/// A sweep on a small file system that fills up. Only the processes of the sweep see it.
///
/// `SINE_TUNE_FUZZING=full` tries every size: `Scripts/failing_disk`.
@Suite(.serialized, .startsProcesses) struct FullDiskTests {
  private static let short = SmallLog.sweep(
    "--epochs=2", "--jobs", "1", "--checkpoint_interval", "0")

  /// A sweep whose log is moved into the database while it runs, and not only at its end.
  private static let long = SmallLog.sweep(
    "--epochs=60", "--stopping_step=1000", "--jobs", "2", "--checkpoint_interval", "0")

  private static func sizes(from first: Int, by step: Int, full: Int) -> StrideTo<Int> {
    stride(from: first, to: 10_000, by: FuzzingEffort.isFull ? full : step)
  }

  @Test(
    "Whatever finds no space, the sweep ends in one line, and with space as if nothing had been",
    .enabled(
      if: Shell.succeeds("unshare -rm mount -t tmpfs -o size=4k tmpfs /mnt"),
      "needs mount namespaces: 'unshare -rm'"),
    arguments: [
      (short, sizes(from: 4, by: 108, full: 4)), (long, sizes(from: 2_400, by: 440, full: 40)),
    ])
  func memory(sweep: [String], sizes: StrideTo<Int>) async throws {
    try await fill(sizes, sweep) { size in
      (
        unshare: "unshare -rm",
        mount: "mount -t tmpfs -o size=\(size)k tmpfs runs",
        grow: "mount -o remount,size=64m runs"
      )
    }
  }

  @Test(
    "The same on a disk whose blocks are smaller than a page of memory",
    .enabled(
      if: geteuid() == 0 && Shell.succeeds("command -v mkfs.ext4 && unshare -m losetup -f"),
      "needs root, loop devices and mkfs.ext4"))
  func image() async throws {
    // SQLite reserves a page of its mapped index by writing one byte, which is only one block here.
    try await fill(Self.sizes(from: 200, by: 100, full: 10), Self.short) { size in
      (
        unshare: "unshare -m",
        mount: """
        truncate -s 16M image && mkfs.ext4 -q -b 1024 -m 0 image && mount -o loop image runs &&
        free=$(df -k --output=avail runs | tail -n 1) &&
        dd if=/dev/zero of=runs/ballast bs=1k count=$((free - \(size))) status=none
        """,
        grow: "rm runs/ballast"
      )
    }
  }

  /// Runs a sweep on file systems of ascending sizes in KiB, until one is large enough.
  private func fill(
    _ sizes: StrideTo<Int>, _ sweep: [String],
    on disk: (Int) -> (unshare: String, mount: String, grow: String)
  ) async throws {
    let reference = try SmallLog.folder()
    #expect(try await BuiltBinary.run(sweep, in: reference).status == 0)
    let tables = try SweepTables(in: reference)
    var failures = 0
    for size in sizes {
      let folder = try SmallLog.folder()
      let disk = disk(size)
      // The test cannot see this file system, so it looks at copies.
      try folder.write(
        """
        mkdir runs && \(disk.mount) || exit 99
        $SINE_TUNE \(sweep.joined(separator: " ")); echo "first: exit $?"
        cp -R runs full && \(disk.grow) || exit 99
        $SINE_TUNE \(sweep.joined(separator: " ")); echo "again: exit $?"
        cp -R runs roomy

        """, to: "script")
      let output = try await BuiltBinary.shell("\(disk.unshare) sh script 2>&1", in: folder).output
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
    print("full disk: \(failures) sizes that are too small")
    #expect(failures >= 3)
  }
}
