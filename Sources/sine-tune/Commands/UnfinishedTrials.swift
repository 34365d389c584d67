import Literals
import Reports
import Tuning

/// What is said about the trials that a run could not finish.
struct UnfinishedTrials {
  let decisions: [UnfinishedDecision]

  /// The most trials that a line names.
  private static let mostNumbers = 20

  /// Returns a line for each reason, with what helps.
  var lines: [String] { declined + unseen }

  private var declined: [String] {
    var first: String?
    let numbers = decisions.compactMap { decision -> Int? in
      guard case .declined(let reason) = decision.cause else { return nil }
      first = first ?? "trial \(decision.trial) waits: \(reason)"
      return decision.trial
    }
    guard let first else { return [] }
    return [
      "\(Format.count(numbers.count, "trial")) not started (\(Self.list(numbers))): \(first); the "
        + "same command goes on with more memory, a larger --memory_limit or fewer --threads"
    ]
  }

  private var unseen: [String] {
    var owners: [String] = []
    var numbers: [String: (trials: [Int], decisions: [Int])] = [:]
    for decision in decisions {
      guard case .unseen(let host, let pid) = decision.cause else { continue }
      let owner = "process \(pid) on \(host)"
      if numbers[owner] == nil { owners.append(owner) }
      numbers[owner, default: ([], [])].trials.append(decision.trial)
      numbers[owner, default: ([], [])].decisions.append(decision.decision)
    }
    return owners.map { owner in
      let (trials, decisions) = numbers[owner] ?? ([], [])
      let isOne = trials.count == 1
      return "trial\(isOne ? "" : "s") \(Self.list(trials)) (decision\(isOne ? "" : "s") "
        + "\(Self.list(decisions))) \(isOne ? "belongs" : "belong") to \(owner), and this process "
        + "cannot see whether that is alive; if it is gone, repeat the command with --take_over"
    }
  }

  private static func list(_ numbers: [Int]) -> String {
    let shown = numbers.prefix(mostNumbers).map { "\($0)" }.joined(separator: ", ")
    return numbers.count > mostNumbers
      ? "\(shown) and \(numbers.count - mostNumbers) more" : shown
  }
}

extension UnfinishedTrials {
  /// The trials that processes that cannot be seen may be working on.
  init(unseen others: [DecisionElsewhere]) {
    self.init(
      decisions: others.filter { !$0.isVisible }.map {
        UnfinishedDecision(
          decision: $0.decision, trial: $0.trial, cause: .unseen(host: $0.host, pid: $0.pid))
      })
  }
}
