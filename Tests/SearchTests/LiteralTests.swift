import Literals
import Testing

private let start = SourceLocation(file: "f", line: 3, column: 5)

@Suite struct LiteralTests {
  @Test(
    "a literal means what it means in Python",
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

  @Test(
    "what is no literal is an error at its place",
    arguments: [
      ("", "f:3:5: error: a value is missing"),
      (
        "[1, 2**3]",
        "f:3:9: error: expressions such as '2**3' are not evaluated; write the value 8"
      ),
      (
        "10**-3",
        "f:3:5: error: expressions such as '10**-3' are not evaluated; write the value 0.001"
      ),
      (
        "2 * 0.5",
        "f:3:5: error: expressions such as '2 * 0.5' are not evaluated; write the value 1.0"
      ),
      (
        "[0][0]",
        "f:3:5: error: expressions such as '[0]' are not evaluated; write the value itself"
      ),
      (
        "range(3)",
        "f:3:5: error: expressions such as 'range…' are not evaluated; write the value"
      ),
      ("[1 2]", "f:3:8: error: a comma is missing before '2'"),
      ("['a' 'b']", "f:3:10: error: a comma is missing before '''"),
      ("[1,,2]", "f:3:8: error: a value is missing before ','"),
      ("[0.1", "f:3:5: error: '[' is never closed"),
      ("[1, (2]", "f:3:11: error: '(' needs ')' to close it, found ']'"),
      ("1]", "f:3:6: error: unexpected ']' after the value"),
      ("[CE]", "f:3:6: error: 'CE' is no value; quote it to mean the string 'CE'"),
      ("true", "f:3:5: error: 'true' is no value; did you mean 'True'"),
      ("null", "f:3:5: error: 'null' is no value; did you mean 'None'"),
      ("[inf]", "f:3:6: error: 'inf' is no value: numbers must be finite"),
      ("-nan", "f:3:6: error: 'nan' is no value: numbers must be finite"),
      ("1e999", "f:3:5: error: the float '1e999' is too large"),
      (
        "99999999999999999999",
        "f:3:5: error: the integer '99999999999999999999' does not fit into 64 bits"
      ),
      ("012", "f:3:5: error: '012' is no number"),
      ("1__0", "f:3:5: error: '1__0' is no number"),
      ("3j", "f:3:5: error: '3j' is no number"),
      ("'abc", "f:3:5: error: the string is never closed by '"),
      (#"'\xZZ'"#, "f:3:6: error: the escape needs 2 hexadecimal digits"),
      (#"'\ud800'"#, "f:3:6: error: the escape names no Unicode character"),
      ("r'a'", "f:3:5: error: string prefixes such as 'r' are not supported"),
      ("{1: 2}", "f:3:6: error: a dictionary key is a quoted string, found 1"),
      ("{'a': 1, 'a': 2}", "f:3:14: error: the key 'a' is given twice"),
      ("{1, 2}", "f:3:6: error: a dictionary key is a quoted string, found 1"),
      ("*", "f:3:5: error: a value cannot begin with '*'"),
      (
        String(repeating: "[", count: 100_000),
        "f:3:69: error: brackets are nested more than 64 deep"
      ),
    ])
  func errors(text: String, message: String) {
    let error = #expect(throws: LiteralError.self) { try LocatedLiteral(parsing: text, at: start) }
    #expect(error?.diagnostic.description == message)
  }

  @Test("elements know their line and column, counted in characters")
  func places() throws {
    let list = try LocatedLiteral(parsing: "['👩‍👩‍👧é', 2,\n  (3, 4)]", at: start)
    #expect(list.elements.map(\.location.description) == ["f:3:6", "f:3:12", "f:4:3"])
    #expect(list.elements[2].elements.map(\.location.description) == ["f:4:4", "f:4:7"])
  }

  @Test(
    "a description reads back as the same value",
    arguments: [
      .string("a\r\nb'c\\d\u{0}\u{7F}\t"), .real(1e-12), .real(-0.1), .real(1e300), .none,
      .tuple([.integer(1)]), .list([.bool(true), .dictionary(["k": .tuple([])])]),
    ] as [Literal])
  func roundTrip(value: Literal) throws {
    #expect(try Literal(parsing: value.description) == value)
  }

  @Test("values that Python calls equal have one canonical form")
  func canonical() throws {
    #expect(try Literal(parsing: "(1.0, [2.5])").canonical == Literal(parsing: "[1, [2.5]]"))
    #expect(Literal.bool(true).canonical != Literal.integer(1).canonical)
    #expect(Literal.real(1e300).canonical == .real(1e300))
  }

  @Test(
    "a mistyped name finds the closest one, or none",
    arguments: [
      ("lerning_rate", "learning_rate"), ("learning-rate", "learning_rate"),
      ("Topk", "topk"), ("tpok", "topk"), ("epoch", "epochs"), ("mlp_hidden_size", nil),
      ("", nil), (String(repeating: "x", count: 1_000_000), nil),
    ])
  func suggestions(name: String, expected: String?) {
    let names = ["learning_rate", "topk", "epochs", "prototype_size"]
    #expect(Suggestion.closest(to: name, among: names) == expected)
  }
}
