import Dispatch
import Synchronization

/// The threads that share the work of a step. What they compute never depends on their number:
/// pieces of work are cut by sizes alone, write to places of their own, and are summed in order.
package struct ThreadTeam: Sendable {
  /// The most threads that will ever be asked for: as many lanes of scratch memory are kept.
  package let limit: Int
  private let available: @Sendable () -> Int

  /// - Parameter available: how many threads may work now, asked before every stage; values
  ///   outside 1 ... limit are clamped.
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
  /// `lane` (0 ..< limit) names the thread's own scratch memory.
  func perform(_ pieces: Int, _ body: (_ lane: Int, _ piece: Int) -> Void) {
    let lanes = min(max(available(), 1), limit, pieces)
    guard lanes > 1 else {
      for piece in 0..<pieces { body(0, piece) }
      return
    }
    let next = Atomic(0)
    // Called on several threads at once, and not after this function returns: pieces touch places
    // of their own, which is what callers promise.
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

  /// What `body` returns for each of those runs, in their order.
  func results<Value>(
    _ count: Int, inRunsOf length: Int, _ body: (_ lane: Int, _ run: Range<Int>) -> Value
  ) -> [Value] {
    [Value](unsafeUninitializedCapacity: (count + length - 1) / length) { values, filled in
      filled = values.count
      // Pieces write to places of their own.
      nonisolated(unsafe) let values = values
      perform(count, inRunsOf: length) { lane, run in
        values.initializeElement(at: run.lowerBound / length, to: body(lane, run))
      }
    }
  }
}
