import Literals
import Search
import TestSupport
import Testing

private func diagnostics(_ text: String) -> [String] {
  do {
    let read = try SearchSpace.read(text, file: "h")
    _ = try read.space()
    return read.warnings.map(\.description)
  } catch {
    return error.diagnostics.map(\.description)
  }
}

@Suite struct SearchSpaceTests {
  @Test(
    "Tabs, blanks, comments, Windows line ends and a byte order mark are harmless",
    arguments: [
      "a choice [1, 2]\nb choice ['x y']\n",
      "\u{FEFF}a\tchoice\t[1,2]\r\nb choice ['x y']\r\n",
      "# a comment with three words\n\n  a   choice   [1 , 2]   # not this\n\t\nb choice ['x y']#",
      "a choice (1, 2)\rb choice (\"x y\",)",
      "a choice 1, 2\nb choice 'x y',",
    ])
  func layout(text: String) throws {
    let space = try SearchSpace.parse(text, file: "h")
    #expect(space.cellCount == 2)
    #expect(space.parameters[0].domain.value(at: 1) == .integer(2))
    #expect(space.parameters[1].domain.value(at: 0) == .string("x y"))
  }

  @Test("A '#' inside of quotes is no comment, and a quoted list is a string")
  func quoted() throws {
    let space = try SearchSpace.parse("a choice ['#1', '[64,64]', \"\\\"#\"] # b", file: "h")
    #expect(space.description == "a choice ['#1', '[64,64]', '\"#']")
  }

  @Test("Wrong text is an error at its place", arguments: DiagnosticCase.load("space"))
  func errors(example: DiagnosticCase) {
    #expect(diagnostics(example.text) == example.diagnostics)
  }

  @Test("The tables of wrong texts are there")
  func tables() {
    #expect(DiagnosticCase.load("space").count >= 25 && DiagnosticCase.load("literals").count >= 30)
  }

  @Test("Control characters are no text")
  func control() {
    #expect(
      diagnostics("a choice [1]\n\u{0}\u{1}") == [
        "h:1:1: error: 'h' is no text file: it contains the control character 0x0"
      ])
  }

  @Test("Bytes that are no UTF-8 are no text")
  func binary() throws {
    let error = #expect(throws: InvalidInput.self) {
      try SearchSpace.parse(utf8: [0x61, 0xFF, 0xFE], file: "h")
    }
    #expect(error?.description == "h:1:1: error: 'h' is no text file: it is not valid UTF-8")
    #expect(try SearchSpace.parse(utf8: Array("a choice [1]".utf8), file: "h").cellCount == 1)
  }

  @Test("A file that is something else ends in a count of its errors")
  func flood() {
    let messages = diagnostics(String(repeating: "1\t2\t3\n", count: 100_000))
    #expect(messages.count == 51)
    #expect(messages.last == "error: and 99950 more errors")
  }

  @Test(
    "quniform has the multiples that hyperopt's rounding can give",
    arguments: [
      ("2,16,2", "[2, 4, 6, 8, 10, 12, 14, 16]"), ("1,7,2", "[2, 4, 6]"), ("1,8,3", "[0, 3, 6, 9]"),
      ("0,1,0.25", "[0.0, 0.25, 0.5, 0.75, 1.0]"), ("-1,1,1", "[-1, 0, 1]"),
      ("0.1,0.2,5", "[0]"), ("3,8,5", "[5, 10]"),
    ])
  func multiples(bounds: String, values: String) throws {
    let space = try SearchSpace.parse("a quniform \(bounds)", file: "h")
    let domain = space.parameters[0].domain
    let count = try #require(domain.count)
    #expect(Literal.list((0..<count).map(domain.value(at:))).description == values)
  }

  @Test("The description is canonical and reads back as the same search")
  func description() throws {
    let text = "a choice [1,'x',None]\nb loguniform -8,0\nc quniform 1,5,2\nd uniform .5,1"
    let space = try SearchSpace.parse(text, file: "h")
    #expect(
      space.description
        == "a choice [1, 'x', None]\nb loguniform -8.0,0.0\nc quniform 1.0,5.0,2.0\nd uniform 0.5,1.0"
    )
    #expect(try SearchSpace.parse(space.description, file: "h").description == space.description)
  }
}
