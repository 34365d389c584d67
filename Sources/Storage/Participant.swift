import Foundation

/// A process that works on a results.db or reads it, and what it can tell about the others.
///
///     if owner.life(of: other) == .gone { … }
struct Participant: Hashable, Sendable {
  enum Life {
    case running, gone
    /// It cannot be told from here.
    case unseen
  }

  var identity: ProcessIdentity
  /// The path of `results.db-owners`; nil for a database in memory.
  let lockFile: String?

  init(_ identity: ProcessIdentity, lockFile: String? = nil) {
    self.identity = identity
    self.lockFile = lockFile
  }

  /// Whether another process still runs, as far as this one can tell. Clocks have no part in it.
  ///
  /// What counts comes first:
  ///
  /// 1. A process that holds its lock runs, wherever it is.
  /// 2. No process outlives its boot. The names of hosts tell only a reboot from another machine.
  /// 3. A process of this boot that holds its lock no more is gone, in whatever container it was.
  /// 4. Without a lock, the table of processes knows, if the pid counts in the same numbering.
  func life(of other: ProcessIdentity) -> Life {
    let lock = state(of: other.lock)
    if lock == .held { return .running }
    if let theirs = other.bootID, let own = identity.bootID {
      if theirs != own { return other.host == identity.host ? .gone : .unseen }
      if lock == .free { return .gone }
    } else if other.host != identity.host {
      return .unseen
    }
    guard other.pidNamespace == identity.pidNamespace else { return .unseen }
    return other.isInProcessTable ? .running : .gone
  }

  private func state(of lock: LockedByte?) -> OwnerLock.State {
    guard let lock, let lockFile else { return .unknown }
    return OwnerLock.state(of: lock, at: lockFile)
  }
}
