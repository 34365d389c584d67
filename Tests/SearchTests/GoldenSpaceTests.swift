import Foundation
import Literals
import Search
import TestSupport
import Testing

/// The cases of `golden/space`: texts, and what RecBole reads from them.
private struct GoldenSpace: Decodable, CustomTestStringConvertible, Sendable {
  struct Parameter: Decodable {
    let name: String
    let kind: String
    let values: [JSONValue]?
    let args: [Double]?
  }

  let text: String
  let parameters: [Parameter]?
  let size: Int?
  let raises: String?

  var testDescription: String { text }

  static let all: [GoldenSpace] = Fixture.goldenFiles("space").flatMap { file in
    (try? JSONDecoder().decode([GoldenSpace].self, from: Data(contentsOf: file))) ?? []
  }

  /// The texts that are errors here, though RecBole accepts them, drops a part of them or crashes.
  static let errors = [
    "learning_rate choice [0.01,0.005]\nlearning_rate choice [0.1]\n":
      "hyper.test:2:1: error: 'learning_rate' is given twice, first in line 1; "
      + "join the values in one line",
    "learning_rate normal 0,1\n":
      "hyper.test:1:15: error: unknown type 'normal', "
      + "the types are 'choice', 'uniform', 'quniform', 'loguniform'",
    "learning_rate choice [0.01\n": "hyper.test:1:22: error: '[' is never closed",
    "learning_rate uniform 1\n":
      "hyper.test:1:23: error: 'uniform' takes 2 numbers 'low,high', found 1 in '1'",
    "learning_rate choice 0.1\n":
      "hyper.test:1:22: error: 'choice' takes a list, found 0.1; write [0.1]",
    "learning_rate choice []\n":
      "hyper.test:1:22: error: 'choice' needs at least one value, found an empty list",
    "learning_rate\n":
      "hyper.test:1:1: error: a line needs a name, a type and values, found only 'learning_rate'; "
      + "write for instance 'learning_rate choice [1, 2]'",
    "weight_decay choice [True, None, -1, 2**3]\n":
      "hyper.test:1:38: error: expressions such as '2**3' are not evaluated; write the value 8",
  ]
}

@Suite struct GoldenSpaceTests {
  @Test("The golden cases are there")
  func present() {
    #expect(GoldenSpace.all.count >= 15)
    #expect(
      GoldenSpace.errors.keys.allSatisfy { text in
        GoldenSpace.all.contains { $0.text == text }
      })
  }

  @Test(
    "A space is read as RecBole reads it, and refused only with a reason",
    arguments: GoldenSpace.all)
  private func golden(space: GoldenSpace) throws {
    if let message = GoldenSpace.errors[space.text] {
      let error = #expect(throws: InvalidInput.self) {
        try SearchSpace.parse(space.text, file: "hyper.test")
      }
      #expect(error?.description == message)
      return
    }
    let parsed = try SearchSpace.parse(space.text, file: "hyper.test")
    // RecBole crashes on several blanks and on comments, which are allowed here.
    guard let expected = space.parameters else {
      #expect(!parsed.parameters.isEmpty)
      return
    }
    #expect(parsed.parameters.map(\.name) == expected.map(\.name))
    if space.parameters?.allSatisfy({ $0.kind == "choice" }) == true {
      #expect(parsed.cellCount == space.size)
    }
    for (parameter, golden) in zip(parsed.parameters, expected) {
      #expect(parameter.domain.kind.rawValue == golden.kind)
      switch parameter.domain {
      case .choice(let values):
        let wanted = try #require(golden.values)
        #expect(values.count == wanted.count)
        #expect(values.map { JSONValue($0) } == wanted)
      case .uniform(let low, let high), .loguniform(let low, let high):
        #expect([low, high] == golden.args)
      case .quniform(let low, let high, let step):
        #expect([low, high, step] == golden.args)
      }
    }
  }
}

extension JSONValue {
  /// The JSON that Python writes for a scalar literal.
  fileprivate init(_ literal: Literal) {
    self =
      switch literal {
      case .bool(let value): .bool(value)
      case .string(let value): .string(value)
      default: literal.number.map(JSONValue.number) ?? .null
      }
  }
}
