/// Diagnostics of one text, of which only the first are kept. A file of another kind may give one for each of
/// a million lines, and none of them is even made beyond the limit:
///
///     var errors = DiagnosticList(limit: 50)
///     errors.append(Diagnostic(.error, "'\(name)' is unknown"))
///     throw InvalidInput(errors.diagnostics)
package struct DiagnosticList: Sendable {
  private let limit: Int
  private var first: [Diagnostic] = []
  /// The number of diagnostics, those that are not kept included.
  package private(set) var count = 0

  package init(limit: Int) {
    self.limit = limit
  }

  package var isEmpty: Bool { count == 0 }

  /// True if further diagnostics are only counted.
  package var isFull: Bool { first.count >= limit }

  package mutating func append(_ diagnostic: @autoclosure () -> Diagnostic) {
    if !isFull { first.append(diagnostic()) }
    count += 1
  }

  package mutating func append(_ other: DiagnosticList) {
    for diagnostic in other.first { append(diagnostic) }
    count += other.count - other.first.count
  }

  /// The first diagnostics, and one that tells how many more there are.
  package var diagnostics: [Diagnostic] {
    let hidden = count - first.count
    guard hidden > 0, let severity = first.first?.severity else { return first }
    let noun = severity.rawValue + (hidden == 1 ? "" : "s")
    return first + [Diagnostic(severity, "and \(hidden) more \(noun)")]
  }
}
