import Foundation
import Literals
import Sweeps

/// Standard output for results and standard error for everything else, both written at once.
enum Console {
  /// Writes a line of the result.
  ///
  /// It goes past the buffered `stdout`, so that a reader at the end of a pipe sees each line as
  /// it is made; a reader that went away or a full disk is an error and not a trap.
  static func result(_ line: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    } catch {
      throw InvalidInput("cannot write the result: \(systemReason(error))")
    }
  }

  static func result(_ lines: [String]) throws {
    guard !lines.isEmpty else { return }
    try result(lines.joined(separator: "\n"))
  }

  /// Writes a line of progress; there is nowhere to report a failure to.
  static func progress(_ line: String) {
    raw(line + "\n")
  }

  static func raw(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  static func report(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { progress(diagnostic.description) }
  }
}
