import Foundation
import GRDB
import Literals
import Search
import TestSupport
import Testing
import Trials
import Tuning

@testable import Storage

/// Prints how long the store of a long sweep takes; it fails for no time of its own.
///
///     SINE_TUNE_TIMING=1 swift test -c release -Xswiftc -enable-testing --filter StoreTimingTests
@Suite(
  .serialized,
  .enabled(if: ProcessInfo.processInfo.environment["SINE_TUNE_TIMING"] != nil))
struct StoreTimingTests {
  @Test("A sweep of 100,000 decisions", arguments: [ResultsDatabase.Durability.normal, .full])
  func decisions(durability: ResultsDatabase.Durability) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    var description = sampleSweep()
    description.space = SearchSpace(
      ["embedding_size", "interest_size", "prototype_size"].map { name in
        .init(name: name, domain: .choice((0..<50).map { .integer($0) }))
      })
    let old = try ResultsDatabase(path: path)
    _ = try old.openSweep(description)
    try old.addCompleteTrials(
      100_000,
      parameters: """
        printf('{"embedding_size": %d, "interest_size": %d, "prototype_size": %d}',
          n / 2500, n / 50 % 50, n % 50)
        """)
    try old.close()
    let database = try ResultsDatabase(path: path, access: .write, durability: durability)
    let (sweep, opening) = try time { try database.openSweep(description) }
    print("\(durability): opening, with the first history \(text(opening))")
    let tuner = sweep.tuner(GridSampler(space: description.space, seed: 1))
    var parts: [String: [Duration]] = [:]
    func measure<T>(_ name: String, _ body: () throws -> T) throws -> T {
      let (value, duration) = try time(body)
      parts[name, default: []].append(duration)
      return value
    }
    for _ in 0..<200 {
      let claim = try measure("a decision in all") {
        #expect(try measure("resume") { try sweep.resume(except: []) } == nil)
        let history = try measure("history") { try sweep.history() }
        guard case .decide(let decision) = try measure("next", { try tuner.next(after: history) })
        else { throw CancellationError() }
        return try #require(
          try measure("begin") { try sweep.begin(decision, except: []) }.claim)
      }
      try measure("keepEpochs") { _ = try sweep.keepEpochs(0, of: claim) }
      try measure("record") { try sweep.record(report(0), of: claim) }
      try measure("end") { try sweep.end(claim, with: complete()) }
      _ = try measure("hasNews") { try sweep.hasNews(except: []) }
    }
    for (name, durations) in parts.sorted(by: { $0.key < $1.key }) {
      let sorted = durations.sorted()
      print(
        "\(durability): \(name): median \(text(sorted[sorted.count / 2])),",
        "95 % \(text(sorted[sorted.count * 95 / 100])), first \(text(durations[0]))")
    }
  }

  private func time<T>(_ body: () throws -> T) throws -> (T, Duration) {
    let start = ContinuousClock.now
    let value = try body()
    return (value, start.duration(to: .now))
  }

  private func text(_ duration: Duration) -> String {
    String(format: "%.3f ms", duration / .milliseconds(1))
  }
}
