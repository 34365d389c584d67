import Foundation
import Literals
import Sweeps

/// A folder for the files of the benchmark, in the current folder so that its disk is measured.
///
/// The folder and all files in it are removed when the object is released or a signal ends the process.
final class ScratchFolder {
  let url: URL

  init(_ signals: SignalWatch) throws {
    url = URL(filePath: FileManager.default.currentDirectoryPath)
      .appending(path: ".sine-tune-bench-\(UUID().uuidString)", directoryHint: .isDirectory)
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    } catch {
      throw InvalidInput(
        "the benchmark writes a results file for a moment; cannot write to the current folder: "
          + systemReason(error))
    }
    signals.onFirst { [url] signal in
      // Another thread may write a file into the folder while it is emptied.
      for _ in 0..<100 where FileManager.default.fileExists(atPath: url.path) { Self.remove(url) }
      _exit(128 + signal)
    }
  }

  deinit {
    Self.remove(url)
  }

  private static func remove(_ url: URL) {
    try? FileManager.default.removeItem(at: url)
  }
}
