import Foundation
import Testing

/// Compares a text with the file `Tests/Fixtures/snapshots/<name>`.
///
/// With `RECORD_SNAPSHOTS=1` in the environment it writes the file. The test then fails, so that nobody
/// takes a recording for a passed test.
package func expectSnapshot(
  _ text: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = Fixture.repository.appending(path: "Tests/Fixtures/snapshots/\(name)")
  if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    Issue.record("recorded \(name)", sourceLocation: sourceLocation)
    return
  }
  guard let data = try? Data(contentsOf: file) else {
    Issue.record(
      "there is no snapshot \(name); RECORD_SNAPSHOTS=1 records it",
      sourceLocation: sourceLocation)
    return
  }
  let expected = String(decoding: data, as: UTF8.self)
  let difference = firstDifference(expected, text)
  #expect(difference == nil, "\(name)", sourceLocation: sourceLocation)
}

/// Returns a message about the first line in which two texts differ; nil if they are equal.
private func firstDifference(_ expected: String, _ found: String) -> String? {
  guard expected != found else { return nil }
  let left = expected.split(separator: "\n", omittingEmptySubsequences: false)
  let right = found.split(separator: "\n", omittingEmptySubsequences: false)
  for index in 0..<max(left.count, right.count) {
    let (old, new) = (left.dropFirst(index).first, right.dropFirst(index).first)
    guard old != new else { continue }
    return "line \(index + 1): expected '\(old ?? "no line")', found '\(new ?? "no line")'"
  }
  return "the texts differ in their line ends"
}
