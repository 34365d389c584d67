import Foundation
import Literals
import Sweeps
import Synchronization

/// Writes results to standard output and everything else to standard error, both without a buffer.
///
/// Lines for people may quote names, values and paths of any origin. They are written without characters that
/// act on a terminal.
enum Console {
  /// The reader of standard output has gone: a pipe is closed, or a terminal has hung up.
  struct NobodyReads: Error {}

  private static let quiet = Atomic(false)

  /// Keeps everything but results, errors and warnings to itself from now on.
  static func silence() {
    quiet.store(true, ordering: .relaxed)
  }

  static var isQuiet: Bool { quiet.load(ordering: .relaxed) }

  /// Writes a text of the result to standard output as it is, such as JSON, which has escapes of its own.
  ///
  /// There is no buffer, so a reader at the end of a pipe sees each line at once. Throws `NobodyReads`,
  /// or an error with a message if the disk is full, for example.
  static func result(_ line: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    } catch {
      if lacksReader(error) { throw NobodyReads() }
      throw InvalidInput("cannot write the result: \(systemReason(error))")
    }
  }

  /// Writes lines for people to standard output.
  static func result(_ lines: [String]) throws {
    guard !lines.isEmpty else { return }
    try result(lines.map(\.printable).joined(separator: "\n"))
  }

  /// Writes a line about what happens to standard error, unless the user wants no such lines. A failure
  /// is ignored, because it cannot be reported anywhere.
  static func progress(_ line: String) {
    if !isQuiet { error(line) }
  }

  /// Writes a line about what is wrong to standard error.
  static func error(_ line: String) {
    raw(line.printable + "\n")
  }

  /// Writes a text to standard error as it is.
  static func raw(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Writes each diagnostic in a line to standard error.
  static func report(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics where !isQuiet || diagnostic.severity != .note {
      error(diagnostic.description)
    }
  }

  /// Returns whether a write to standard output failed because nobody can read it any more.
  private static func lacksReader(_ error: any Error) -> Bool {
    switch systemCode(error) {
    case EPIPE: return true
    case EIO:
      // A terminal that has hung up; the same error of a file is one of its disk.
      var status = stat()
      return fstat(STDOUT_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR
    default: return false
    }
  }
}
