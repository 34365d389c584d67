import Literals
import TestSupport
import Testing

private let start = SourceLocation(file: "f", line: 3, column: 5)

@Suite struct LiteralTests {
  @Test(
    "A literal means what it means in Python",
    arguments: [
      ("1", .integer(1)), ("-7", .integer(-7)), ("+7", .integer(7)), ("1_000", .integer(1000)),
      ("0x1F", .integer(31)), ("0b101", .integer(5)), ("0o17", .integer(15)), ("00", .integer(0)),
      ("-9223372036854775808", .integer(.min)),
      ("1e-3", .real(0.001)), (".5", .real(0.5)), ("1E2", .real(100)), ("1.", .real(1)),
      ("-1_0.2_5e+1", .real(-102.5)),
      ("True", .bool(true)), ("False", .bool(false)), ("None", .none),
      ("'a'", .string("a")), ("\"it's\"", .string("it's")), ("'it\\'s'", .string("it's")),
      (#"'\n\t\x41\u00e9\101\q'"#, .string("\n\tAéA\\q")),
      ("[]", .list([])), ("[1, 'a', ]", .list([.integer(1), .string("a")])),
      ("()", .tuple([])), ("(1)", .integer(1)), ("(1,)", .tuple([.integer(1)])),
      ("0.1, 0.2", .tuple([.real(0.1), .real(0.2)])), ("5,", .tuple([.integer(5)])),
      ("[[1],(2,3)]", .list([.list([.integer(1)]), .tuple([.integer(2), .integer(3)])])),
      (
        "{'RS': [0.8, 0.1], 'k': {}}",
        .dictionary(["RS": .list([.real(0.8), .real(0.1)]), "k": .dictionary([:])])
      ),
    ] as [(String, Literal)])
  func meaning(text: String, value: Literal) throws {
    #expect(try Literal(parsing: text) == value)
  }

  @Test("What is no literal is an error at its place", arguments: DiagnosticCase.load("literals"))
  func errors(example: DiagnosticCase) {
    let error = #expect(throws: LiteralError.self) {
      try LocatedLiteral(parsing: example.text, at: start)
    }
    #expect(error.map { [$0.diagnostic.description] } == example.diagnostics)
  }

  @Test("Deep nesting is an error, not the end of the stack", arguments: ["[", "(", "{'a':", "[("])
  func depth(opening: String) {
    let text = String(repeating: opening, count: 100_000)
    let error = #expect(throws: LiteralError.self) { try Literal(parsing: text) }
    #expect(error?.message == "brackets are nested more than 64 deep")
  }

  @Test("Elements know their line and column, counted in characters")
  func places() throws {
    let list = try LocatedLiteral(parsing: "['👩‍👩‍👧é', 2,\n  (3, 4)]", at: start)
    #expect(list.elements.map(\.location.description) == ["f:3:6", "f:3:12", "f:4:3"])
    #expect(list.elements[2].elements.map(\.location.description) == ["f:4:4", "f:4:7"])
  }

  @Test(
    "A description reads back as the same value",
    arguments: [
      .string("a\r\nb'c\\d\u{0}\u{7F}\t"), .real(1e-12), .real(-0.1), .real(1e300), .none,
      .tuple([.integer(1)]), .list([.bool(true), .dictionary(["k": .tuple([])])]),
    ] as [Literal])
  func roundTrip(value: Literal) throws {
    #expect(try Literal(parsing: value.description) == value)
  }

  @Test("Values that Python calls equal have one canonical form")
  func canonical() throws {
    #expect(try Literal(parsing: "(1.0, [2.5])").canonical == Literal(parsing: "[1, [2.5]]"))
    #expect(Literal.bool(true).canonical != Literal.integer(1).canonical)
    #expect(Literal.real(1e300).canonical == .real(1e300))
  }

  @Test(
    "A mistyped name finds the closest one, or none",
    arguments: [
      ("lerning_rate", "learning_rate"), ("learning-rate", "learning_rate"),
      ("Topk", "topk"), ("tpok", "topk"), ("epoch", "epochs"), ("mlp_hidden_size", nil),
      ("learn", "learning_rate"), ("le", nil), ("", nil),
      (String(repeating: "x", count: 1_000_000), nil),
    ])
  func suggestions(name: String, expected: String?) {
    let names = ["learning_rate", "topk", "epochs", "prototype_size"]
    #expect(Suggestion.closest(to: name, among: names) == expected)
  }
}
