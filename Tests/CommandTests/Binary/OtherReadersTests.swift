import Foundation
import TestSupport
import Testing

/// results.db read by other users, on file systems that take no writes, and by other programs.
@Suite(.startsProcesses) struct OtherReadersTests {
  /// The prefix that makes a command another user's, who may only read.
  private static let nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups"
  private static let canChange = geteuid() == 0 && Shell.succeeds("\(nobody) true")
  private static let canMount = Shell.succeeds(
    "unshare -m sh -c 'mount --bind /tmp /mnt && mount -o remount,bind,ro /mnt'")

  private static let sweep = SmallLog.sweep("--epochs=2", "--max_evals", "2")
  private static let endless = SmallLog.sweep("--epochs=1000000", "--stopping_step=1000000")

  /// Lets other users into the folder of the test.
  private func folder() throws -> TemporaryFolder {
    let folder = try SmallLog.folder()
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
    return folder
  }

  private func asNobody(_ command: String, in folder: TemporaryFolder) async throws -> String {
    let result = try await BuiltBinary.shell("\(Self.nobody) \(command)", in: folder)
    #expect(result.status == 0, "\(command): \(result.errors)")
    return result.output
  }

  /// Starts a sweep without an end, waits for its first epochs, and ends it as told.
  private func interrupted(by signal: Int32, in folder: TemporaryFolder) async throws {
    let attempts = "SELECT count(*) FROM attempt"
    let before = try folder.contains("runs/results.db") ? query(attempts, in: folder) : ["0"]
    let command = try RunningCommand(BuiltBinary.url, Self.endless, in: folder)
    let hasBegun = try await command.waits {
      guard let now = try? query(attempts, in: folder), now != before else { return false }
      return (try? query("SELECT count(*) > 3 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    command.signal(signal)
    #expect(try await command.result().status == 128 + signal)
  }

  @Test(
    "Another user reads a sweep that has ended, with every command and with sqlite3",
    .enabled(if: canChange, "needs root and setpriv"))
  func ended() async throws {
    let folder = try folder()
    #expect(try await BuiltBinary.run(Self.sweep, in: folder).status == 0)
    let files = folder.contents
    #expect(files.filter { $0.hasPrefix("runs/results.db") } == ["runs/results.db"])
    #expect(try await asNobody("$SINE_TUNE status", in: folder).contains("small-1"))
    #expect(try await asNobody("$SINE_TUNE best --format json", in: folder).contains("trial"))
    #expect(
      try await asNobody("$SINE_TUNE verify --data_path=data", in: folder).contains("to the bit"))
    if Shell.succeeds("command -v sqlite3") {
      #expect(
        try await asNobody("sqlite3 runs/results.db 'SELECT count(*) FROM results'", in: folder)
          == "2\n")
    }
    #expect(folder.contents == files)
  }

  @Test(
    "Another user reads a sweep that runs, and what kill -9 and Ctrl-C leave of it",
    .enabled(if: canChange, "needs root and setpriv"))
  func running() async throws {
    let folder = try folder()
    let command = try RunningCommand(BuiltBinary.url, Self.endless, in: folder)
    let hasBegun = try await command.waits {
      (try? query("SELECT count(*) > 3 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    #expect(try await asNobody("$SINE_TUNE status", in: folder).contains("small-1"))
    command.signal(SIGKILL)
    _ = try await command.result()
    let files = folder.contents
    #expect(files.contains("runs/results.db-wal"))
    #expect(try await asNobody("$SINE_TUNE status", in: folder).contains("small-1"))
    // As a copy of the two files that matter, in which SQLite could not make the third one.
    try FileManager.default.removeItem(at: folder.file("runs/results.db-shm"))
    #expect(try await asNobody("$SINE_TUNE status", in: folder).contains("small-1"))
    #expect(folder.contents == files.filter { !$0.hasSuffix("-shm") })

    try await interrupted(by: SIGINT, in: folder)
    #expect(!folder.contains("runs/results.db-wal") && !folder.contains("runs/results.db-shm"))
    #expect(try await asNobody("$SINE_TUNE status", in: folder).contains("small-1"))
  }

  @Test(
    "A read-only mount is read, after a sweep has ended and after it was killed",
    .enabled(if: canMount, "needs root and mount namespaces"), arguments: [SIGKILL, SIGTERM])
  func mount(signal: Int32) async throws {
    let folder = try folder()
    try await interrupted(by: signal, in: folder)
    let result = try await BuiltBinary.shell(
      """
      unshare -m sh -c 'mount --bind . . && mount -o remount,bind,ro . && cd "$PWD" &&
      ! touch x 2>/dev/null && ls runs && "$SINE_TUNE" status &&
      "$SINE_TUNE" --params_file hyper.test --dataset small --data_path=data --dry_run'
      """, in: folder)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("small-1"))
    #expect(result.output.contains("-wal") == (signal == SIGKILL), "\(result.output)")
  }

  @Test("New files have the permissions that the user wants", arguments: ["002", "022", "077"])
  func umask(mask: String) async throws {
    let folder = try SmallLog.folder()
    let sweep = Self.endless.joined(separator: " ")
    let command = try RunningCommand(
      URL(filePath: "/bin/sh"), ["-c", "umask \(mask); exec \(BuiltBinary.url.path) \(sweep)"],
      in: folder)
    let hasBegun = try await command.waits {
      (try? query("SELECT count(*) > 0 FROM epoch", in: folder)) == ["1"]
    }
    #expect(hasBegun, "\(command.errorsSoFar)")
    let wanted = 0o666 & ~(Int(mask, radix: 8) ?? 0)
    for suffix in ["", "-wal", "-shm"] {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: folder.file("runs/results.db" + suffix).path)
      #expect(attributes[.posixPermissions] as? Int == wanted, "\(suffix)")
    }
    command.signal(SIGTERM)
    #expect(try await command.result().status == 143)
    let attributes = try FileManager.default.attributesOfItem(
      atPath: folder.file("runs/results.db").path)
    #expect(attributes[.posixPermissions] as? Int == wanted)
  }

  @Test("A file system without hard links gets a database, and an existing one is not overwritten")
  func noLinks() async throws {
    let tools = try TemporaryFolder()
    let source = Fixture.repository.appending(path: "Tests/Fixtures/disk/failing_disk.c").path
    let library = tools.file("failing_disk.so").path
    try #require(
      Shell.succeeds("cc -shared -fPIC -O1 -o '\(library)' '\(source)' -ldl")
        || Shell.succeeds("clang -shared -fPIC -O1 -o '\(library)' '\(source)' -ldl"))
    let folder = try SmallLog.folder()
    for count in ["1", "2"] {
      let result = try await BuiltBinary.run(
        SmallLog.sweep("--epochs=2", "--max_evals", count), in: folder,
        environment: ["LD_PRELOAD": library, "FAILING_DISK_NO_LINKS": "1"])
      #expect(result.status == 0, "\(result.errors)")
    }
    #expect(folder.contents.filter { $0.hasPrefix("runs/results.db") } == ["runs/results.db"])
    #expect(try query("SELECT count(*) FROM results", in: folder) == ["2"])
  }

  @Test("A FIFO, a device and a folder are refused at once, by what they are")
  func noFiles() async throws {
    let folder = try SmallLog.folder()
    #expect(mkfifo(folder.file("fifo").path, 0o600) == 0)
    for (path, text) in [
      ("fifo", "'fifo' is a FIFO, not a file"), ("/dev/null", "'/dev/null' is a device, not a"),
      ("new/", "'new/' names a folder"), ("data", "'data' names a folder"),
    ] {
      for command in [["status"], SmallLog.sweep("--epochs=1")] {
        let result = try await BuiltBinary.run(command + ["--db", path], in: folder)
        #expect(result.status == 1)
        #expect(
          result.errorLines.last?.hasPrefix("error: \(text)") == true
            && result.errors.contains("--db takes the name of a file"), "\(result.errors)")
      }
    }
    #expect(!folder.contains("new"))
  }
}
