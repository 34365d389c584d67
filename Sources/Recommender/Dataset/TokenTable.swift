/// Numbers the distinct tokens of a column in order of first appearance.
///
/// Each distinct token is stored once, as bytes. A column of millions of rows makes no `String`
/// until `token(_:)` is called.
struct TokenTable {
  private var characters: [UInt8] = []
  /// The end of each token in `characters`.
  private var ends: [Int] = []
  /// A hash table of token numbers with open addressing and linear probing. A free slot holds -1.
  private var slots: [Int32]

  init() {
    slots = Array(repeating: -1, count: 64)
  }

  /// Creates a table that already holds these tokens, numbered from 0.
  init(_ tokens: some Sequence<String>) {
    self.init()
    for token in tokens {
      var token = token
      _ = token.withUTF8 { intern($0) }
    }
  }

  var count: Int { ends.count }

  /// Returns the number of a token. A token that has not been seen gets a new number.
  mutating func intern(_ token: UnsafeBufferPointer<UInt8>) -> Int32 {
    var slot = firstSlot(token)
    while slots[slot] >= 0 {
      if isToken(slots[slot], equalTo: token) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    let number = Int32(ends.count)
    characters.append(contentsOf: token)
    ends.append(characters.count)
    slots[slot] = number
    // The table is at most two thirds full, so that a probe stays short.
    if ends.count * 3 > slots.count * 2 { grow() }
    return number
  }

  func find(_ token: UnsafeBufferPointer<UInt8>) -> Int32? {
    var slot = firstSlot(token)
    while slots[slot] >= 0 {
      if isToken(slots[slot], equalTo: token) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  func token(_ number: Int32) -> String {
    String(decoding: characters[range(number)], as: UTF8.self)
  }

  /// Lends the bytes of a token.
  func withToken<R>(_ number: Int32, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    characters.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range(number)])) }
  }

  private func range(_ number: Int32) -> Range<Int> {
    (number == 0 ? 0 : ends[Int(number) - 1])..<ends[Int(number)]
  }

  private func isToken(_ number: Int32, equalTo token: UnsafeBufferPointer<UInt8>) -> Bool {
    let range = range(number)
    guard range.count == token.count else { return false }
    for offset in 0..<token.count where characters[range.lowerBound + offset] != token[offset] {
      return false
    }
    return true
  }

  private func firstSlot(_ token: UnsafeBufferPointer<UInt8>) -> Int {
    var digest = ContentDigest()
    digest.update(token)
    // The mask keeps the low bits, which are the best ones of FNV. Folding adds the upper half.
    let folded = digest.value ^ (digest.value >> 32)
    return Int(truncatingIfNeeded: folded) & (slots.count - 1)
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for number in ends.indices.map(Int32.init) {
      let range = range(number)
      var slot = characters[range].withUnsafeBufferPointer { firstSlot($0) }
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = number
    }
  }
}

/// Numbers tokens as RecBole does: from 1, in order of first appearance; 0 is `[PAD]`.
struct IdentifierMap: Sendable {
  /// Tokens in id order.
  private(set) var tokens = ["[PAD]"]

  /// Replaces the numbers that a token table has given by ids.
  init(_ numbers: inout [Int32], _ table: TokenTable) {
    var ids = Array(repeating: Int32(0), count: table.count)
    for row in numbers.indices {
      let number = Int(numbers[row])
      if ids[number] == 0 {
        ids[number] = Int32(tokens.count)
        tokens.append(table.token(numbers[row]))
      }
      numbers[row] = ids[number]
    }
  }
}
