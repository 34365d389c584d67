/// A pattern of times in the letters of Python's and C's strptime: `%d.%m.%Y %H:%M`.
///
/// The names of months and days are English. A blank stands for any number of blanks.
package struct TimePattern: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case byte(UInt8)
    case blanks
    case directive(UInt8)
  }

  package let text: String
  private let parts: [Part]

  /// The letters that may follow a percent sign.
  static let directives = "YymdHIMSfpbBaAz"

  /// Reads a pattern; nil if it has no percent sign, or an unknown letter behind one.
  init?(_ text: String) {
    var parts: [Part] = []
    var bytes = text.utf8.makeIterator()
    while let byte = bytes.next() {
      if byte == UInt8(ascii: "%") {
        guard let letter = bytes.next() else { return nil }
        if letter == UInt8(ascii: "%") {
          parts.append(.byte(letter))
        } else {
          guard Self.directives.utf8.contains(letter) else { return nil }
          parts.append(.directive(letter))
        }
      } else {
        parts.append(byte.isBlank ? .blanks : .byte(byte))
      }
    }
    guard parts.contains(where: { if case .directive = $0 { true } else { false } }) else {
      return nil
    }
    self.text = text
    self.parts = parts
  }

  /// True if a time of this pattern names its time zone.
  var hasZone: Bool { parts.contains(.directive(UInt8(ascii: "z"))) }

  /// Reads a time; nil if it does not have this form, or if there is no such time.
  func moment(of text: UnsafeBufferPointer<UInt8>) -> Moment? {
    var rest = text[...]
    var time = Fields()
    for part in parts {
      switch part {
      case .blanks:
        while let byte = rest.first, byte.isBlank { rest.removeFirst() }
      case .byte(let byte):
        guard rest.take(byte) else { return nil }
      case .directive(let letter):
        guard time.read(letter, &rest) else { return nil }
      }
    }
    return rest.isEmpty ? time.moment : nil
  }

  /// What has been read of a time.
  private struct Fields {
    var year = 1970
    var month = 1
    var day = 1
    var hour = 0
    var isAfternoon: Bool?
    var minute = 0
    var second = 0
    var fraction: Int32 = 0
    var zone: Int64 = 0

    var moment: Moment? {
      var hour = hour
      if let isAfternoon {
        guard (1...12).contains(hour) else { return nil }
        hour = hour % 12 + (isAfternoon ? 12 : 0)
      }
      guard let time = Moment(year: year, month: month, day: day, (hour, minute, second)) else {
        return nil
      }
      return Moment(whole: time.whole - zone, billionths: fraction)
    }

    mutating func read(_ letter: UInt8, _ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
      switch letter {
      case UInt8(ascii: "Y"):
        guard let read = rest.takeNumber(digits: 4) else { return false }
        year = read
        return true
      case UInt8(ascii: "y"):
        guard take(2, &rest, \.year) else { return false }
        // As in POSIX: 69 … 99 are of the last century.
        year += year < 69 ? 2000 : 1900
        return true
      case UInt8(ascii: "m"): return take(2, &rest, \.month)
      case UInt8(ascii: "d"): return take(2, &rest, \.day)
      case UInt8(ascii: "H"), UInt8(ascii: "I"): return take(2, &rest, \.hour)
      case UInt8(ascii: "M"): return take(2, &rest, \.minute)
      case UInt8(ascii: "S"): return take(2, &rest, \.second)
      case UInt8(ascii: "f"):
        guard let read = rest.takeFraction() else { return false }
        fraction = read
        return true
      case UInt8(ascii: "p"):
        guard let half = Self.takeName(["am", "pm"], &rest) else { return false }
        isAfternoon = half == 1
        return true
      case UInt8(ascii: "b"), UInt8(ascii: "B"):
        guard let read = Self.takeName(Self.months, &rest) else { return false }
        month = read + 1
        return true
      case UInt8(ascii: "a"), UInt8(ascii: "A"):
        return Self.takeName(Self.days, &rest) != nil
      case UInt8(ascii: "z"):
        guard let read = rest.takeZone() else { return false }
        zone = read
        return true
      default:
        return false
      }
    }

    /// Takes one digit or more, up to a limit.
    private mutating func take(
      _ limit: Int, _ rest: inout Slice<UnsafeBufferPointer<UInt8>>,
      _ field: WritableKeyPath<Fields, Int>
    ) -> Bool {
      let digits = rest.prefix(limit).prefix { $0.decimalDigit != nil }.count
      guard digits > 0, let value = rest.takeNumber(digits: digits) else { return false }
      self[keyPath: field] = value
      return true
    }

    /// Takes a name in full or its first three letters, in any case, and returns its index.
    private static func takeName(
      _ names: [String], _ rest: inout Slice<UnsafeBufferPointer<UInt8>>
    ) -> Int? {
      let word = String(
        decoding: rest.prefix { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") },
        as: UTF8.self
      ).lowercased()
      guard let index = names.firstIndex(where: { $0 == word || $0.prefix(3) == word }) else {
        return nil
      }
      rest.removeFirst(word.utf8.count)
      return index
    }

    private static let months = [
      "january", "february", "march", "april", "may", "june", "july", "august", "september",
      "october", "november", "december",
    ]
    private static let days = [
      "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]
  }
}
