import Recommender
import Reports
import TestSupport
import Testing

@testable import sine_tune

@Suite struct BenchReportTests {
  @Test("The tables of the benchmark look as recorded")
  func tables() throws {
    try expectSnapshot(
      BenchReport(result: SampleBench.result).lines.joined(separator: "\n") + "\n",
      named: "bench/tables.txt")
  }

  @Test("The JSON of the benchmark looks as recorded")
  func json() throws {
    try expectSnapshot(
      JSONReport.text(BenchJSON(SampleBench.result)) + "\n", named: "bench/result.json")
  }

  @Test("What is not known is a dash, and null in JSON")
  func unknown() throws {
    var result = SampleBench.result
    result.startUp = nil
    result.peakMemory = nil
    let lines = BenchReport(result: result).lines
    #expect(lines.contains { $0.hasPrefix("start-up     - ") })
    #expect(lines.contains { $0.hasPrefix("memory       - ") })
    #expect(try !JSONReport.text(BenchJSON(result)).contains("start_up_seconds"))
  }

  @Test("Speed is the needed work over the median time, and is held against the median peak")
  func speed() {
    let item = SampleBench.result.cases[0]
    #expect(item.totalFlops == 2e9)
    #expect(item.speed == 100e9)
    #expect(item.shareOfPeak == 100.0 / 190)
    #expect(item.speed(of: .loss) == 125e9)
    #expect(item.speed(of: .learner) == nil)
    #expect(item.gain(jobs: 2) == 1.9)
    #expect(abs(item.gain(threads: 2) - 20.0 / 11) < 1e-12)
  }

  @Test("Nothing measured is zero and not a number that cannot be")
  func nothing() {
    let item = CaseResult(sizes: ModelSizes(prototypes: 50, interests: 3))
    #expect(item.speed == 0)
    #expect(item.shareOfPeak == 0)
    #expect(item.gain(jobs: 2) == 0)
  }

  @Test(
    "The median is the middle, or the mean of the two middle ones",
    arguments: [([], 0), ([3], 3), ([1, 9], 5), ([9, 1, 2], 2), ([4, 1, 100, 2], 3)]
      as [([Double], Double)])
  func median(values: [Double], expected: Double) {
    var samples = Samples()
    for value in values { samples.append(value) }
    #expect(samples.median == expected)
    #expect(samples.least == values.min() ?? 0)
  }
}
