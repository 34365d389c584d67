import Search

@testable import Tuning

/// A sink that remembers, and a source of numbered trials.
final class EventLog: Sendable {
  private let state = Locked((next: 0, events: [TrialEvent]()))

  func append(_ event: TrialEvent) {
    state.withLock { $0.events.append(event) }
  }

  /// Hands out trials 0, 1, …, skipping those that are done, and nil from `count` on.
  func nextTrial(below count: Int, skipping done: Set<Int> = []) -> Trial? {
    state.withLock { state in
      while done.contains(state.next) { state.next += 1 }
      guard state.next < count else { return nil }
      defer { state.next += 1 }
      return Trial(number: state.next, parameters: TrialParameters([]), seed: 1)
    }
  }

  var events: [TrialEvent] { state.withLock { $0.events } }

  /// What each trial went through, such as `started, epoch 0, complete`.
  var histories: [Int: String] {
    var histories: [Int: [String]] = [:]
    for event in events {
      switch event {
      case .started(let trial): histories[trial.number, default: []].append("started")
      case .epoch(let trial, let report):
        histories[trial.number, default: []].append("epoch \(report.epoch)")
      case .ended(let trial, let outcome):
        histories[trial.number, default: []].append(name(of: outcome))
      }
    }
    return histories.mapValues { $0.joined(separator: ", ") }
  }

  /// Numbers of the trials that came to an end of their own.
  var finished: [Int] {
    histories.filter { !$0.value.hasSuffix("interrupted") }.keys.sorted()
  }

  private func name(of outcome: TrialOutcome) -> String {
    switch outcome {
    case .complete: "complete"
    case .pruned: "pruned"
    case .failed(let reason, let message): "\(reason.rawValue): \(message)"
    case .interrupted: "interrupted"
    }
  }
}

struct SomeError: Error, Equatable, CustomStringConvertible {
  let description: String
}

func complete(_ score: Double?) -> TrialOutcome {
  .complete(
    TrialSummary(
      bestEpoch: 0, epochs: 1, validScore: score, validMetrics: [], testMetrics: [],
      kernels: "generic"))
}

func epochReport(_ epoch: Int) -> EpochReport {
  EpochReport(
    epoch: epoch, trainLoss: 1, trainSeconds: 0, evaluationSeconds: 0, validScore: nil,
    validMetrics: [])
}
