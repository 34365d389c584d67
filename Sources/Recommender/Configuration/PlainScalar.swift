import Literals

/// The rules by which PyYAML with RecBole's float rule reads an unquoted scalar of YAML 1.1.
///
/// `1e-3` is a float, `yes` is True, `012` is ten, and `None` is a string. Unlike in PyYAML, base-60
/// numbers and dates stay strings.
enum PlainScalar {
  struct Overflow: Error {}

  static func resolve(_ text: String) throws(Overflow) -> Literal {
    switch text {
    case "", "~", "null", "Null", "NULL": return .none
    case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
    case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .real(.nan)
    default: break
    }
    let isNegative = text.hasPrefix("-")
    let body = isNegative || text.hasPrefix("+") ? text.dropFirst() : text[...]
    if [".inf", ".Inf", ".INF"].contains(body) {
      return .real(isNegative ? -.infinity : .infinity)
    }
    guard let first = body.utf8.first, first == UInt8(ascii: ".") || 48...57 ~= first,
      body.utf8.allSatisfy({ $0 < 0x80 })
    else { return .string(text) }
    let sign = isNegative ? "-" : ""
    let digits = String(body.filter { $0 != "_" })
    for (prefix, radix) in [("0x", 16), ("0b", 2), ("0", 8), ("", 10)]
    where digits.hasPrefix(prefix) {
      let rest = digits.dropFirst(prefix.count)
      if radix == 8, rest.isEmpty { continue }
      guard let first = rest.first, first != "+", first != "-" else { continue }
      if let value = Int(sign + rest, radix: radix) {
        // A decimal number other than 0 does not begin with a zero.
        if radix == 10, digits.hasPrefix("0"), digits != "0" { return .string(text) }
        return .integer(value)
      }
      if rest.allSatisfy({ $0.isHexDigit && ($0.hexDigitValue ?? radix) < radix }) {
        throw Overflow()
      }
    }
    return isFloat(digits)
      ? Double(sign + normalized(digits)).map(Literal.real) ?? .string(text)
      : .string(text)
  }

  /// True for `1.5`, `1.`, `.5`, `1e3` and `1.5e-3`. A number without point and exponent is no float.
  private static func isFloat(_ text: String) -> Bool {
    text.wholeMatch(of: /[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?/) != nil
      || text.wholeMatch(of: /[0-9]+[eE][-+]?[0-9]+/) != nil
      || text.wholeMatch(of: /\.[0-9]+(?:[eE][-+]?[0-9]+)?/) != nil
  }

  /// Spells a number with a digit on both sides of the point.
  private static func normalized(_ text: String) -> String {
    let halves = text.split(maxSplits: 1, whereSeparator: { $0 == "e" || $0 == "E" })
    var mantissa = String(halves[0])
    if mantissa.hasPrefix(".") { mantissa = "0" + mantissa }
    if mantissa.hasSuffix(".") { mantissa += "0" }
    return halves.count == 2 ? "\(mantissa)e\(halves[1])" : mantissa
  }
}
