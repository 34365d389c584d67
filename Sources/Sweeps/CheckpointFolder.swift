import Foundation
import Recommender
import Storage
import Trials
import Tuning

/// Which checkpoints are kept after their trials have ended.
package enum KeptCheckpoints: String, Sendable, CaseIterable {
  /// The checkpoint of the best trial of the sweep.
  case best
  case all, none
}

/// The folder with the checkpoints of one sweep: `<sweep>/trial-0007.checkpoint` beside the database.
package struct CheckpointFolder: Sendable {
  private let url: URL
  let kept: KeptCheckpoints
  /// The least time between two checkpoints of a trial.
  let interval: Duration

  package init(
    database: String, sweep: String, kept: KeptCheckpoints = .best, interval: Duration = .zero
  ) {
    let file = URL(filePath: database)
    let folder = file.deletingLastPathComponent()
    url = folder.appending(
      path: SweepName.folder(of: sweep, database: file.lastPathComponent) { name in
        let path = folder.appending(path: name).path
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
          && !isFolder.boolValue
      }, directoryHint: .isDirectory)
    self.kept = kept
    self.interval = interval
  }

  func file(ofTrial number: Int) -> CheckpointFile {
    let digits = "\(number)"
    let padding = String(repeating: "0", count: max(0, 4 - digits.count))
    return CheckpointFile(
      path: url.appending(path: "trial-\(padding)\(digits).checkpoint").relativePath)
  }

  /// Returns the path of the checkpoint of a trial; nil if there is none.
  package func path(ofTrial number: Int) -> String? {
    let path = file(ofTrial: number).path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// Returns whether the trained model of a decision's trial is kept if the trial ends now with this score.
  /// A trial that confirms a result is never the best one.
  func keepsEnd(of decision: Decision, score: Double?, _ sweep: StoredSweep) throws -> Bool {
    switch kept {
    case .best:
      try decision.purpose != .confirm && sweep.isBest(decision.trial.number, score: score)
    case .all: true
    case .none: false
    }
  }

  /// Removes the checkpoints that are not needed any more after an attempt at a trial has ended.
  func removeUnneeded(after trial: Trial, _ end: AttemptEnd, _ sweep: StoredSweep) throws {
    switch (end, kept) {
    // The trial may go on, in this process or in another one.
    case (.interrupted, _), (.declined, _), (.paused, _), (.complete, .all): break
    case (.complete, .best): try removeUnneeded(sweep)
    case (.complete, .none), (.failed, _):
      file(ofTrial: trial.number).remove()
      removeIfEmpty()
    }
  }

  /// Removes all checkpoints of the sweep that are not needed any more. Processes that were killed have
  /// left them behind.
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

  /// Returns whether a file name is one of a checkpoint.
  package static func isCheckpoint(_ name: String) -> Bool { trial(ofFile: name) != nil }

  private func removeIfEmpty() {
    rmdir(url.path)
  }

  /// Returns the number of the trial that a file belongs to; nil if it is no checkpoint.
  private static func trial(ofFile name: String) -> Int? {
    guard let match = name.wholeMatch(of: /trial-(\d{4,18})\.checkpoint(\.part)?/) else {
      return nil
    }
    return Int(match.1)
  }
}
