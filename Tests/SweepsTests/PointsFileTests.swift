import Literals
import Search
import TestSupport
import Testing
import Trials

@testable import Sweeps

@Suite struct PointsFileTests {
  private static let space = SearchSpace([
    .init(name: "learning_rate", domain: .choice([.real(0.01), .real(0.001)])),
    .init(name: "interest_size", domain: .choice([.integer(4), .integer(8)])),
    .init(name: "loss_type", domain: .choice([.string("CE"), .string("BPR")])),
    .init(name: "tau_ratio", domain: .uniform(low: 0, high: 1)),
  ])

  private func points(_ text: String, _ name: String = "p.csv") throws -> [Point] {
    let folder = try TemporaryFolder()
    return try PointsFile(path: folder.write(text, to: name).path, space: Self.space).points
  }

  private func errors(_ text: String, _ name: String = "p.csv") throws -> [String] {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: name).path
    do {
      _ = try PointsFile(path: path, space: Self.space)
      return []
    } catch let error {
      return error.diagnostics.map { $0.description.replacing(path, with: name) }
    }
  }

  private static let expected = [
    Point([
      .init(name: "learning_rate", value: .real(0.01)),
      .init(name: "interest_size", value: .integer(8)),
      .init(name: "loss_type", value: .string("CE")),
      .init(name: "tau_ratio", value: .real(0.25)),
    ]),
    Point([
      .init(name: "learning_rate", value: .real(0.001)),
      .init(name: "interest_size", value: .integer(4)),
      .init(name: "loss_type", value: .string("BPR")),
      .init(name: "tau_ratio", value: .real(1)),
    ]),
  ]

  @Test("CSV has a header and a row a point, in any order of columns; a repeated point counts once")
  func csv() throws {
    let text = """
      interest_size,loss_type,learning_rate, tau_ratio
      8,CE,1e-2,0.25
      4,'BPR',0.001,1

      8,"CE",0.010,0.25

      """
    #expect(try points(text) == Self.expected)
    #expect(try points(text.replacing("\n", with: "\r\n")) == Self.expected)
  }

  @Test("YAML has a list of mappings", arguments: ["p.yaml", "p.YML", "p.json"])
  func yaml(name: String) throws {
    let text =
      name == "p.json"
      ? """
      [{"learning_rate": 0.01, "interest_size": 8, "loss_type": "CE", "tau_ratio": 0.25},
       {"learning_rate": 0.001, "interest_size": 4, "loss_type": "BPR", "tau_ratio": 1}]
      """
      : """
      - {learning_rate: 0.01, interest_size: 8, loss_type: CE, tau_ratio: 0.25}
      - learning_rate: 0.001
        interest_size: 4
        loss_type: 'BPR'
        tau_ratio: 1
      """
    #expect(try points(text, name) == Self.expected)
  }

  @Test("Values outside the space, unknown names and missing ones are errors with their places")
  func outside() throws {
    #expect(
      try errors(
        """
        learning_rat,interest_size,loss_type,tau_ratio
        0.01,5,CE,0.5
        0.01,8,XY,1.5
        """) == [
          "p.csv:1:1: error: 'learning_rat' is no parameter of the space; did you mean 'learning_rate'",
          "p.csv:2:1: error: a point has a value of 'learning_rate', found none",
          "p.csv:2:6: error: 'interest_size' is searched by choice [4, 8], found 5; the nearest value is 4",
          "p.csv:3:1: error: a point has a value of 'learning_rate', found none",
          "p.csv:3:8: error: 'loss_type' is searched by choice ['CE', 'BPR'], found 'XY'; add it to the space, or drop the point",
          "p.csv:3:11: error: 'tau_ratio' is searched by uniform 0.0,1.0, found 1.5; add it to the space, or drop the point",
        ])
    #expect(
      try errors("- {learning_rate: 0.01, interest_size: 4, loss_type: CE}\n- 3\n", "p.yaml") == [
        "p.yaml:2:3: error: a point is a mapping such as '{learning_rate: 0.001}'"
      ])
    #expect(
      try errors("- {learning_rate: 0.01, interest_size: 4, loss_type: CE}\n", "p.yaml") == [
        "p.yaml:1:3: error: a point has a value of 'tau_ratio', found none"
      ])
  }

  @Test("A file that is no table says what it lacks")
  func malformed() throws {
    let header = "learning_rate,interest_size,loss_type,tau_ratio\n"
    #expect(
      try errors(header + "0.01,4,CE\n") == [
        "p.csv:2:1: error: a row has 4 fields as the header has, found 3"
      ])
    #expect(
      try errors(header + "0.01,[4,5],CE,0.5\n") == [
        "p.csv:2:1: error: a row has 4 fields as the header has, found 5; a list stands in quotes: \"[1, 2]\""
      ])
    #expect(
      try errors(header + "0.01,\"4,CE,0.5\n") == [
        "p.csv:2:6: error: a quoted field ends with a quote; a quote inside is written twice"
      ])
    for text in ["", header] { #expect(try errors(text).first?.contains("has no point") == true) }
    #expect(
      try errors("a: 1\n", "p.yaml") == [
        "p.yaml:1:1: error: a list of points has an entry such as '- {learning_rate: 0.001}' for each"
      ])
    #expect(throws: (any Error).self) {
      try PointsFile(path: "/nowhere/p.csv", space: Self.space)
    }
  }

  @Test("The first trials of a sweep are the points of the file, and the grid leaves them out")
  func first() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("interest_size\n3\n", to: "p.csv").path
    let sweep = try SmallSweep("interest_size choice [2,3]") { $0.pointsFile = file }
    #expect(
      try sweep.plan.firstTrials(5).map { $0.point["interest_size"] } == [.integer(3), .integer(2)])
    let (_, events) = try sweep.run()
    #expect(events == ["0 0 complete", "1 1 complete"])
  }
}
