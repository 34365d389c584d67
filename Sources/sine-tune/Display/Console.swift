import Foundation
import Literals
import Sweeps

/// Writes results to standard output and everything else to standard error, both without a buffer.
///
/// Lines for people may quote names, values and paths of any origin. They are written without characters that
/// act on a terminal.
enum Console {
  /// Writes a text of the result to standard output as it is, such as JSON, which has escapes of its own.
  ///
  /// There is no buffer, so a reader at the end of a pipe sees each line at once. Throws if the reader is
  /// gone or the disk is full.
  static func result(_ line: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    } catch {
      throw InvalidInput("cannot write the result: \(systemReason(error))")
    }
  }

  /// Writes lines for people to standard output.
  static func result(_ lines: [String]) throws {
    guard !lines.isEmpty else { return }
    try result(lines.map(\.printable).joined(separator: "\n"))
  }

  /// Writes a line to standard error. A failure is ignored, because it cannot be reported anywhere.
  static func progress(_ line: String) {
    raw(line.printable + "\n")
  }

  /// Writes a text to standard error as it is.
  static func raw(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Writes each diagnostic in a line to standard error.
  static func report(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { progress(diagnostic.description) }
  }
}
