import Literals
import Reports

/// The progress of a sweep as lines for a terminal of a given size: the running trials, the best trial
/// and a bar.
struct ProgressView {
  let progress: SweepProgress
  /// The time since the start of the command.
  let elapsed: Duration
  let columns: Int
  let rows: Int

  var lines: [String] {
    // The cursor needs a row of its own, or else a redraw would scroll.
    let fixed = [bestLine, barLine]
    let room = max(0, rows - 1 - fixed.count)
    return (runningLines(room: room) + fixed).map { $0.printable.fitted(to: max(1, columns - 1)) }
  }

  private func runningLines(room: Int) -> [String] {
    guard !progress.running.isEmpty, room >= 2 else { return [] }
    var table = TextTable(
      header: ["trial", "epoch", "loss", progress.metric, "best"] + progress.parameterNames)
    for running in progress.running {
      let point = running.trial.searchedValues(includingSeed: progress.searchesSeed)
      let parameters = progress.parameterNames.map { point[$0].map(Format.value) ?? "" }
      table.append(
        [
          "\(running.trial.number)",
          running.last.map { "\($0.epoch)" } ?? "-",
          running.last.map { Format.loss($0.trainLoss) } ?? "-",
          Format.score(running.last?.validScore),
          Format.score(running.bestScore),
        ] + parameters)
    }
    let all = table.lines
    guard all.count > room else { return all }
    return all.prefix(room - 1) + ["… and \(all.count - room + 1) more"]
  }

  private var bestLine: String {
    guard let best = progress.best else { return "best   none yet" }
    let point = best.trial.searchedValues(includingSeed: progress.searchesSeed)
    return "best   trial \(best.trial.number): \(progress.metric) \(Format.score(best.score))"
      + " at epoch \(best.epoch) (\(point))"
  }

  private var barLine: String {
    let done = progress.endedBefore + progress.ended
    var words = " \(done)/\(progress.total) trials"
    if progress.failed > 0 { words += ", \(progress.failed) failed" }
    words += ", \(Format.clock(elapsed)) elapsed"
    if let left { words += ", about \(Format.clock(left)) left" }
    let width = min(40, columns - 3 - words.count)
    guard width >= 10 else { return String(words.dropFirst()) }
    let filled = progress.total > 0 ? width * min(done, progress.total) / progress.total : 0
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    return "[\(bar)]" + words
  }

  /// The expected time until the sweep is done; nil before the first trial has ended.
  private var left: Duration? {
    guard progress.ended > 0 else { return nil }
    let rest = progress.total - progress.endedBefore - progress.ended
    return rest > 0 ? elapsed / progress.ended * rest : nil
  }
}
