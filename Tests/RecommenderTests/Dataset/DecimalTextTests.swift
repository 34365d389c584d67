import Testing

@testable import Recommender

struct DecimalTextTests {
  private func parse(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { Double(decimalText: $0) }
  }

  @Test(
    "Numbers are read to the nearest double",
    arguments: [
      "0", "7", "-3", "+4", "881250949", "3.5", ".5", "5.", "0.1", "0.3", "1e3", "1E-3",
      "123456789012345", "1234567890123456789", "0.000000000000001", "1294800.123456789",
      "9007199254740993", "1.7976931348623157e308", "5e-324", "000000000000000000012",
    ])
  func readsNumbers(text: String) throws {
    #expect(parse(text) == Double(text.hasSuffix(".") ? text + "0" : text))
  }

  @Test("Blanks around a number do not matter, and infinity has a name")
  func readsSpecialTexts() {
    #expect(parse(" 2 ") == 2)
    #expect(parse("\t-2.5") == -2.5)
    #expect(parse("inf") == .infinity)
    #expect(parse("-Infinity") == -.infinity)
    #expect(parse("1e999") == .infinity)
  }

  @Test(
    "Other text is no number",
    arguments: [
      "", " ", ".", "-", "+", "1 2", "1,5", "0x10", "nan", "abc", "1e", "--1", "1.2.3", "١", "1_0",
      "infinit", "e5",
    ])
  func rejectsOtherText(text: String) {
    #expect(parse(text) == nil)
  }
}
