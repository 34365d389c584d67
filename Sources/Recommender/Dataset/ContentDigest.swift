import Foundation

/// The 64-bit FNV-1a hash of a file's bytes.
///
/// The digest tells whether a data set has changed since a sweep began, and it is the same on every
/// platform. It does not protect against forgery.
package struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  /// Restores a digest that was computed earlier.
  init(value: UInt64) {
    self.value = value
  }

  package init(of data: Data) {
    data.withUnsafeBytes { update($0.bindMemory(to: UInt8.self)) }
  }

  package mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
    }
  }

  /// Sixteen hexadecimal digits.
  package var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
