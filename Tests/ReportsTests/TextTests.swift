import Foundation
import Literals
import TestSupport
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
      ("", "''"), ("[5,10]", "'[5,10]'"), ("$HOME", "'$HOME'"), ("a!b", "'a!b'"),
      ("a\nb'c\\", #"$'a\012b\'c\\'"#), ("\u{1B}[31m", #"$'\033[31m'"#),
      ("\u{202E}", #"$'\342\200\256'"#), ("é漢", "'é漢'"),
    ])
  func shellWords(word: String, expected: String) {
    #expect(ShellWord.quoted(word) == expected)
  }

  @Test("Double quotes give way to others if a shell would change something in them")
  func doubleQuotes() {
    #expect(ShellWord.doubleQuoted("it's $x") == #""it's \$x""#)
    #expect(ShellWord.doubleQuoted("it's!") == #"'it'\''s!'"#)
    #expect(ShellWord.doubleQuoted("a\nb") == #"$'a\012b'"#)
    #expect(ShellWord.option("--sweep", "x") == ["--sweep", "x"])
    #expect(ShellWord.option("--sweep", "-x") == ["--sweep=-x"])
  }

  @Test("A shell reads every quoted word as it was", arguments: ["quoted", "double"])
  func shell(kind: String) async throws {
    let words = [
      "a\nb: 1", "it's", "\u{1B}[31m\u{9B}", "$HOME `id` \\ \"", "-x", "é\u{202E}漢", "!x",
      "\r\n\t'",
    ]
    let folder = try TemporaryFolder()
    for word in words {
      let text = kind == "quoted" ? ShellWord.quoted(word) : ShellWord.doubleQuoted(word)
      let result = try await RunningCommand(
        URL(filePath: "/bin/bash"), ["-c", "printf %s \(text)"], in: folder, deadline: .seconds(60)
      ).result()
      #expect(result.output == word)
      #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }
  }

  @Test("A cell of a table keeps its line and its column")
  func printableCells() {
    var table = TextTable(header: ["sweep", "n"])
    table.append(["a\nb\u{1B}[2J", "1"])
    #expect(table.lines == ["sweep        n", #"a\nb\x1b[2J  1"#])
  }

  @Test(
    "A rough time has a unit that fits",
    arguments: [
      (0.0, "1 s"), (42, "42 s"), (600, "10 min"), (9_000, "2.5 h"), (400_000, "5 days"),
      (1e300, "more than 100000 days"), (.infinity, "more than 100000 days"),
    ])
  func roughTimes(seconds: Double, expected: String) {
    #expect(Format.roughly(seconds: seconds) == expected)
  }
}
