import Foundation

/// A time or a number with nine exact decimals: `whole` + `billionths` / 10⁹.
///
/// A double would not do: it holds a second since 1970 with less than nine digits after the point.
struct Moment: Hashable, Comparable, Sendable {
  /// Rounded towards minus infinity.
  var whole: Int64
  /// 0 … 999,999,999.
  var billionths: Int32

  static func < (a: Moment, b: Moment) -> Bool {
    (a.whole, a.billionths) < (b.whole, b.billionths)
  }

  /// A number of units as the number of seconds, if a second has `unitsPerSecond` of them.
  func seconds(unitsPerSecond: Int64) -> Moment {
    guard unitsPerSecond > 1 else { return self }
    let (quotient, rest) = whole.quotientAndRemainder(dividingBy: unitsPerSecond)
    let units = rest < 0 ? rest + unitsPerSecond : rest
    let part = 1_000_000_000 / unitsPerSecond
    return Moment(
      whole: rest < 0 ? quotient - 1 : quotient,
      billionths: Int32(units * part + Int64(billionths) / unitsPerSecond))
  }

  /// The shortest decimal number: `881250949`, `1706704200.25`, `-0.5`.
  var decimalText: String {
    guard billionths > 0 else { return "\(whole)" }
    // The digits of a negative number count from the other side: -1 + 0.75 is -0.25.
    let isNegative = whole < 0
    let magnitude = isNegative ? (whole + 1).magnitude : whole.magnitude
    let fraction = isNegative ? 1_000_000_000 - billionths : billionths
    var digits = String(String(fraction + 1_000_000_000).dropFirst())
    while digits.last == "0" { digits.removeLast() }
    return "\(isNegative ? "-" : "")\(magnitude).\(digits)"
  }
}

extension Moment {
  /// The moment in seconds since 1970 as a time in UTC: `2024-01-31 12:30:00`.
  var utcText: String {
    var seconds = time_t(whole)
    var time = tm()
    guard gmtime_r(&seconds, &time) != nil else { return decimalText }
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let year = "\(Int(time.tm_year) + 1900)"
    let date = "\(year)-\(two(time.tm_mon + 1))-\(two(time.tm_mday))"
    return "\(date) \(two(time.tm_hour)):\(two(time.tm_min)):\(two(time.tm_sec))"
  }

  /// Reads a decimal number of at most 18 digits before the point, or any number that a double
  /// holds; nil for other text, and for a number beyond ±9·10¹⁸.
  init?(decimalText text: UnsafeBufferPointer<UInt8>) {
    var index = 0
    let isNegative = text.first == UInt8(ascii: "-")
    if isNegative || text.first == UInt8(ascii: "+") { index = 1 }
    var whole: Int64 = 0
    var digits = 0
    while index < text.count, let digit = text[index].decimalDigit {
      guard digits < 18 else { return nil }
      whole = whole * 10 + Int64(digit)
      digits += 1
      index += 1
    }
    var fraction: Int32 = 0
    var scale: Int32 = 100_000_000
    if index < text.count, text[index] == UInt8(ascii: ".") {
      index += 1
      while index < text.count, let digit = text[index].decimalDigit {
        fraction += Int32(digit) * scale
        scale /= 10
        digits += 1
        index += 1
      }
    }
    guard digits > 0, index == text.count else {
      self.init(scientificText: text)
      return
    }
    if isNegative {
      self.init(
        whole: fraction > 0 ? -whole - 1 : -whole,
        billionths: fraction > 0 ? 1_000_000_000 - fraction : 0)
    } else {
      self.init(whole: whole, billionths: fraction)
    }
  }

  /// Reads a number with an exponent, such as `1.7067042e+09`.
  private init?(scientificText text: UnsafeBufferPointer<UInt8>) {
    guard let value = Double(decimalText: text), abs(value) < 9e18 else { return nil }
    let whole = value.rounded(.down)
    let billionths = Int32(((value - whole) * 1e9).rounded(.down))
    self.init(whole: Int64(whole), billionths: min(billionths, 999_999_999))
  }
}

extension UInt8 {
  /// The value of an ASCII digit; nil for another byte.
  var decimalDigit: Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) ? Int(self - UInt8(ascii: "0")) : nil
  }
}
