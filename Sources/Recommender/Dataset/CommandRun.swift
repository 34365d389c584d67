import Foundation

/// A finished command: its exit status and what it wrote to stdout and stderr.
struct CommandRun: Sendable {
  let status: Int32
  /// What the command wrote to stderr, and to stdout unless the caller took that.
  let output: String

  /// The most seconds from one check of a running command to the next.
  private static let pollingInterval = 0.05

  /// Runs a command that is looked up in the environment's PATH, and waits for its end.
  ///
  /// The command runs in `folder` and not in the user's folder, so that no file that happens to lie
  /// there can take part: a `./pip.py`, or a program if PATH has a relative entry. If `isCancelled`
  /// returns true, the command is killed and `CancellationError` is thrown.
  init(
    _ arguments: [String], environment: [String: String], in folder: URL,
    input: FileHandle = .nullDevice, output: FileHandle? = nil,
    isCancelled: () -> Bool = { false }
  ) throws {
    // A file takes any amount of output; a pipe that nobody drains blocks the child at 64 KiB.
    let log = FileManager.default.temporaryDirectory
      .appending(path: "sine-tune-\(UUID().uuidString).log")
    try Data().write(to: log)
    defer { try? FileManager.default.removeItem(at: log) }
    let handle = try FileHandle(forWritingTo: log)
    defer { try? handle.close() }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = folder
    process.standardInput = input
    process.standardOutput = output ?? handle
    process.standardError = handle
    try process.run()
    var pause = 0.001
    while process.isRunning {
      if isCancelled() {
        // SIGKILL, because the command may have inherited that SIGINT and SIGTERM are blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        throw CancellationError()
      }
      Thread.sleep(forTimeInterval: pause)
      pause = min(2 * pause, Self.pollingInterval)
    }
    status = process.terminationStatus
    self.output = String(decoding: (try? Data(contentsOf: log)) ?? Data(), as: UTF8.self)
  }
}

extension URL {
  /// Creates a new folder for temporary files that nobody else can write to. The path is absolute.
  static func newTemporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.absoluteURL
      .appending(path: "sine-tune-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    return folder
  }
}
