import Foundation

/// Finds out what the machine can do, for tests that run only on some machines.
package enum Shell {
  /// Returns whether a line of shell ends with 0. Its output is dropped.
  package static func succeeds(_ script: String) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
