import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM as events: the first asks for an orderly end, the second ends at once.
final class SignalWatch: Sendable {
  private struct State {
    var received: Int32?
    var cancel: (@Sendable (Int32) -> Void)?
  }

  private let state = Mutex(State())
  private let sources: Mutex<[any DispatchSourceSignal]>

  /// Begins to watch. It has to be called before other threads are made: they inherit the mask,
  /// and a signal that reaches a thread without it would kill the process.
  init() {
    let numbers = [SIGINT, SIGTERM]
    var mask = sigset_t()
    sigemptyset(&mask)
    for number in numbers { sigaddset(&mask, number) }
    pthread_sigmask(SIG_BLOCK, &mask, nil)
    let queue = DispatchQueue(label: "sine-tune.signals")
    sources = Mutex(
      numbers.map { DispatchSource.makeSignalSource(signal: $0, queue: queue) })
    sources.withLock { sources in
      for (source, number) in zip(sources, numbers) {
        source.setEventHandler { [weak self] in self?.handle(number) }
        source.activate()
      }
    }
  }

  /// The first signal that came.
  var received: Int32? { state.withLock { $0.received } }

  /// Says how to end in order. Before that a signal ends the process at once: there is nothing
  /// yet that could be lost.
  func onFirst(_ cancel: @escaping @Sendable (Int32) -> Void) {
    state.withLock { $0.cancel = cancel }
  }

  /// Does work that has something to tidy up: while it is done, the first signal only shows in what
  /// the work is told, and then ends the process.
  func deferringExit<Value, Failure>(
    _ work: (_ isCancelled: @escaping @Sendable () -> Bool) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    onFirst { _ in }
    defer {
      let received = state.withLock { state in
        state.cancel = nil
        return state.received
      }
      if let received { _exit(128 + received) }
    }
    return try work { [self] in received != nil }
  }

  private func handle(_ number: Int32) {
    let cancel = state.withLock { state in
      defer { state.received = state.received ?? number }
      return state.received == nil ? state.cancel : nil
    }
    guard let cancel else { _exit(128 + number) }
    cancel(number)
  }
}
