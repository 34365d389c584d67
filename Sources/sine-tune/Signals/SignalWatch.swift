import Dispatch
import Foundation
import Synchronization

/// Watches for SIGINT, SIGTERM and SIGHUP. The first signal asks for an orderly end, the second one ends
/// the process at once.
///
/// A terminal that closes sends SIGHUP more than once, so SIGHUP is never the second signal. Under `nohup`
/// SIGHUP stays ignored.
///
///     let signals = SignalWatch()
///     signals.onFirst { _ in run.cancel() }
final class SignalWatch: Sendable {
  private struct State {
    var received: Int32?
    /// Called with the first signal; nil while a signal ends the process at once.
    var cancel: (@Sendable (Int32) -> Void)?
  }

  private let state = Mutex(State())
  private let sources: Mutex<[any DispatchSourceSignal]>

  /// Begins to watch. It has to be called before other threads are made: they inherit the signal mask, and
  /// a thread without this mask would let a signal kill the process.
  init() {
    let numbers = [SIGINT, SIGTERM] + (Self.isIgnored(SIGHUP) ? [] : [SIGHUP])
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

  /// The number of the first signal; nil if there was none.
  var received: Int32? { state.withLock { $0.received } }

  /// Sets what the first signal does. Before this call a signal ends the process at once, because there is
  /// nothing to lose yet. `cancel` runs on a serial queue.
  func onFirst(_ cancel: @escaping @Sendable (Int32) -> Void) {
    state.withLock { $0.cancel = cancel }
  }

  /// Does work that has to tidy up before the process ends.
  ///
  /// During the work the first signal only makes `isCancelled` true. It ends the process after the work.
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

  /// Returns whether whoever started the process wants it to ignore a signal.
  private static func isIgnored(_ number: Int32) -> Bool {
    let before = signal(number, SIG_IGN)
    // SIG_IGN is the number 1, and no function stands there.
    if let before, Int(bitPattern: unsafeBitCast(before, to: OpaquePointer.self)) == 1 {
      return true
    }
    signal(number, before)
    return false
  }

  /// Returns a word for what a signal has done: `interrupted`.
  static func word(for number: Int32) -> String {
    switch number {
    case SIGINT: "interrupted"
    case SIGHUP: "hung up"
    default: "terminated"
    }
  }

  private func handle(_ number: Int32) {
    let (cancel, isFirst) = state.withLock { state in
      defer { state.received = state.received ?? number }
      return (state.cancel, state.received == nil)
    }
    if !isFirst, number == SIGHUP { return }
    guard isFirst, let cancel else { _exit(128 + number) }
    cancel(number)
  }
}
