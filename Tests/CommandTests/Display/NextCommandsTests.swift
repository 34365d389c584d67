import Literals
import Reports
import Storage
import TestSupport
import Testing
import Trials

@testable import sine_tune

@Suite struct NextCommandsTests {
  private func lines(
    complete: Int, name: String = "it's-1", direction: Direction = .maximize,
    database: String = "runs/results.db"
  ) -> String {
    let best = (0..<complete).map { number in
      TrialRecord(
        trial: Sample.decision(number).trial, state: .complete, result: Sample.result(0.03))
    }
    let sweep = SweepRecord(
      name: name, created: "", model: "SINE", dataset: "ml-100k", dataDigest: "", space: "",
      sampler: "grid", seed: 1, validMetric: "mrr@10", direction: direction, plannedTrials: 2,
      dataPath: nil, settings: [], searchesSeed: false, counts: TrialCounts(), bestScore: nil)
    let report = SweepReport(sweep, best: best, database: database)
    return NextCommands(report: report, program: "sine-tune").lines
      .joined(separator: "\n") + "\n"
  }

  @Test("The query, the best configuration and its training can be typed as they stand")
  func usual() throws {
    try expectSnapshot(lines(complete: 2), named: "report/next.txt")
  }

  @Test("Names, paths and directions are as the shell and SQL need them")
  func quoting() throws {
    try expectSnapshot(
      lines(complete: 1, direction: .minimize, database: "my runs/a.db"),
      named: "report/quoting.txt")
  }

  @Test("A name that looks like an option, and one of two lines, can be typed too")
  func oddNames() {
    #expect(lines(complete: 1, name: "-x").contains("sine-tune best --sweep=-x --format yaml"))
    let odd = lines(complete: 1, name: "a\nb", database: "-r.db")
    #expect(odd.contains(#"sqlite3 ./-r.db $'SELECT * FROM results WHERE sweep = \'a\012b\'"#))
    #expect(odd.contains(#"best --db=-r.db --sweep $'a\012b' --format yaml"#))
    #expect(odd.split(separator: "\n").count == 5)
  }

  @Test("Without a complete trial there is only the query")
  func nothing() {
    #expect(lines(complete: 0).split(separator: "\n").count == 2)
  }
}
