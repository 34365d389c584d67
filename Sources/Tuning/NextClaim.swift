import Trials

/// How a process comes to its next decision: by steps, between which other processes do what they
/// like and any process may die.
///
///     var next = NextClaim(tuner: tuner, store: store)
///     while true {
///       if let result = try next.step(declined: []) { … }
///     }
package struct NextClaim: Sendable {
  private enum State {
    case look
    case decide(History)
    case begin(Decision)
  }

  package enum Result: Hashable, Sendable {
    case carryOut(Claim)
    case wait(for: Int)
    case finished(SweepEnd)
  }

  private let tuner: Tuner
  private let store: any DecisionStore
  private var state = State.look

  package init(tuner: Tuner, store: any DecisionStore) {
    self.tuner = tuner
    self.store = store
  }

  /// Takes one step; nil if there is another one to take.
  ///
  /// - Parameter declined: Decisions that this process has found that it cannot carry out.
  package mutating func step(declined: Set<Int>) throws -> Result? {
    switch state {
    case .look:
      // A decision that was left behind comes first: others may wait for its outcome.
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
