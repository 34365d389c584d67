import Literals
import Recommender
import Reports

/// The progress of a sweep as lines for a terminal of a given size: the running trials, the best trial
/// and a bar.
struct ProgressView {
  let progress: SweepProgress
  /// The time since the start of the command.
  let elapsed: Duration
  let columns: Int
  let rows: Int
  /// Returns how far a running trial is within its epoch; nil if that is not known.
  var moment: (Int) -> TrainingProgress.Moment? = { _ in nil }

  /// The width of a line. The last column stays free, since some terminals wrap a line that fills it.
  private var width: Int { max(1, columns - 1) }

  var lines: [String] {
    // The cursor needs a row of its own, or else a redraw would scroll.
    let fixed = [bestLine, barLine]
    let room = max(0, rows - 1 - fixed.count)
    return (runningLines(room: room) + fixed).map { $0.printable.fitted(to: width) }
  }

  private func runningLines(room: Int) -> [String] {
    guard !progress.running.isEmpty, room >= 2 else { return [] }
    let all = table.lines(width: width)
    guard all.count > room else { return all }
    return all.prefix(room - 1) + ["… and \(all.count - room + 1) more"]
  }

  /// The searched values come first, because they tell the trials from each other.
  private var table: FittedTable {
    let running = progress.running
    let points = running.map { $0.trial.searchedValues(includingSeed: progress.searchesSeed) }
    let parameters = progress.parameterNames.map { name in
      FittedTable.Column(
        heading: name, cells: points.map { $0[name].map(Format.shortValue) ?? "" })
    }
    return FittedTable(
      columns: [.init(heading: "trial", cells: running.map { "\($0.trial.number)" })] + parameters
        + [
          .init(heading: "epoch", cells: running.map(epoch), importance: 4),
          .init(
            heading: progress.metric, cells: running.map { Format.score($0.last?.validScore) },
            importance: 3),
          .init(
            heading: "best", cells: running.map { Format.score($0.bestScore) }, importance: 2),
          .init(
            heading: "loss",
            cells: running.map { $0.last.map { Format.loss($0.trainLoss) } ?? "-" },
            importance: 1),
        ])
  }

  /// The epoch that a trial is in and how far it is, or the last epoch.
  private func epoch(of running: SweepProgress.Running) -> String {
    if let moment = moment(running.trial.number) {
      // Always four characters, or else the columns would jump.
      let place = moment.isEvaluating ? "eval" : moment.percent
      return "\(moment.epoch) " + place.padded(to: 4, onLeft: true)
    }
    return running.last.map { "\($0.epoch)" } ?? "-"
  }

  private var bestLine: String {
    guard let best = progress.best else { return "best   none yet" }
    let point = Format.shortValues(
      best.trial.searchedValues(includingSeed: progress.searchesSeed))
    let long =
      "best   trial \(best.trial.number): \(progress.metric) \(Format.score(best.score))"
      + " at epoch \(best.epoch) (\(point))"
    guard long.count > width else { return long }
    let values = progress.parameterNames.map { point[$0].map(Format.value) ?? "" }
    return "best \(Format.score(best.score)), trial \(best.trial.number) "
      + "(\(values.joined(separator: ", ")))"
  }

  private var barLine: String {
    let place = progress.place
    let variants = self.variants(place.unit)
    let share = place.total.map { $0 > 0 ? min(place.done / $0, 1) : 0 } ?? 0
    for words in variants {
      let width = min(40, self.width - 2 - words.count)
      guard width >= 10 else { continue }
      let filled = Int(Double(width) * share + 1e-9)
      return "[" + String(repeating: "#", count: filled)
        + String(repeating: ".", count: width - filled) + "]" + words
    }
    return String((variants.last ?? "").dropFirst())
  }

  /// The words behind the bar, the longest ones first.
  private func variants(_ unit: String) -> [String] {
    let count = " \(progress.fraction)"
    let failed = progress.failed > 0 ? ", \(progress.failed) failed" : ""
    let time = "\(Format.clock(elapsed)) elapsed"
    let left = self.left.map { "about \(Format.clock($0)) left" }
    let all = [time, left].compactMap { $0 }.joined(separator: ", ")
    let rest = left ?? time
    return [
      "\(count) \(unit)\(failed), \(all)", "\(count) \(unit)\(failed), \(rest)",
      "\(count)\(failed), \(rest)", "\(count), \(rest)", count,
    ]
  }

  /// The expected time until the sweep is done; nil before the first trial has ended, and if the end is not
  /// known.
  private var left: Duration? {
    let place = progress.place
    guard progress.ended > 0, progress.doneSinceStart > 0, let total = place.total else {
      return nil
    }
    let rest = total - place.done
    return rest > 0 ? elapsed / progress.doneSinceStart * rest : nil
  }
}
