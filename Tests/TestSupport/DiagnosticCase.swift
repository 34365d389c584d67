import Foundation
import Testing

/// A text and the diagnostics that its reader gives, from `Tests/Fixtures/diagnostics/<name>.txt`.
///
/// The file consists of blocks: `=== title`, the text, `---`, and a line for each diagnostic.
package struct DiagnosticCase: CustomTestStringConvertible, Sendable {
  package let title: String
  package let text: String
  package let diagnostics: [String]

  package var testDescription: String { title }

  package static func load(_ name: String) -> [DiagnosticCase] {
    let file = Fixture.repository.appending(path: "Tests/Fixtures/diagnostics/\(name).txt")
    let content = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return content.components(separatedBy: "=== ").dropFirst().map { block in
      let halves = block.components(separatedBy: "\n---\n")
      let lines = halves[0].components(separatedBy: "\n")
      return DiagnosticCase(
        title: lines[0], text: lines.dropFirst().joined(separator: "\n"),
        diagnostics: halves.dropFirst().joined().components(separatedBy: "\n")
          .filter { !$0.isEmpty })
    }
  }
}
