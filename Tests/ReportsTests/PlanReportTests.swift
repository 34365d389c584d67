import Literals
import Testing
import Trials

@testable import Reports

@Suite struct PlanReportTests {
  private func report(
    left: Int, sweep: PlanReport.Existing? = nil, database: String? = "runs/results.db",
    isKnown: Bool = false
  ) -> PlanReport {
    PlanReport(
      dataset: "ml-100k", database: database, cells: 12, isDiscrete: true, jobs: 2, epochs: 3,
      summary: "12 trials", parameterNames: ["interest_size"], total: 12, sweep: sweep, left: left,
      rows: (0..<min(left, 2)).map { number in
        PlanReport.Row(
          number: 5 + number,
          values: Point([.init(name: "interest_size", value: .integer(4))]),
          isKnown: isKnown && number == 0)
      }, costs: ["time: about 3 h"], seconds: 10_800)
  }

  @Test("A new sweep is listed as far as there are rows")
  func new() {
    #expect(
      report(left: 12).lines == [
        "space: 12 cells of 1 parameter", "plan: 12 trials", "data: ml-100k",
        "sweep: a new one in runs/results.db", "time: about 3 h", "", "trial  interest_size",
        "    5              4", "    6              4", "… and 10 more",
      ])
    #expect(!report(left: 12, database: nil).lines.contains { $0.hasPrefix("sweep") })
  }

  @Test("A sweep that goes on tells what is done, what is left, and what has changed")
  func existing() throws {
    let sweep = PlanReport.Existing(
      name: "a\nb", done: 9, failed: 1, running: 1, outside: 1, spaceChanges: ["x with 1"])
    let report = report(left: 2, sweep: sweep, isKnown: true)
    #expect(
      Array(report.lines[3...].filter { !$0.isEmpty }) == [
        "sweep: a\nb in runs/results.db: 9 of 12 trials done, 1 of them failed, 1 running elsewhere, "
          + "2 left; 1 finished trial outside the space not counted; the space changes: x with 1",
        "time: about 3 h", "trial  interest_size  state", "    5              4  goes on",
        "    6              4  new",
      ])
    let json = try JSONReport.text(report.json, isPretty: false)
    #expect(json.contains(#""numbers":[5,6]"#) && json.contains(#""left":2"#))
    #expect(json.contains(#""sweep":"a\nb""#) && json.contains(#""done":9"#))
    #expect(self.report(left: 0, sweep: sweep).lines.last == "nothing is left to train")
  }
}
