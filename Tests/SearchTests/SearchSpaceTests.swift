import Literals
import Search
import Testing

private func diagnostics(_ text: String) -> [String] {
  do {
    return try SearchSpace.parse(text, file: "h").warnings.map(\.description)
  } catch {
    return error.diagnostics.map(\.description)
  }
}

@Suite struct SearchSpaceTests {
  @Test(
    "tabs, blanks, comments, Windows line ends and a byte order mark are harmless",
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

  @Test("a '#' inside of quotes is no comment, and a quoted list is a string")
  func quoted() throws {
    let space = try SearchSpace.parse("a choice ['#1', '[64,64]', \"\\\"#\"] # b", file: "h")
    #expect(space.description == "a choice ['#1', '[64,64]', '\"#']")
  }

  @Test(
    "wrong text is an error at its place",
    arguments: [
      ("", ["h:1:1: error: 'h' has no parameter; write a line such as 'learning_rate choice [0.01, 0.001]'"]),
      ("# only\n", ["h:1:1: error: 'h' has no parameter; write a line such as 'learning_rate choice [0.01, 0.001]'"]),
      ("a choice[1,2]", ["h:1:3: error: a blank is missing between 'choice' and its values"]),
      ("a uniform0,1", ["h:1:3: error: a blank is missing between 'uniform' and its values"]),
      ("a choice", ["h:1:3: error: 'choice' needs values after it"]),
      ("a choise [1]", ["h:1:3: error: unknown type 'choise', the types are 'choice', 'uniform', 'quniform', 'loguniform'; did you mean 'choice'"]),
      ("a: choice [1]", ["h:1:1: error: 'a:' is no parameter name: letters, digits and '_' only, followed by a blank, a type and the values"]),
      ("a choice 'abc'", ["h:1:10: error: 'choice' takes a list, found 'abc'; write ['abc']"]),
      ("a choice {'b': 1}", ["h:1:10: error: 'choice' takes a list, found {'b': 1}; write [{'b': 1}]"]),
      ("a choice [1, 2.0, 1.0]", ["h:1:19: error: the value 1.0, which equals 1 is given twice, first in column 11"]),
      ("a choice ['x', 'x']", ["h:1:16: error: the value 'x' is given twice, first in column 11"]),
      ("a uniform 0,inf", ["h:1:13: error: the bounds of 'uniform' must be finite, found 'inf'"]),
      ("a uniform nan, 1e999", [
        "h:1:11: error: the bounds of 'uniform' must be finite, found 'nan'",
        "h:1:16: error: 'uniform' takes numbers 'low,high', found '1e999'",
      ]),
      ("a uniform (0,1)", [
        "h:1:11: error: 'uniform' takes plain numbers 'low,high' without brackets",
        "h:1:14: error: 'uniform' takes numbers 'low,high', found '1)'",
      ]),
      ("a uniform 2,1", ["h:1:11: error: the lower bound must be below the upper one, found 2.0 and 1.0; exchange the two"]),
      ("a uniform 1,1", ["h:1:11: error: the lower bound must be below the upper one, found 1.0 and 1.0; use 'choice' for a single value"]),
      ("a quniform 0,1", ["h:1:12: error: 'quniform' takes 3 numbers 'low,high,step', found 2 in '0,1'"]),
      ("a quniform 0,1,0", ["h:1:12: error: the step of 'quniform' must be above 0, found 0.0"]),
      ("a quniform 0,1e300,1", ["h:1:12: error: the step 1.0 of 'quniform' does not fit its bounds 0.0 and 1e+300"]),
      ("a loguniform 0,800", ["h:1:14: error: the bounds of 'loguniform' are natural logarithms, and exp(0.0) … exp(800.0) does not fit a float"]),
      ("a loguniform 0.0001,0.1", ["h:1:14: warning: the bounds of 'loguniform' are natural logarithms: the values lie between 1.0001 and 1.1052; for 0.0001 to 0.1 write '-9.2103,-2.3026'"]),
      ("a choice [1]\n\nb normal 1\nc choice []\na choice [2", [
        "h:3:3: error: unknown type 'normal', the types are 'choice', 'uniform', 'quniform', 'loguniform'",
        "h:4:10: error: 'choice' needs at least one value, found an empty list",
        "h:5:1: error: 'a' is given twice, first in line 1; join the values in one line",
        "h:5:10: error: '[' is never closed",
      ]),
      ("a choice [1]\n\u{0}\u{1}", ["h:1:1: error: 'h' is no text file: it contains the control character 0x0"]),
    ])
  func errors(text: String, messages: [String]) {
    #expect(diagnostics(text) == messages)
  }

  @Test("bytes that are no UTF-8 are no text")
  func binary() throws {
    let error = #expect(throws: InvalidInput.self) {
      try SearchSpace.parse(utf8: [0x61, 0xFF, 0xFE], file: "h")
    }
    #expect(error?.description == "h:1:1: error: 'h' is no text file: it is not valid UTF-8")
    #expect(try SearchSpace.parse(utf8: Array("a choice [1]".utf8), file: "h").cellCount == 1)
  }

  @Test("a file that is something else ends in a count of its errors")
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

  @Test("the description is canonical and reads back as the same search")
  func description() throws {
    let text = "a choice [1,'x',None]\nb loguniform -8,0\nc quniform 1,5,2\nd uniform .5,1"
    let space = try SearchSpace.parse(text, file: "h")
    #expect(
      space.description
        == "a choice [1, 'x', None]\nb loguniform -8.0,0.0\nc quniform 1.0,5.0,2.0\nd uniform 0.5,1.0")
    #expect(try SearchSpace.parse(space.description, file: "h").description == space.description)
  }
}
