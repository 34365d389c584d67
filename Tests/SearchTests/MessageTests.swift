import Literals
import Testing

@Suite struct MessageTests {
  @Test("A long text or value is cut in messages, and its length is told")
  func excerpts() {
    let long = String(repeating: "a", count: 1_000_000)
    let start = String(repeating: "a", count: 60)
    #expect(long.quotedExcerpt == "'\(start)…' (1,000,000 characters)")
    #expect(long.excerpt == "\(start)… (1,000,000 characters)")
    #expect(Literal.string(long).excerpt == long.quotedExcerpt)
    let list = Literal.list(Array(repeating: .integer(7), count: 1_000))
    #expect(list.excerpt.hasPrefix("[7, 7, ") && list.excerpt.hasSuffix("… (3,000 characters)"))
    #expect(Literal.string("it's").excerpt == #"'it\'s'"#)
    #expect(String(repeating: "é", count: 160).excerpt.count == 160)
    #expect(Diagnostic(.error, long).message.count == 2_001)
  }

  @Test("Only the first diagnostics are made, and the others are counted")
  func list() {
    var errors = DiagnosticList(limit: 2)
    var made = 0
    func diagnostic() -> Diagnostic {
      made += 1
      return Diagnostic(.error, "\(made)")
    }
    for _ in 0..<1_000 { errors.append(diagnostic()) }
    #expect(made == 2 && errors.isFull)
    #expect(
      errors.diagnostics.map(\.description) == [
        "error: 1", "error: 2", "error: and 998 more errors",
      ])
    var both = DiagnosticList(limit: 3)
    both.append(errors)
    both.append(errors)
    #expect(both.count == 2_000)
    #expect(both.diagnostics.last?.message == "and 1997 more errors")
    var one = DiagnosticList(limit: 1)
    one.append(diagnostic())
    #expect(one.diagnostics.count == 1)
    one.append(diagnostic())
    #expect(one.diagnostics.last?.message == "and 1 more error")
  }

  @Test(
    "Characters that act on a terminal are written as Python writes them",
    arguments: [
      ("a\u{1B}[31mb", #"a\x1b[31mb"#), ("a\nb\r\n\t", #"a\nb\r\n\t"#), ("\u{9B}31m", #"\x9b31m"#),
      ("\u{202E}abc\u{2066}", #"\u202eabc\u2066"#), ("\u{2028}\u{FEFF}", #"\u2028\ufeff"#),
      ("\u{E0041}", #"\U000e0041"#), ("👩‍👩‍👧 é漢 \\n", "👩‍👩‍👧 é漢 \\n"),
    ])
  func printable(text: String, expected: String) {
    #expect(text.printable == expected)
    #expect(expected.printable == expected)
  }
}
