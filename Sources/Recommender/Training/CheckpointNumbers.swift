import Foundation

/// A long run of numbers of a checkpoint. The numbers are not copied, because a copy of all runs would
/// take a gigabyte for a million items.
enum CheckpointNumbers {
  /// The numbers are in the memory of a training, and change with it.
  case live(AlignedBuffer<Float>)
  /// The numbers are in the bytes of a file.
  case stored(Data)

  static var none: Self { .stored(Data()) }

  var count: Int { withBytes { $0.count / MemoryLayout<Float>.size } }

  func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    switch self {
    case .live(let buffer): try body(UnsafeRawBufferPointer(buffer.elements))
    case .stored(let data): try data.withUnsafeBytes(body)
    }
  }

  /// Makes `buffer` hold these numbers.
  func copy(to buffer: AlignedBuffer<Float>) {
    buffer.reserve(count)
    withBytes { UnsafeMutableRawBufferPointer(buffer.elements).copyMemory(from: $0) }
  }
}

extension CheckpointNumbers: Equatable {
  /// True if both hold the same bytes.
  static func == (a: Self, b: Self) -> Bool {
    a.withBytes { a in b.withBytes { a.elementsEqual($0) } }
  }
}
