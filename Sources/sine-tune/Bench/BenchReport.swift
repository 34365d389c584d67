import Recommender
import Reports

/// The result of the benchmark as tables.
struct BenchReport {
  let result: BenchResult

  var lines: [String] {
    Array([facts, steps, stageTimes, stageSpeeds, jobs, threads, disk].joined(separator: [""]))
  }

  private var facts: [String] {
    let machine = result.machine
    let peak = Self.giga(result.peak.median)
    let rows = Self.fixed(result.durableRows.median, 0)
    let epochs = Self.fixed(result.durableEpochs.median, 0)
    let buffered = Self.fixed(result.bufferedEpochs.median, 0)
    return [
      "machine      \(machine.cpu), \(Format.count(machine.cores, "core")), kernels "
        + "\(machine.kernels), FMA peak \(peak) GFLOP/s a core",
      SignalWatch.line(result.statistics, name: "        \(result.dataset)"),
      "preparation  \(Self.fixed(result.preparation.median, 3)) s to read and prepare the data",
      "start-up     \(result.startUp.map { Self.fixed($0, 2) } ?? "-") s from the start of the "
        + "process to the end of the first batch",
      "store        \(rows) rows a second in \(epochs) epochs, each on disk before the next; "
        + "\(buffered) epochs where they need not be",
      "memory       \(result.peakMemory.map(Self.mega) ?? "-") MB at most, for "
        + Format.count(result.jobs, "job"),
    ]
  }

  private var steps: [String] {
    var table = TextTable(
      header: Self.sizeNames + ["min", "median", "Gflop", "GFLOP/s", "FMA peak", "% of it"])
    for item in result.cases {
      table.append(
        Self.cells(item.sizes) + [
          Self.milli(item.step.least), Self.milli(item.step.median),
          Self.fixed(item.totalFlops / 1e9, 2), Self.giga(item.speed),
          Self.giga(item.peak.median), Self.fixed(100 * item.shareOfPeak, 0),
        ])
    }
    let size = result.cases.first?.batchSize ?? 0
    return ["a step on one thread, ms of CPU time a batch of \(Format.count(size, "example"))"]
      + table.lines
  }

  private var stageTimes: [String] {
    ["its stages, ms of CPU time a batch"]
      + stageTable(of: StepStage.allCases) { item, stage in
        item.stages[stage].map { Self.milli($0.median) }
      }
  }

  private var stageSpeeds: [String] {
    let stages = StepStage.allCases.filter { stage in
      result.cases.contains { $0.speed(of: stage) != nil }
    }
    return ["its stages, GFLOP/s of needed matrix work"]
      + stageTable(of: stages) { item, stage in item.speed(of: stage).map(Self.giga) }
  }

  private func stageTable(
    of stages: [StepStage], _ cell: (CaseResult, StepStage) -> String?
  ) -> [String] {
    var table = TextTable(header: Self.sizeNames + stages.map(\.label))
    for item in result.cases {
      table.append(Self.cells(item.sizes) + stages.map { cell(item, $0) ?? "-" })
    }
    return table.lines
  }

  private var jobs: [String] {
    ["batches a second of several jobs, one thread each, and how many times that of one job"]
      + countTable("job", result.cases.map(\.jobs)) {
        Self.fixed($0.median, 1)
      } gain: {
        $0.gain(jobs: $1)
      }
  }

  private var threads: [String] {
    ["a step on several threads, ms a batch, and how many times faster than on one"]
      + countTable("thread", result.cases.map(\.threads)) {
        Self.milli($0.median)
      } gain: {
        $0.gain(threads: $1)
      }
  }

  /// The time that a trial spends on its rows and its checkpoints, in ms and as a share of the whole.
  private var disk: [String] {
    let interval = Double(SweepOptions.defaultCheckpointInterval)
    var table = TextTable(
      header: Self.sizeNames + [
        "epoch", "rows", "% every epoch", "checkpoint", "% every epoch",
        "% every \(SweepOptions.defaultCheckpointInterval) s",
      ])
    for item in result.cases {
      let rows = result.durabilityCost
      table.append(
        Self.cells(item.sizes) + [
          item.epoch.values.isEmpty ? "-" : Self.milli(item.epoch.median),
          rows.map(Self.milli) ?? "-",
          item.share(ofAnEpoch: rows).map(Self.percent) ?? "-",
          item.checkpoint.values.isEmpty ? "-" : Self.milli(item.checkpoint.median),
          item.checkpointShare(every: 0).map(Self.percent) ?? "-",
          item.checkpointShare(every: interval).map(Self.percent) ?? "-",
        ])
    }
    return [
      "an epoch, what its rows cost more for being on disk at once, and a checkpoint, ms; % of the time"
    ] + table.lines
  }

  /// Returns a table with a column for each count, and one for each gain over the count 1.
  private func countTable(
    _ noun: String, _ values: [[Int: Samples]], cell: (Samples) -> String,
    gain: (CaseResult, Int) -> Double
  ) -> [String] {
    let counts = Set(values.flatMap(\.keys)).sorted()
    let more = counts.filter { $0 > 1 }
    var table = TextTable(
      header: Self.sizeNames + counts.map { Format.count($0, noun) } + more.map { "\($0) : 1" })
    for (item, samples) in zip(result.cases, values) {
      table.append(
        Self.cells(item.sizes) + counts.map { samples[$0].map(cell) ?? "-" }
          + more.map { Self.fixed(gain(item, $0), 2) })
    }
    return table.lines
  }

  private static let sizeNames = ["prototype_size", "interest_size"]

  private static func cells(_ sizes: ModelSizes) -> [String] {
    ["\(sizes.prototypes)", "\(sizes.interests)"]
  }
}

extension BenchReport {
  fileprivate static func fixed(_ value: Double, _ decimals: Int) -> String {
    Format.fixed(value, decimals: decimals)
  }

  fileprivate static func percent(_ share: Double) -> String { fixed(100 * share, 2) }
  fileprivate static func milli(_ seconds: Double) -> String { fixed(seconds * 1e3, 2) }
  fileprivate static func giga(_ speed: Double) -> String { fixed(speed / 1e9, 1) }
  fileprivate static func mega(_ bytes: Int) -> String { fixed(Double(bytes) / 1e6, 0) }
}

extension StepStage {
  /// The name of the stage in words.
  fileprivate var label: String { rawValue.replacing("_", with: " ") }
}
