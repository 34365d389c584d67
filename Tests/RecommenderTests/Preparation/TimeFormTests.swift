import Testing

@testable import Recommender

/// Times as text: numbers, dates of ISO 8601, and dates by a pattern.
@Suite struct TimeFormTests {
  private func read(_ text: String, _ form: TimeForm = .automatic) -> ReadTime? {
    var text = text
    return text.withUTF8 { ReadTime($0, form: form) }
  }

  private func seconds(_ text: String, _ form: TimeForm = .automatic) -> String? {
    switch read(text, form) {
    case .number(let number): number.decimalText
    case .date(let moment, _): moment.decimalText
    case nil: nil
    }
  }

  @Test(
    "Dates become seconds since 1970",
    arguments: [
      ("1970-01-01", "0"),
      ("2024-02-29", "1709164800"),
      ("2024/02/29", "1709164800"),
      ("1969-12-31T23:59:59.75", "-0.25"),
      ("2024-01-31 12:30", "1706704200"),
      ("2024-01-31 12:30:00", "1706704200"),
      (" 2024-01-31 12:30:00 ", "1706704200"),
      ("2024-01-31T12:30:00Z", "1706704200"),
      ("2024-01-31 12:30:00 UTC", "1706704200"),
      ("2024-01-31T12:30:00.25Z", "1706704200.25"),
      ("2024-01-31T12:30:00,123456789", "1706704200.123456789"),
      ("2024-01-31T12:30:00.1234567891+00:00", "1706704200.123456789"),
      ("2024-01-31T13:30:00+01:00", "1706704200"),
      ("2024-01-31T13:30:00+01", "1706704200"),
      ("2024-01-31 07:00:00-0530", "1706704200"),
    ])
  func dates(text: String, expected: String) {
    #expect(seconds(text) == expected)
    #expect(seconds(text, .iso) == expected)
  }

  @Test(
    "Other text is no time",
    arguments: [
      "", "soon", "2024", "2024-1-31x", "2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31",
      "2024-01-31T24:00:00", "2024-01-31 12:60", "2024-01-31 12:30:60", "2024-01-31 12",
      "2024-01-31T12:30:00.", "2024-01-31T12:30:00+1", "2024-01-31T12:30:00Zulu", "2024-01/31",
      "31.01.2024", "01/31/2024", "2024-01-31\u{0}",
    ])
  func noDates(text: String) {
    #expect(seconds(text, .iso) == nil)
  }

  @Test(
    "Numbers keep their digits",
    arguments: [
      ("0", "0"), ("881250949", "881250949"), ("1706704200.250", "1706704200.25"),
      ("-0.25", "-0.25"), ("-3", "-3"), ("+7", "7"), (".5", "0.5"),
      ("1706704200000", "1706704200000"),
      ("1.7067042e+09", "1706704200"), ("1706704200.123456789", "1706704200.123456789"),
    ])
  func numbers(text: String, expected: String) {
    #expect(seconds(text, .seconds) == expected)
  }

  @Test("No numbers", arguments: ["", "-", ".", "1,5", "0x10", "inf", "nan", "1e99", "1 2"])
  func noNumbers(text: String) {
    #expect(seconds(text, .seconds) == nil)
  }

  @Test("Milliseconds and smaller units become seconds, rounded towards the past")
  func units() {
    func convert(_ whole: Int64, _ unitsPerSecond: Int64) -> String {
      Moment(whole: whole, billionths: 0).seconds(unitsPerSecond: unitsPerSecond).decimalText
    }
    #expect(convert(1_706_704_200_250, 1000) == "1706704200.25")
    #expect(convert(-250, 1000) == "-0.25")
    #expect(convert(-1000, 1000) == "-1")
    #expect(convert(1_706_704_200_000_001, 1_000_000) == "1706704200.000001")
    #expect(convert(1, 1_000_000_000) == "0.000000001")
  }

  @Test(
    "Patterns read the dates that they describe",
    arguments: [
      ("%d.%m.%Y %H:%M", "31.01.2024 12:30", "1706704200"),
      ("%m/%d/%Y %I:%M %p", "1/31/2024 12:30 PM", "1706704200"),
      ("%m/%d/%y %I:%M%p", "1/31/24 12:30am", "1706661000"),
      ("%a %b %d %H:%M:%S %z %Y", "Wed Jan 31 12:30:00 +0000 2024", "1706704200"),
      ("%B %d, %Y", "January 31, 2024", "1706659200"),
      ("%Y%m%d%H%M%S", "20240131123000", "1706704200"),
      ("%H:%M:%S.%f", "00:00:01.5", "1.5"),
      ("%d%%%m%%%Y", "31%1%2024", "1706659200"),
    ])
  func patterns(pattern: String, text: String, expected: String) throws {
    let form = try #require(TimeForm(pattern))
    #expect(seconds(text, form) == expected)
    #expect(seconds(text + "x", form) == nil)
  }

  @Test(
    "A day that does not exist has no pattern", arguments: ["30.02.2024", "31.13.2024", "0.1.2024"])
  func noDays(text: String) throws {
    #expect(seconds(text, try #require(TimeForm("%d.%m.%Y"))) == nil)
  }

  @Test("Unknown forms are refused", arguments: ["", "date", "%q", "100%", "dd.MM.yyyy", "%%"])
  func unknownForms(text: String) {
    #expect(TimeForm(text) == nil)
  }

  @Test("Any text is a time or none, and never a trap", arguments: 0..<4)
  func anyText(seed: Int) {
    var random = SyntheticRandom(seed: UInt64(seed))
    let alphabet = Array("0123456789-/:. TZ+eE,".utf8)
    for _ in 0..<5000 {
      let bytes = (0..<random.below(30)).map { _ in alphabet[random.below(alphabet.count)] }
      let text = String(decoding: bytes, as: UTF8.self)
      for form in ["auto", "%Y-%m-%d %H:%M:%S.%f%z", "%d/%m/%y %I%p"] {
        if let form = TimeForm(form) { _ = seconds(text, form) }
      }
    }
  }
}
