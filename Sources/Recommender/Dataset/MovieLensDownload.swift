import Foundation
import Literals

/// Fetches MovieLens 100K in RecBole's format out of the recbole wheel on the Python package index.
///
/// The data may not be redistributed, so that no release of this program contains it. pip checks
/// the wheel against a pinned SHA-256. The unpacked file is checked as well, and then moved into
/// place in one step.
package struct MovieLensDownload: Sendable {
  static let name = "ml-100k"

  /// The environment of python3. Its PATH decides which python3 runs.
  package var environment: [String: String]

  private let isCancelled: @Sendable () -> Bool

  /// - Parameter isCancelled: called again and again during a download; true ends it with an error.
  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.environment = environment
    self.isCancelled = isCancelled
  }

  /// Fetches the data to `file`. A failed download leaves nothing behind.
  func fetch(to file: String, progress: (String) -> Void) throws(InvalidInput) {
    progress("fetching \(Self.name): the \(Self.package) wheel (2 MB) with python3 -m pip")
    do {
      try fetchUnchecked(to: file)
    } catch {
      throw InvalidInput(
        "cannot fetch \(Self.name): \(Self.reason(error)); put RecBole's '\(Self.name).inter' at "
          + "'\(file)', or use '--dataset \(SyntheticInteractions.name)'")
    }
    progress("wrote '\(file)' (100,000 interactions)")
    progress(Self.licenceNotice)
  }

  static let licenceNotice = """
    MovieLens 100K is GroupLens' data (University of Minnesota), for research only: pass it on, or \
    use it commercially, only with their permission, and cite Harper and Konstan, 'The MovieLens \
    Datasets: History and Context' (2015); see https://grouplens.org/datasets/movielens/100k/
    """

  private static let package = "recbole==1.2.1"
  private static let wheelHash =
    "sha256:9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407"
  private static let member = "recbole/dataset_example/ml-100k/ml-100k.inter"
  private static let memberSize = 1_979_230
  private static let memberDigest = "38c81520036027f7"

  private struct Failure: Error {
    let reason: String
  }

  private func fetchUnchecked(to file: String) throws {
    let manager = FileManager.default
    let folder = try URL.newTemporaryFolder()
    defer { try? manager.removeItem(at: folder) }
    let wheel = try downloadWheel(to: folder)
    // Absolute, because python3 runs in another folder.
    let target = URL(filePath: file).absoluteURL
    try manager.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    // Beside the target, because only a rename within one file system is a single step.
    let part = target.appendingPathExtension("part-\(UUID().uuidString)")
    defer { try? manager.removeItem(at: part) }
    try unpack(wheel, to: part, in: folder)
    try manager.moveItem(at: part, to: target)
  }

  private func downloadWheel(to folder: URL) throws -> URL {
    let requirements = folder.appending(path: "requirements.txt")
    try Data("\(Self.package) --hash=\(Self.wheelHash)\n".utf8).write(to: requirements)
    try python(
      [
        "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "1",
        "--timeout", "20", "download", "--no-deps", "--only-binary=:all:", "--require-hashes",
        "--dest", folder.path(percentEncoded: false),
        "-r", requirements.path(percentEncoded: false),
      ], in: folder)
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    guard let wheel = files.first(where: { $0.pathExtension == "whl" }) else {
      throw Failure(reason: "pip left no wheel")
    }
    return wheel
  }

  private func unpack(_ wheel: URL, to part: URL, in folder: URL) throws {
    let script = """
      import sys, zipfile
      with open(sys.argv[3], "wb") as file:
          file.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))
      """
    try python(
      [
        "-c", script, wheel.path(percentEncoded: false), Self.member,
        part.path(percentEncoded: false),
      ], in: folder)
    let data = try Data(contentsOf: part)
    guard data.count == Self.memberSize, "\(ContentDigest(of: data))" == Self.memberDigest else {
      throw Failure(reason: "the file in the wheel is not the expected one")
    }
  }

  private func python(_ arguments: [String], in folder: URL) throws {
    // Isolated mode: neither the current folder nor PYTHONPATH nor PYTHONSTARTUP decides what is
    // imported. A Python that pip may start does not inherit the mode, and so not the variables.
    var environment = environment.filter { !$0.key.hasPrefix("PYTHON") }
    // pip gets our temporary folder, so that its files are removed with ours, however pip ends.
    environment["TMPDIR"] = folder.path
    let run = try CommandRun(
      ["python3", "-I"] + arguments, environment: environment, in: folder,
      isCancelled: isCancelled)
    guard run.status != 0 else { return }
    if run.status == 127 {
      throw Failure(reason: "python3 was not found; install it, with pip")
    }
    let lastLine = run.output.split(whereSeparator: \.isNewline).last ?? "no output"
    throw Failure(reason: "python3 failed (\(Excerpt(lastLine, limit: 200)))")
  }

  private static func reason(_ error: any Error) -> String {
    if error is CancellationError { return "interrupted" }
    return (error as? Failure)?.reason ?? (error as NSError).localizedDescription
  }
}
