import Foundation

/// A finished command: its exit status and what it wrote to stdout and stderr.
struct CommandRun: Sendable {
  let status: Int32
  let output: String

  /// Runs a command that is looked up in the environment's PATH, and waits for it.
  init(_ arguments: [String], environment: [String: String]) throws {
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
    process.waitUntilExit()
    status = process.terminationStatus
    output = String(decoding: (try? Data(contentsOf: log)) ?? Data(), as: UTF8.self)
  }
}
