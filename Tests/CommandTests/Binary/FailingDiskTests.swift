import Foundation
import TestSupport
import Testing

/// A sweep whose calls to the disk fail with EIO: `Tests/Fixtures/disk/failing_disk.c` is preloaded.
///
/// `SINE_TUNE_FUZZING=full` tries every call: `Scripts/failing_disk`.
@Suite(
  .startsProcesses,
  .enabled(
    if: Shell.succeeds("test \"$(uname)\" = Linux && command -v clang"),
    "needs Linux, and clang for the library that fails"))
struct FailingDiskTests {
  private static let stride = FuzzingEffort.isFull ? 1 : 89

  private static let sweep = SmallLog.sweep(
    "--epochs=2", "--jobs", "1", "--checkpoint_interval", "0")

  @Test(
    "Whichever call fails, once or from then on, the sweep ends in one line and can be continued",
    arguments: [false, true])
  func everyCall(forGood: Bool) async throws {
    let tools = try TemporaryFolder()
    let source = Fixture.repository.appending(path: "Tests/Fixtures/disk/failing_disk.c").path
    let library = tools.file("failing_disk.so").path
    try #require(
      Shell.succeeds("clang -shared -fPIC -O1 -Wall -Werror -o '\(library)' '\(source)' -ldl"))
    let reference = try SmallLog.folder()
    #expect(try await BuiltBinary.run(Self.sweep, in: reference).status == 0)
    let tables = try SweepTables(in: reference)

    var failures = 0
    var harmless = 0
    while true {
      var environment = [
        "LD_PRELOAD": library, "FAILING_DISK_CALL": "\(1 + failures * Self.stride)",
      ]
      if forGood { environment["FAILING_DISK_FOR_GOOD"] = "1" }
      let folder = try SmallLog.folder()
      let failed = try await BuiltBinary.run(Self.sweep, in: folder, environment: environment)
      guard let call = failed.errorLines.first(where: { $0.hasPrefix("failing disk: ") }) else {
        #expect(failed.status == 0)
        break
      }
      failures += 1
      // SQLite ignores a failure if it only tidies up.
      if failed.status == 0 { harmless += 1 }
      #expect([0, 1].contains(failed.status), "\(call): \(failed.errors)")
      #expect(
        failed.errorLines.count { $0.hasPrefix("error: ") } == Int(failed.status),
        "\(call): \(failed.errors)")

      let rest = try await BuiltBinary.run(Self.sweep, in: folder)
      #expect(rest.status == 0, "\(call): \(rest.errors)")
      let found = try SweepTables(in: folder)
      #expect(found == tables, "\(call): \(found.differences(from: tables))")
      #expect(try SweepTables.problems(in: folder) == [], "\(call)")
      #expect(folder.contents == reference.contents, "\(call)")
    }
    print(
      "failing disk: \(failures) calls that failed\(forGood ? " for good" : ""), "
        + "\(harmless) of them without harm")
    #expect(failures >= 5 && harmless < failures)
  }
}
