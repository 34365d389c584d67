import Trials

/// Finds the decision that a process carries out next: one that was left behind, or a new one.
///
/// It takes its way in steps. Between two steps other processes may write to the store, and any process
/// may die:
///
///     var next = NextClaim(tuner: tuner, store: store)
///     while true {
///       if let result = try next.step(declined: []) { return result }
///     }
package struct NextClaim: Sendable {
  private enum State {
    case look
    case decide(History)
    case begin(Decision)
  }

  package enum Result: Hashable, Sendable {
    /// The process owns this claim now and has to carry it out.
    case carryOut(Claim)
    /// Nothing can be decided before this decision has an outcome.
    case wait(for: Int)
    /// No decision is left.
    case finished(SweepEnd)
  }

  private let tuner: Tuner
  private let store: any DecisionStore
  private var state = State.look

  package init(tuner: Tuner, store: any DecisionStore) {
    self.tuner = tuner
    self.store = store
  }

  /// Takes one step, and returns the result; nil if another step has to follow.
  ///
  /// - Parameter declined: The decisions that this process cannot carry out.
  package mutating func step(declined: Set<Int>) throws -> Result? {
    switch state {
    case .look:
      // A decision that was left behind comes first: later decisions may wait for its outcome.
      if let claim = try store.resume(except: declined) { return .carryOut(claim) }
      state = .decide(try store.history())
    case .decide(let history):
      state = .look
      switch try tuner.next(after: history) {
      case .decide(let decision): state = .begin(decision)
      case .wait(let number): return .wait(for: number)
      case .finished(let end): return .finished(end)
      }
    case .begin(let decision):
      state = .look
      switch try store.begin(decision, except: declined) {
      case .begun(let claim): return .carryOut(claim)
      case .overtaken: break
      case .superseded: return .finished(.superseded)
      }
    }
    return nil
  }
}
