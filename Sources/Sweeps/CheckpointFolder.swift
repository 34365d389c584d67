import Foundation
import Recommender
import Storage
import Trials
import Tuning

/// Which checkpoints outlive their trials.
package enum KeptCheckpoints: String, Sendable, CaseIterable {
  case best, all, none
}

/// The checkpoints of one sweep: `<sweep>/trial-0007.checkpoint` beside the database.
package struct CheckpointFolder: Sendable {
  private let url: URL
  let kept: KeptCheckpoints
  /// The least time between two checkpoints of a trial.
  let interval: Duration

  package init(database: String, sweep: String, kept: KeptCheckpoints, interval: Duration) {
    let file = URL(filePath: database)
    // Two databases in one folder may each have a sweep of this name.
    let owner = file.lastPathComponent == "results.db" ? "" : file.lastPathComponent + "."
    url = file.deletingLastPathComponent().appending(
      path: owner + Self.fileName(of: sweep), directoryHint: .isDirectory)
    self.kept = kept
    self.interval = interval
  }

  func file(ofTrial number: Int) -> CheckpointFile {
    let digits = "\(number)"
    let padding = String(repeating: "0", count: max(0, 4 - digits.count))
    return CheckpointFile(
      path: url.appending(path: "trial-\(padding)\(digits).checkpoint").relativePath)
  }

  /// Whether the trained model of a trial is to be kept if it ends with a score now.
  func keepsEnd(of trial: Trial, score: Double?, _ sweep: StoredSweep) throws -> Bool {
    switch kept {
    case .best: try sweep.isBest(trial.number, score: score)
    case .all: true
    case .none: false
    }
  }

  /// Removes what nobody needs any more now that an attempt at a trial has ended.
  func removeUnneeded(after trial: Trial, _ end: AttemptEnd, _ sweep: StoredSweep) throws {
    switch (end, kept) {
    // The trial goes on, here or elsewhere.
    case (.interrupted, _), (.declined, _), (.paused, _), (.complete, .all): break
    case (.complete, .best): try removeUnneeded(sweep)
    case (.complete, .none), (.failed, _):
      file(ofTrial: trial.number).remove()
      removeIfEmpty()
    }
  }

  /// Removes what nobody needs of all that is there: killed processes leave files behind.
  func removeUnneeded(_ sweep: StoredSweep) throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    let numbers = Set(names.compactMap(Self.trial))
    guard !numbers.isEmpty else { return removeIfEmpty() }
    let ended = try sweep.ended(among: numbers.sorted())
    for number in ended.numbers {
      if kept == .all || (kept == .best && number == ended.best) {
        file(ofTrial: number).removePart()
      } else {
        file(ofTrial: number).remove()
      }
    }
    removeIfEmpty()
  }

  private func removeIfEmpty() {
    rmdir(url.path)
  }

  /// The trial that a file belongs to; nil for a file of someone else.
  private static func trial(ofFile name: String) -> Int? {
    guard let match = name.wholeMatch(of: /trial-(\d{4,18})\.checkpoint(\.part)?/) else {
      return nil
    }
    return Int(match.1)
  }

  /// A sweep's name as one component of a path, whatever it is.
  private static func fileName(of sweep: String) -> String {
    let harmless = CharacterSet(
      charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    let name = sweep.addingPercentEncoding(withAllowedCharacters: harmless) ?? "sweep"
    return name.hasPrefix(".") ? "%2E" + name.dropFirst() : name
  }
}
