import Literals

/// The errors in the rows of a file. An error that many rows have in the same column is reported
/// once, with its first place and the number of rows, so that a million bad rows take no more
/// memory and no more lines than one.
struct RowProblems: Sendable {
  /// What can be wrong with a row or a field.
  enum Kind: Hashable, Sendable {
    case quote, fieldCount, encoding, number, infinity, time, zeroByte, rowLimit
  }

  private struct Key: Hashable {
    let kind: Kind
    /// The index of the column; nil for an error of the whole row.
    let column: Int?
  }

  private struct Problem {
    let location: SourceLocation
    let message: String
    let advice: String?
    var count = 1
    /// The lines of the rows after the first one, up to a limit.
    var furtherLines: [Int] = []
  }

  private let file: String
  /// In order of their first places.
  private var problems: [Problem] = []
  private var indices: [Key: Int] = [:]
  /// The number of errors that were reported.
  private(set) var count = 0

  /// The most lines of further rows that a message names.
  private static let lineLimit = 5

  init(file: String) {
    self.file = file
  }

  var isEmpty: Bool { problems.isEmpty }

  /// Reports an error of a field. `message` and `advice` are asked for the first of its kind only.
  ///
  /// - Parameters:
  ///   - index: The index of the byte at which the error is.
  ///   - advice: What helps; it stands at the end of the message.
  mutating func report(
    _ kind: Kind, column: Int? = nil, at index: Int, in row: FieldScanner.Row,
    _ scanner: FieldScanner, _ message: () -> String, advice: () -> String? = { nil }
  ) {
    count += 1
    let key = Key(kind: kind, column: column)
    if let known = indices[key] {
      problems[known].count += 1
      if problems[known].furtherLines.count < Self.lineLimit {
        problems[known].furtherLines.append(row.line)
      }
      return
    }
    indices[key] = problems.count
    let place = scanner.location(of: index, in: row)
    problems.append(
      Problem(
        location: SourceLocation(file: file, line: place.line, column: place.column),
        message: message(), advice: advice()))
  }

  /// Reports an error of a field; the message is made of an excerpt of the field, the advice of its bytes.
  mutating func report(
    _ kind: Kind, _ column: Int, _ field: FieldScanner.Field, _ row: FieldScanner.Row,
    _ scanner: FieldScanner, _ message: (Excerpt) -> String,
    advice: (UnsafeBufferPointer<UInt8>) -> String? = { _ in nil }
  ) {
    report(kind, column: column, at: field.range.lowerBound, in: row, scanner) {
      message(scanner.withContent(of: field) { Excerpt($0) })
    } advice: {
      scanner.withContent(of: field, advice)
    }
  }

  var diagnostics: [Diagnostic] {
    Diagnostic.limited(
      problems.map { problem in
        Diagnostic(
          .error, at: problem.location,
          ([problem.message + Self.further(problem)] + [problem.advice].compactMap { $0 })
            .joined(separator: "; "))
      })
  }

  /// `, and so in 739 more rows (lines 3, 4, 5, 6, 7, …)`.
  private static func further(_ problem: Problem) -> String {
    let more = problem.count - 1
    guard more > 0 else { return "" }
    let lines = problem.furtherLines.map { "\($0)" }.joined(separator: ", ")
    let end = more > problem.furtherLines.count ? ", …" : ""
    return more == 1
      ? ", and so in 1 more row (line \(lines))"
      : ", and so in \(more) more rows (lines \(lines)\(end))"
  }
}
