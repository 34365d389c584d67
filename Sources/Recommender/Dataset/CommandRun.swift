import Foundation

/// A finished command: its exit status and what it wrote to stdout and stderr.
struct CommandRun: Sendable {
  let status: Int32
  let output: String

  /// The seconds from one check of a running command to the next.
  private static let pollingInterval = 0.05

  /// Runs a command that is looked up in the environment's PATH, and waits for its end.
  ///
  /// If `isCancelled` returns true, the command is killed and `CancellationError` is thrown.
  init(
    _ arguments: [String], environment: [String: String], isCancelled: () -> Bool = { false }
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
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    while process.isRunning {
      if isCancelled() {
        // SIGKILL, because the command may have inherited that SIGINT and SIGTERM are blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        throw CancellationError()
      }
      Thread.sleep(forTimeInterval: Self.pollingInterval)
    }
    status = process.terminationStatus
    output = String(decoding: (try? Data(contentsOf: log)) ?? Data(), as: UTF8.self)
  }
}
