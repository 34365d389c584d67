import Dispatch
import Synchronization

/// The threads that share the work of a step.
///
/// No result depends on the number of threads: only sizes decide how the work is cut into pieces,
/// every piece writes to its own memory, and sums run over the pieces in order.
package struct ThreadTeam: Sendable {
  /// The most threads that ever work at a time. Each of them has a lane, which is scratch memory of
  /// its own.
  package let limit: Int
  private let available: @Sendable () -> Int

  /// - Parameter available: returns how many threads may work now, and is called before every
  ///   stage. A result outside 1 ... limit is clamped.
  package init(limit: Int, available: @escaping @Sendable () -> Int) {
    precondition(limit >= 1)
    self.limit = limit
    self.available = available
  }

  /// The calling thread alone.
  package static let single = ThreadTeam(limit: 1) { 1 }

  /// A fixed number of threads, the calling one included.
  package static func fixed(_ count: Int) -> ThreadTeam {
    ThreadTeam(limit: count) { count }
  }

  /// Runs `body` once for every piece and returns when all are done.
  ///
  /// The lane (0 ..< limit) is the number of the thread's own scratch memory.
  func perform(_ pieces: Int, _ body: (_ lane: Int, _ piece: Int) -> Void) {
    let lanes = min(max(available(), 1), limit, pieces)
    guard lanes > 1 else {
      for piece in 0..<pieces { body(0, piece) }
      return
    }
    let next = Atomic(0)
    // Several threads call `body` at once, and none of them after this function has returned.
    // Callers promise that every piece writes to its own memory.
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: lanes) { lane in
      while true {
        let piece = next.add(1, ordering: .relaxed).oldValue
        guard piece < pieces else { return }
        body(lane, piece)
      }
    }
  }

  /// Runs `body` over runs of at most `length` elements of 0 ..< count.
  func perform(_ count: Int, inRunsOf length: Int, _ body: (_ lane: Int, _ run: Range<Int>) -> Void)
  {
    perform((count + length - 1) / length) { lane, piece in
      body(lane, piece * length..<min((piece + 1) * length, count))
    }
  }

  /// Runs `body` over runs of at most `length` elements of 0 ..< count, and returns its results in
  /// order.
  func results<Value>(
    _ count: Int, inRunsOf length: Int, _ body: (_ lane: Int, _ run: Range<Int>) -> Value
  ) -> [Value] {
    [Value](unsafeUninitializedCapacity: (count + length - 1) / length) { values, filled in
      filled = values.count
      // Every piece writes to its own element.
      nonisolated(unsafe) let values = values
      perform(count, inRunsOf: length) { lane, run in
        values.initializeElement(at: run.lowerBound / length, to: body(lane, run))
      }
    }
  }
}
