import Foundation

/// Consecutive bytes of a checkpoint: either many small values, or one long run of numbers.
enum CheckpointPiece {
  case bytes(Data)
  case numbers(CheckpointNumbers)

  func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    switch self {
    case .bytes(let data): try data.withUnsafeBytes(body)
    case .numbers(let numbers): try numbers.withBytes(body)
    }
  }

  var count: Int { withBytes(\.count) }
}

/// Writes values as bytes, in the byte order of the machine. A machine with another byte order reads
/// no checkpoint in these bytes.
struct CheckpointWriter {
  private var full: [CheckpointPiece] = []
  private var last = Data()

  var pieces: [CheckpointPiece] { full + [.bytes(last)] }

  mutating func append<Value: BitwiseCopyable>(_ value: Value) {
    withUnsafeBytes(of: value) { last.append(contentsOf: $0) }
  }

  mutating func append(_ value: Int?) {
    append(UInt8(value == nil ? 0 : 1))
    append(Int64(value ?? 0))
  }

  mutating func append(_ value: Double?) {
    append(UInt8(value == nil ? 0 : 1))
    append(value ?? 0)
  }

  mutating func append<Element: BitwiseCopyable>(array: [Element]) {
    append(Int64(array.count))
    array.withUnsafeBytes { last.append(contentsOf: $0) }
  }

  mutating func append(numbers: CheckpointNumbers) {
    append(Int64(numbers.count))
    full += [.bytes(last), .numbers(numbers)]
    last = Data()
  }

  mutating func append(_ text: String) { append(array: Array(text.utf8)) }
}

/// Reads the values that a `CheckpointWriter` has written. Every method returns nil if the bytes end
/// too early or make no value.
struct CheckpointReader {
  private var rest: Data

  init(_ data: Data) {
    rest = data
  }

  /// The number of bytes that have not been read.
  var count: Int { rest.count }
  var isAtEnd: Bool { rest.isEmpty }

  mutating func number<Value: BitwiseCopyable & Numeric>(_ type: Value.Type = Value.self) -> Value?
  {
    bytes(count: MemoryLayout<Value>.size)?.withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
  }

  /// Reads a count or an index.
  mutating func integer() -> Int? {
    number(Int64.self).flatMap { $0 >= 0 ? Int(exactly: $0) : nil }
  }

  /// Reads an optional value. The outer nil is an error, the inner nil a value that is not there.
  mutating func optional<Value>(_ value: (inout CheckpointReader) -> Value?) -> Value?? {
    guard let flag = number(UInt8.self), flag <= 1, let value = value(&self) else { return .none }
    return .some(flag == 1 ? value : nil)
  }

  mutating func array<Element: BitwiseCopyable & Numeric>(_ type: Element.Type) -> [Element]? {
    guard let count = integer(), let bytes = bytes(of: type, count: count) else { return nil }
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = bytes.copyBytes(to: buffer) / MemoryLayout<Element>.size
    }
  }

  mutating func numbers() -> CheckpointNumbers? {
    integer().flatMap { bytes(of: Float.self, count: $0) }.map(CheckpointNumbers.stored)
  }

  mutating func text() -> String? {
    array(UInt8.self).flatMap { String(validating: $0, as: UTF8.self) }
  }

  private mutating func bytes<Element>(of type: Element.Type, count: Int) -> Data? {
    let (size, isTooLarge) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.size)
    return isTooLarge ? nil : bytes(count: size)
  }

  private mutating func bytes(count: Int) -> Data? {
    guard count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
