import Dispatch
import Synchronization
import Testing

/// A suite whose tests start processes and wait for them: a few of these tests run at a time, on threads
/// of their own.
///
/// All tests of a run begin at once. Without a limit dozens of processes would share the cores, and an
/// endless sweep would take them until the test that ends it gets a thread, which is behind the tests that
/// compute.
///
///     @Suite(.startsProcesses) struct HelpTests { … }
package struct StartsProcesses: SuiteTrait, TestTrait, TestScoping {
  package var isRecursive: Bool { true }

  package func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    await Places.shared.take()
    defer { Places.shared.giveBack() }
    try await withTaskExecutorPreference(WaitingThreads.shared) { try await function() }
  }
}

extension Trait where Self == StartsProcesses {
  package static var startsProcesses: StartsProcesses { StartsProcesses() }
}

/// Places for tests that run at the same time, given in the order in which they were asked for.
private final class Places: Sendable {
  static let shared = Places(count: 4)

  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(count: Int) { state = Mutex(State(free: count)) }

  func take() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.free == 0 {
          state.waiting.append(continuation)
          return false
        }
        state.free -= 1
        return true
      }
      if isFree { continuation.resume() }
    }
  }

  func giveBack() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}

/// Threads beside those on which the other tests run.
private final class WaitingThreads: TaskExecutor {
  static let shared = WaitingThreads()

  /// Dispatch has other threads for each quality of service.
  private let queue = DispatchQueue(
    label: "tests.processes", qos: .userInteractive, attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
