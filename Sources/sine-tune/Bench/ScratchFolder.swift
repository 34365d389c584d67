import Foundation
import Literals

/// A folder beside the results that a sweep would write, so that the same disk is measured; it is
/// removed with all that is in it when the value goes.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = URL(filePath: FileManager.default.currentDirectoryPath)
      .appending(path: ".sine-tune-bench-\(UUID().uuidString)", directoryHint: .isDirectory)
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    } catch {
      throw InvalidInput(
        "the benchmark writes a results file for a moment; cannot write to the current folder: "
          + Failure.reason(error))
    }
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }
}
