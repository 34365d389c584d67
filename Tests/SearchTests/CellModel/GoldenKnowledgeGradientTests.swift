import Foundation
import Literals
import TestSupport
import Testing
import Trials

@testable import Search

/// The search in Python and this one decide the same on the same histories, and expect the same.
@Suite struct GoldenKnowledgeGradientTests {
  struct File: Decodable {
    let learning_rate: [Double]
    let prototype_size: [Int]
    let interest_size: [Int]
    let patience: Int
    let epochs: Int
    let work: [Int]
    let cases: [Case]
  }

  struct Case: Decodable, CustomTestStringConvertible {
    struct Decided: Decodable {
      let run: Int
      let cell: Int
      let start: Int
      let until: Int?
      let charge: Double
      let end: Int
      let complete: Bool
      let scores: [Double]
    }

    struct Choice: Decodable {
      let run: Int
      let cell: Int
      let until: Int?
      let expected: Double
    }

    let kind: String
    let lag: Int
    let decisions: [Decided]
    let seen: Int
    let choice: Choice
    let theta: [Int]?
    let mean: [Double]?
    let variance: [Double]?
    let noise: Double?

    var testDescription: String { "\(kind), lag \(lag), \(seen) of \(decisions.count) seen" }
  }

  private let file: File
  private let space: SearchSpace
  private let grid: GridSampler

  init() throws {
    file = try JSONDecoder().decode(
      File.self, from: Data(contentsOf: Fixture.golden("kg").appending(path: "histories.json")))
    space = SearchSpace([
      .init(name: "learning_rate", domain: .choice(file.learning_rate.map(Literal.real))),
      .init(name: "prototype_size", domain: .choice(file.prototype_size.map(Literal.integer))),
      .init(name: "interest_size", domain: .choice(file.interest_size.map(Literal.integer))),
    ])
    grid = GridSampler(space: space, seed: 1)
  }

  /// The history of a case. A run's seed is its number, which no other run has.
  private func history(_ golden: Case) -> History {
    var history = History()
    for (number, decided) in golden.decisions.enumerated() {
      let point = grid.point(ofCell: decided.cell)
      history.append(
        Decision(
          number: number, trial: Trial(number: decided.run, point: point, seed: decided.run),
          from: decided.start, until: decided.until,
          charge: Int((decided.charge * 1e6).rounded()), workPerEpoch: file.work[decided.cell]))
      guard number < golden.seen else { continue }
      let best = decided.scores.max() ?? 0
      let before = history.lastScore(ofTrial: decided.run)
      history.settle(
        number,
        as: Outcome(
          kind: decided.complete ? .complete : .paused, epochs: decided.end, bestEpoch: 0,
          score: max(best, before ?? -1),
          cost: (decided.end - decided.start) * file.work[decided.cell]),
        scores: decided.scores)
    }
    return history
  }

  private func settings(_ golden: Case) -> SearchContext {
    var context = SearchContext(
      seeds: [1000], patience: file.patience, mostEpochs: file.epochs, direction: .maximize)
    context.lag = golden.lag
    context.workPerEpoch = { [grid, file] point in
      file.work[(0..<120).first { grid.point(ofCell: $0) == point } ?? 0]
    }
    return context
  }

  @Test("The posterior of the cell model")
  func posterior() throws {
    var compared = 0
    for golden in file.cases {
      guard let mean = golden.mean, let variance = golden.variance, let noise = golden.noise,
        let theta = golden.theta
      else { continue }
      let state = SearchState(
        history(golden), Candidates(of: space, seed: 1), settings(golden))
      let model = CellModel(state.finals.observations(of: state.observedRuns), of: state.kernel)
      let posterior = model.posterior()
      #expect(posterior.parameters.places == theta, "\(golden.testDescription)")
      #expect(abs(posterior.noise / noise - 1) < 1e-9)
      for cell in mean.indices {
        #expect(abs(posterior.mean[cell] / mean[cell] - 1) < 1e-9)
        #expect(abs(posterior.variance(cell) - variance[cell]) < 1e-9 * noise)
      }
      compared += 1
    }
    #expect(compared >= 40)
  }

  @Test("The decision")
  func decisions() throws {
    for golden in file.cases {
      let search = KnowledgeGradientSearch(
        space: space, settings: settings(golden))
      let history = history(golden)
      guard case .decide(let plan) = search.next(after: history) else {
        Issue.record("nothing was decided: \(golden.testDescription)")
        continue
      }
      let choice = golden.choice
      #expect(plan.point == grid.point(ofCell: choice.cell), "\(golden.testDescription)")
      #expect(plan.until == choice.until)
      #expect(abs((plan.expectedEpochs ?? 0) / choice.expected - 1) < 1e-9)
      // A run that is new has a seed that no run has.
      let isContinued = golden.decisions.contains { $0.run == choice.run }
      #expect((plan.seed == choice.run) == isContinued)
      #expect(isContinued || history.trial(of: plan.point, seed: plan.seed) == nil)
    }
  }
}

extension History {
  fileprivate func lastScore(ofTrial number: Int) -> Double? {
    number < trialCount
      ? lastOutcome(ofTrial: number)?.score ?? scores(ofTrial: number).compactMap(\.self).max()
      : nil
  }
}
