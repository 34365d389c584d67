import Foundation

/// The form of the times of a column.
package enum TimeForm: Hashable, Sendable {
  /// Found out from the column.
  case automatic
  /// `2024-01-31`, `2024-01-31 12:30:00`, `2024-01-31T12:30:00.25+01:00`.
  case iso
  /// Numbers since 1970-01-01 UTC.
  case seconds, milliseconds, microseconds, nanoseconds
  /// The form that a pattern describes: `%d.%m.%Y %H:%M`.
  case pattern(TimePattern)

  package static let names: [(name: String, form: TimeForm)] = [
    ("auto", .automatic), ("iso", .iso), ("seconds", .seconds), ("milliseconds", .milliseconds),
    ("microseconds", .microseconds), ("nanoseconds", .nanoseconds),
  ]

  /// The letters of a pattern that may follow a percent sign.
  package static var directives: String { TimePattern.directives }

  /// Reads a name of a form, or a pattern, which has a percent sign; nil for another text.
  package init?(_ text: String) {
    if let known = Self.names.first(where: { $0.name == text }) {
      self = known.form
    } else if let pattern = TimePattern(text) {
      self = .pattern(pattern)
    } else {
      return nil
    }
  }

  /// The units of a second if times are numbers; nil if they are dates.
  var unitsPerSecond: Int64? {
    switch self {
    case .seconds: 1
    case .milliseconds: 1000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    case .automatic, .iso, .pattern: nil
    }
  }

  /// The unit in which a number is most likely a time of our days: seconds have ten digits.
  static func unit(ofLargest whole: Int64) -> TimeForm {
    switch whole.magnitude {
    case 0..<100_000_000_000: .seconds
    case 0..<100_000_000_000_000: .milliseconds
    case 0..<100_000_000_000_000_000: .microseconds
    default: .nanoseconds
    }
  }
}

/// A time as it was read from a field.
enum ReadTime: Hashable, Sendable {
  /// A number in a unit that the whole column decides.
  case number(Moment)
  /// Seconds since 1970, and whether the text named its time zone.
  case date(Moment, hasZone: Bool)

  /// Reads a field; nil if it does not have the form.
  init?(_ field: UnsafeBufferPointer<UInt8>, form: TimeForm) {
    let text = field.trimmingBlanks
    switch form {
    case .automatic:
      guard let time = ReadTime(text, form: .seconds) ?? ReadTime(text, form: .iso) else {
        return nil
      }
      self = time
    case .iso:
      guard let date = ISODate(text) else { return nil }
      self = .date(date.moment, hasZone: date.hasZone)
    case .seconds, .milliseconds, .microseconds, .nanoseconds:
      guard let number = Moment(decimalText: text) else { return nil }
      self = .number(number)
    case .pattern(let pattern):
      guard let moment = pattern.moment(of: text) else { return nil }
      self = .date(moment, hasZone: pattern.hasZone)
    }
  }
}

/// A date of ISO 8601, with or without a time of day, a fraction of a second, and a time zone.
///
/// `T`, a blank or nothing stands between date and time, and `-` or `/` between the numbers of the
/// date. A time without a zone is taken as UTC.
struct ISODate: Sendable {
  let moment: Moment
  let hasZone: Bool

  init?(_ text: UnsafeBufferPointer<UInt8>) {
    var rest = text[...]
    guard let year = rest.takeNumber(digits: 4),
      let separator = rest.popFirst(), "-/".utf8.contains(separator),
      let month = rest.takeNumber(digits: 2), rest.popFirst() == separator,
      let day = rest.takeNumber(digits: 2)
    else { return nil }
    var clock = (hour: 0, minute: 0, second: 0)
    var fraction: Int32 = 0
    var zone: Int64?
    if !rest.isEmpty {
      guard let mark = rest.popFirst(), "T t".utf8.contains(mark),
        let hour = rest.takeNumber(digits: 2), rest.take(UInt8(ascii: ":")),
        let minute = rest.takeNumber(digits: 2)
      else { return nil }
      (clock.hour, clock.minute) = (hour, minute)
      if rest.take(UInt8(ascii: ":")) {
        guard let second = rest.takeNumber(digits: 2) else { return nil }
        clock.second = second
        if rest.take(UInt8(ascii: ".")) || rest.take(UInt8(ascii: ",")) {
          guard let read = rest.takeFraction() else { return nil }
          fraction = read
        }
      }
      while rest.take(UInt8(ascii: " ")) {}
      if !rest.isEmpty {
        guard let offset = rest.takeZone(), rest.isEmpty else { return nil }
        zone = offset
      }
    }
    guard let time = Moment(year: year, month: month, day: day, clock) else { return nil }
    moment = Moment(whole: time.whole - (zone ?? 0), billionths: fraction)
    hasZone = zone != nil
  }
}

extension Moment {
  /// Seconds from 1970 to a time in UTC; nil if there is no such day or time of day.
  init?(year: Int, month: Int, day: Int, _ clock: (hour: Int, minute: Int, second: Int)) {
    guard (0..<24).contains(clock.hour), (0..<60).contains(clock.minute),
      (0..<60).contains(clock.second)
    else { return nil }
    var time = tm()
    time.tm_year = Int32(year) - 1900
    time.tm_mon = Int32(month) - 1
    time.tm_mday = Int32(day)
    time.tm_hour = Int32(clock.hour)
    time.tm_min = Int32(clock.minute)
    time.tm_sec = Int32(clock.second)
    let seconds = Int64(timegm(&time))
    // timegm makes the first of March of the thirtieth of February.
    guard time.tm_mday == Int32(day), time.tm_mon == Int32(month) - 1 else { return nil }
    self.init(whole: seconds, billionths: 0)
  }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
  mutating func take(_ byte: UInt8) -> Bool {
    guard first == byte else { return false }
    removeFirst()
    return true
  }

  mutating func takeNumber(digits: Int) -> Int? {
    guard count >= digits else { return nil }
    var value = 0
    for byte in prefix(digits) {
      guard let digit = byte.decimalDigit else { return nil }
      value = value * 10 + digit
    }
    removeFirst(digits)
    return value
  }

  /// Takes the digits of a fraction, of which nine count.
  mutating func takeFraction() -> Int32? {
    guard first?.decimalDigit != nil else { return nil }
    var value: Int32 = 0
    var scale: Int32 = 100_000_000
    while let digit = first?.decimalDigit {
      value += Int32(digit) * scale
      scale /= 10
      removeFirst()
    }
    return value
  }

  /// Takes `Z`, `UTC`, `GMT`, `+01`, `+0100` or `+01:00`, and returns seconds east of Greenwich.
  mutating func takeZone() -> Int64? {
    for name in ["Z", "z", "UTC", "GMT"] where starts(with: name.utf8) {
      removeFirst(name.utf8.count)
      return 0
    }
    guard let sign = popFirst(), "+-".utf8.contains(sign), let hours = takeNumber(digits: 2),
      hours < 24
    else { return nil }
    var minutes = 0
    if take(UInt8(ascii: ":")) || first?.decimalDigit != nil {
      guard let read = takeNumber(digits: 2), read < 60 else { return nil }
      minutes = read
    }
    let seconds = Int64(hours * 3600 + minutes * 60)
    return sign == UInt8(ascii: "-") ? -seconds : seconds
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The text without the blanks around it.
  var trimmingBlanks: UnsafeBufferPointer<UInt8> {
    var range = indices
    while let first = range.first, self[first].isBlank { range.removeFirst() }
    while let last = range.last, self[last].isBlank { range.removeLast() }
    return UnsafeBufferPointer(rebasing: self[range])
  }
}
