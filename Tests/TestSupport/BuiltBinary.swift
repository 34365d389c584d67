import Foundation

/// The `sine-tune` that was built together with the running tests.
package enum BuiltBinary {
  /// Beside the test bundle, wherever the build folder is; the usual folder as the last resort.
  package static let url: URL = {
    var folders = Bundle.allBundles.filter { $0.bundlePath.hasSuffix(".xctest") }
      .map { $0.bundleURL.deletingLastPathComponent() }
    folders.append(Bundle.main.bundleURL)
    folders.append(
      URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent())
    folders.append(Fixture.repository.appending(path: ".build/debug"))
    let candidates = folders.map { $0.appending(path: "sine-tune") }
    let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    return found ?? candidates[candidates.count - 1]
  }()

  /// Runs the binary to its end.
  package static func run(
    _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:],
    deadline: Duration = .seconds(1200)
  ) async throws -> CommandResult {
    try await RunningCommand(
      url, arguments, in: folder, environment: environment, deadline: deadline
    ).result()
  }

  /// Runs a line of shell to its end; `$SINE_TUNE` is the binary.
  package static func shell(
    _ script: String, in folder: TemporaryFolder, deadline: Duration = .seconds(1200)
  ) async throws -> CommandResult {
    try await RunningCommand(
      URL(filePath: "/bin/sh"), ["-c", script], in: folder,
      environment: ["SINE_TUNE": url.path], deadline: deadline
    ).result()
  }
}

/// What a command left behind.
package struct CommandResult: Sendable {
  /// The exit code; 128 plus the signal where one ended the command, as a shell has it.
  package let status: Int32
  package let output: String
  package let errors: String

  package var outputLines: [String] { output.split(separator: "\n").map(String.init) }
  package var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
}
