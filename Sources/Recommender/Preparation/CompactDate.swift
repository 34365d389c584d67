/// Tells whether a number is a date without separators: `20240131`, or `20240131123000` with the
/// time of day. Such a number must not be taken for a count of seconds.
enum CompactDate {
  /// The pattern of strptime(3) for the dates; nil if the number is none.
  static func pattern(of whole: Int64) -> String? {
    if isDate(whole) { return "%Y%m%d" }
    let (date, time) = whole.quotientAndRemainder(dividingBy: 1_000_000)
    let isTime = time / 10000 < 24 && time / 100 % 100 < 60 && time % 100 < 60
    return isDate(date) && isTime ? "%Y%m%d%H%M%S" : nil
  }

  private static func isDate(_ number: Int64) -> Bool {
    (1970_00_00...2099_99_99).contains(number) && (1...12).contains(number / 100 % 100)
      && (1...31).contains(number % 100)
  }
}
