import CKernels

/// Memory of its own for numbers that C loops read and write, at a 64-byte boundary.
///
/// It grows and never shrinks, so that a worker's next trial reuses it. Invariant behind every
/// unsafe pointer of this module: a buffer belongs to one trainer, whose thread alone touches it,
/// and `reserve` is called only between steps, when no pointer into it is kept.
package final class AlignedBuffer<Element: BitwiseCopyable> {
  package private(set) var pointer: UnsafeMutablePointer<Element>
  package private(set) var count = 0
  private var capacity = 0

  package init() {
    pointer = Self.allocate(0)
  }

  deinit {
    pointer.deallocate()
  }

  /// Makes room for `count` elements; their values are undefined.
  package func reserve(_ count: Int) {
    if count > capacity {
      pointer.deallocate()
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

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
    UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64
    ).bindMemory(to: Element.self, capacity: max(count, 1))
  }
}

extension Int {
  /// The next multiple of 16: the floats from row to row of a matrix with this many columns.
  var roundedToRow: Int {
    let multiple = ck_row_multiple
    return (self + multiple - 1) / multiple * multiple
  }
}
