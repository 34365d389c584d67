import Foundation
import TestSupport
import Testing
import Tuning

@testable import sine_tune

@Suite struct HyperResultFileTests {
  private let entries = [
    SweepReport.Ranked(
      number: 0, parameters: Sample.trial(0, rate: 0.01).parameters, seed: 2020,
      validScore: nil, bestEpoch: 0, epochs: 1,
      validMetrics: [
        Metric(name: "recall@10", value: 0.0582), Metric(name: "mrr@10", value: 0.019),
      ],
      testMetrics: [Metric(name: "recall@10", value: 0.05), Metric(name: "mrr@10", value: 0.0)]),
    SweepReport.Ranked(
      number: 0, parameters: Sample.trial(1, interests: 16).parameters, seed: 2020,
      validScore: nil, bestEpoch: 0, epochs: 1,
      validMetrics: [Metric(name: "recall@10", value: 1)],
      testMetrics: []),
  ]

  @Test("The file has RecBole's words, order and blanks")
  func text() {
    #expect(
      HyperResultFile.text(entries) == """
        interest_size:4, learning_rate:0.01, prototype_size:50
        Valid result:
        recall@10 : 0.0582    mrr@10 : 0.019
        Test result:
        recall@10 : 0.05    mrr@10 : 0.0

        interest_size:16, learning_rate:0.001, prototype_size:50
        Valid result:
        recall@10 : 1.0
        Test result:


        """ + "\n")
  }

  @Test("A file that stands there is replaced, and nothing else is left in the folder")
  func replacing() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "hyper.result")
    try HyperResultFile.write(entries, to: folder.file("hyper.result").path)
    #expect(try folder.text(of: "hyper.result") == HyperResultFile.text(entries))
    #expect(folder.contents == ["hyper.result"])
  }
}
