import Literals
import Testing

@testable import Reports

@Suite struct TextTests {
  @Test("Numbers stand at the right of their column and words at the left")
  func alignment() {
    var table = TextTable(header: ["trial", "state", "mrr@10"])
    table.append(["7", "complete", "0.0391"])
    table.append(["12", "failed", "-"])
    #expect(
      table.lines == [
        "trial  state     mrr@10",
        "    7  complete  0.0391",
        "   12  failed         -",
      ])
  }

  @Test(
    "A text is cut to a width",
    arguments: [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("abcdef", 1, "…"), ("a", 0, "")])
  func fitting(text: String, width: Int, expected: String) {
    #expect(text.fitted(to: width) == expected)
  }

  @Test(
    "A value of a view that goes away has five digits, in a list too",
    arguments: [
      ("0.005088657031258", "0.0050887"), ("0.01", "0.01"), ("1e-05", "1e-05"),
      ("1234567", "1234567"), ("123456.789", "123460.0"), ("[0.123456789, 'a']", "[0.12346, 'a']"),
      ("'0.123456789'", "0.123456789"), ("1e300", "1e+300"),
    ])
  func shortValues(text: String, expected: String) throws {
    #expect(Format.shortValue(try Literal(parsing: text)) == expected)
  }

  @Test(
    "Durations read like a clock",
    arguments: [(0, "0:00"), (59, "0:59"), (60, "1:00"), (3599, "59:59"), (36_061, "10:01:01")])
  func clock(seconds: Int, expected: String) {
    #expect(Format.clock(.seconds(seconds)) == expected)
  }

  @Test(
    "Words that a shell would change are quoted",
    arguments: [
      ("--epochs=2", "--epochs=2"), ("a b.yaml", "'a b.yaml'"), ("it's", #"'it'\''s'"#),
      ("", "''"), ("[5,10]", "'[5,10]'"), ("$HOME", "'$HOME'"),
    ])
  func shellWords(word: String, expected: String) {
    #expect(ShellWord.quoted(word) == expected)
  }
}
