import Literals
import Storage
import Testing
import Trials

@testable import Reports

@Suite struct WhyReportTests {
  private func report(_ why: Rationale?, purpose: Decision.Purpose = .search) -> [String] {
    let trial = Sample.trial(7)
    return WhyReport(
      TrialRecord(trial: trial, state: .complete, result: nil),
      of: Sample.sweep(planned: 9, counts: TrialCounts()),
      decisions: [
        DecisionRecord(
          number: 9, trial: 7, from: 3, until: 9, purpose: purpose, seen: 8, charge: 15,
          workPerEpoch: 2, why: why,
          ending: .init(
            outcome: Outcome(kind: .paused, epochs: 9, bestEpoch: 4, score: 0.031, cost: 12)))
      ], pending: [9: [5]]
    ).lines
  }

  @Test("Every rule has a sentence of its own", arguments: Rationale.Rule.allCases)
  func rules(rule: Rationale.Rule) {
    var why = Rationale(rule, value: 0.03125)
    why.choices = 4
    why.rung = 9
    why.mean = 0.0271
    why.deviation = 0.0014
    let lines = report(why)
    #expect(lines[2] == "decision 9: go on from epoch 3 until epoch 9")
    #expect(lines[3] == "  seen     the outcomes of decisions 0 … 7; pending: trial 5")
    #expect(
      lines[4].hasSuffix("; the model expected mrr@10 0.0271 ± 0.0014 of the point"), "\(lines[4])")
    #expect(lines[5] == "  charge   7.5 epochs expected, work 2 each")
    #expect(
      lines[6] == "  outcome  paused after 9 epochs, mrr@10 0.031 at epoch 4; 6 epochs trained")
    let others = Rationale.Rule.allCases.filter { $0 != rule }.map { other -> String in
      var why = why
      why = Rationale(other, value: why.value)
      return report(why)[4]
    }
    #expect(!others.contains(report(Rationale(rule, value: why.value))[4]))
  }

  @Test("A decision that nobody explained says what it was for")
  func unexplained() {
    #expect(
      report(nil, purpose: .retry)[4]
        == "  rule     it is tried again: it had failed, or its row had been deleted")
    #expect(report(nil, purpose: .imported)[4] == "  rule     the user named the point")
  }

  @Test("The runner-up and the figures of the rule stand in the sentence")
  func promotion() {
    var why = Rationale(.promotion, value: 0.031)
    why.choices = 9
    why.rung = 3
    why.runnerUp = .init(point: Sample.trial(1, rate: 0.01).point, value: 0.0302)
    #expect(
      report(why)[4] == """
          rule     it was among the best of 9 trials at the rung of 3 epochs, with 0.031; next best: \
        interest_size:4, learning_rate:0.01, prototype_size:50, which had 0.0302
        """)
  }
}
