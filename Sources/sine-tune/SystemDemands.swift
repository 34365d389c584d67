import Foundation
import Sweeps

/// What the program needs of the limits of its process (`ulimit`), looked at before anything can fail for
/// lack of it. Dispatch traps or waits for ever where no file can be opened and no thread started.
enum SystemDemands {
  /// Files: the database with its log, a checkpoint of each running trial, and what the libraries open.
  private static func files(forCores cores: Int) -> Int { 32 + cores }
  /// A thread for each core, and those that wait for signals, timers and the database.
  private static var threads: Int { 8 + CoreShare.cores }
  /// The least stack of a thread, in bytes.
  private static let stack = 262_144
  /// The least memory beside that of the trials, in bytes.
  private static let memory = 32_000_000.0

  /// Raises the limits that may be raised. Returns what is wrong with another one; nil for nothing.
  ///
  /// It has to be called before other threads are made, and costs every command a few microseconds.
  static func unmet() -> String? {
    // The cores that this process may use take longer to find out, and are never more.
    if raised(RLIMIT_NOFILE, to: files(forCores: ProcessInfo.processInfo.processorCount)) != nil {
      let files = files(forCores: CoreShare.cores)
      if let most = raised(RLIMIT_NOFILE, to: files) {
        return "\(most) open files are allowed ('ulimit -n'), and \(files) are needed"
      }
    }
    if let most = raised(RLIMIT_STACK, to: stack) {
      return "a stack of \(most / 1024) kB is allowed ('ulimit -s'), and \(stack / 1024) kB are "
        + "needed"
    }
    if let left = MemoryLimit.addressable() {
      shareHeap()
      if left.bytes < memory {
        return "the limits of this process ('ulimit -v', 'ulimit -d') leave \(left), and "
          + "\(MemoryLimit(bytes: memory)) are needed beside the memory of the trials"
      }
    }
    return nil
  }

  /// Returns what is wrong if the threads of a command that trains cannot be made; nil for nothing.
  static func unmetByThreads() -> String? {
    if canStart(threads: threads) { return nil }
    return "\(threads) threads are needed, and the system refuses them: 'ulimit -u' or the limit "
      + "of processes of the container is too low"
  }

  /// Lets all threads share one heap; glibc would reserve 64 MB of addresses for the heap of each.
  private static func shareHeap() {
    // Swift imports neither the function nor its option, M_ARENA_MAX.
    typealias Function = @convention(c) (Int32, Int32) -> Int32
    guard let symbol = dlsym(nil, "mallopt") else { return }
    _ = unsafeBitCast(symbol, to: Function.self)(-8, 1)
  }

  /// Raises the soft limit of a resource as far as needed. Returns the hard limit if that is too low.
  private static func raised(_ resource: __rlimit_resource, to needed: Int) -> Int? {
    let number = __rlimit_resource_t(resource.rawValue)
    var limit = rlimit()
    guard getrlimit(number, &limit) == 0, limit.rlim_cur < rlim_t(needed) else { return nil }
    limit.rlim_cur = min(rlim_t(needed), limit.rlim_max)
    setrlimit(number, &limit)
    return limit.rlim_cur < rlim_t(needed) ? Int(limit.rlim_cur) : nil
  }

  /// Returns whether so many threads can be alive at once.
  private static func canStart(threads count: Int) -> Bool {
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    gate.initialize(to: pthread_mutex_t())
    pthread_mutex_init(gate, nil)
    pthread_mutex_lock(gate)
    defer { gate.deallocate() }
    // Their stacks are counted elsewhere.
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, Self.stack)
    var threads: [pthread_t] = []
    for _ in 0..<count {
      var thread = pthread_t()
      let error = pthread_create(
        &thread, &attributes,
        { gate in
          let gate = gate?.assumingMemoryBound(to: pthread_mutex_t.self)
          if let gate {
            pthread_mutex_lock(gate)
            pthread_mutex_unlock(gate)
          }
          return nil
        }, gate)
      guard error == 0 else { break }
      threads.append(thread)
    }
    pthread_mutex_unlock(gate)
    for thread in threads { pthread_join(thread, nil) }
    pthread_attr_destroy(&attributes)
    pthread_mutex_destroy(gate)
    return threads.count == count
  }
}
