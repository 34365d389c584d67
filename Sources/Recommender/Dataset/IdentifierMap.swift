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
