import Foundation
import Literals
import Search
import Tuning

/// The text file that RecBole's `run_hyper.py --output_file` writes.
enum HyperResultFile {
  /// One block a trial: parameters, validation, test, an empty line.
  static func text(_ entries: [SweepReport.Ranked]) -> String {
    entries.map { entry in
      """
      \(entry.parameters)
      Valid result:
      \(Format.line(entry.validMetrics))
      Test result:
      \(Format.line(entry.testMetrics))


      """
    }.joined()
  }

  /// Writes the file aside and renames it: a reader sees the old one or the new one.
  static func write(_ entries: [SweepReport.Ranked], to path: String) throws {
    do {
      try Data(text(entries).utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw InvalidInput("cannot write '\(path)': \(Failure.reason(error))")
    }
  }
}
