import Foundation

/// Memory for the numbers that the C loops read and write, at a 64-byte boundary.
///
/// A buffer grows and never shrinks, so that a worker's next trial reuses it. Every unsafe pointer
/// of this module relies on one invariant: a buffer belongs to one trainer, only the threads of
/// that trainer touch it, and nobody keeps a pointer into it when `reserve` is called.
package final class AlignedBuffer<Element: BitwiseCopyable> {
  package private(set) var pointer: UnsafeMutablePointer<Element>
  package private(set) var count = 0
  private var capacity = 0

  package init() {
    pointer = Self.allocate(0)
  }

  deinit {
    Self.release(pointer, capacity)
  }

  /// Makes room for `count` elements; their values are undefined.
  package func reserve(_ count: Int) {
    if count > capacity {
      Self.release(pointer, capacity)
      pointer = Self.allocate(count)
      capacity = count
    }
    self.count = count
  }

  /// Sets every byte to zero.
  package func clear() {
    UnsafeMutableRawPointer(pointer).initializeMemory(
      as: UInt8.self, repeating: 0, count: count * MemoryLayout<Element>.stride)
  }

  package func copy(from other: AlignedBuffer) {
    reserve(other.count)
    pointer.update(from: other.pointer, count: count)
  }

  package var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: pointer, count: count)
  }

  /// The bytes of the smallest buffer that gets its own pages from the system. The heap would keep
  /// the memory of outgrown buffers, almost 20 MB a job when trials differ in size.
  private static var smallestMapping: Int { 1 << 18 }

  private static func bytes(_ count: Int) -> Int { max(count, 1) * MemoryLayout<Element>.stride }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
    let bytes = bytes(count)
    let memory: UnsafeMutableRawPointer
    if bytes < smallestMapping {
      memory = .allocate(byteCount: bytes, alignment: 64)
    } else {
      let flags = MAP_PRIVATE | MAP_ANONYMOUS
      guard let pages = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, -1, 0), pages != MAP_FAILED
      else { Self.endForLackOfMemory(bytes) }
      memory = pages
    }
    return memory.bindMemory(to: Element.self, capacity: max(count, 1))
  }

  /// Ends the process in order: a trap would print a backtrace, which needs memory as well. Whoever plans
  /// a training asks `WorkingSet` before, so this is memory that something else has taken since.
  private static func endForLackOfMemory(_ bytes: Int) -> Never {
    let message = "error: the system has no memory for \(bytes) bytes; what is committed stays\n"
    _ = message.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    _exit(1)
  }

  private static func release(_ pointer: UnsafeMutablePointer<Element>, _ count: Int) {
    if bytes(count) < smallestMapping {
      pointer.deallocate()
    } else {
      munmap(pointer, bytes(count))
    }
  }
}
