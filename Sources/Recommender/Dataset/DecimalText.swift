extension Double {
  /// Reads a decimal number such as `-3`, `881250949`, `0.5e-3` or `inf`, with or without blanks
  /// around it. Any other text gives nil, also a hexadecimal number and `nan`.
  init?(decimalText bytes: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var end = bytes.count
    while start < end, bytes[start].isBlank { start += 1 }
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
    guard let value = Double(shortDecimal: text) ?? Double(longDecimal: text) else { return nil }
    self = value
  }

  /// Reads the common case: at most 15 digits and no exponent. Both the digits and the power of
  /// ten are exact doubles, so that one division rounds correctly.
  private init?(shortDecimal text: UnsafeBufferPointer<UInt8>) {
    var index = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative || text.first == UInt8(ascii: "+") { index = 1 }
    var mantissa = 0
    var digits = 0
    var scale = 1.0
    var hasPoint = false
    while index < text.count {
      let byte = text[index]
      index += 1
      if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
        continue
      }
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), digits < 15 else { return nil }
      mantissa = mantissa * 10 + Int(byte - UInt8(ascii: "0"))
      digits += 1
      if hasPoint { scale *= 10 }
    }
    guard digits > 0 else { return nil }
    let magnitude = Double(mantissa) / scale
    self = isNegative ? -magnitude : magnitude
  }

  private init?(longDecimal text: UnsafeBufferPointer<UInt8>) {
    let string = String(decoding: text, as: UTF8.self)
    switch string.lowercased() {
    case "inf", "+inf", "infinity", "+infinity": self = .infinity
    case "-inf", "-infinity": self = -.infinity
    default:
      // Swift would read '0x10' and 'nan(1)' as well.
      guard string.utf8.allSatisfy(Self.decimalBytes.contains), let value = Double(string) else {
        return nil
      }
      self = value
    }
  }

  private static let decimalBytes = Set("0123456789+-.eE".utf8)
}
