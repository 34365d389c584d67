import Storage
import Testing
import Trials

@testable import Reports

@Suite struct HyperResultFileTests {
  @Test("The file has RecBole's words, order and blanks")
  func text() {
    let trials = [
      Sample.record(
        Sample.trial(1, interests: 16), score: nil, bestEpoch: 0, epochs: 1,
        valid: [Metric(name: "recall@10", value: 1)], test: []),
      Sample.record(
        Sample.trial(0, rate: 0.01), score: nil, bestEpoch: 0, epochs: 1,
        valid: [
          Metric(name: "recall@10", value: 0.0582), Metric(name: "mrr@10", value: 0.019),
        ],
        test: [Metric(name: "recall@10", value: 0.05), Metric(name: "mrr@10", value: 0.0)]),
    ]
    #expect(
      HyperResultFile.text(trials, searchesSeed: false) == """
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
    #expect(
      HyperResultFile.text(trials, searchesSeed: true)
        .hasPrefix("interest_size:4, learning_rate:0.01, prototype_size:50, seed:2020\n"))
  }
}
