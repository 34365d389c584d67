import Literals
import Testing

@testable import Recommender

@Suite struct IntervalSetTests {
  @Test(
    "an interval is read in RecBole's notation",
    arguments: [
      (.string("[3,inf)"), "[3.0,inf)"), (.string(" ( 1 , 2 ] ; [4,5) "), "(1.0,2.0];[4.0,5.0)"),
      (.string("(-inf,1e3]"), "(-inf,1000.0]"), (.string("[1,1]"), "[1.0,1.0]"),
      (.list([.integer(5), .integer(10)]), "[5.0,10.0]"),
      (.tuple([.integer(5), .real(10)]), "(5.0,10.0)"),
      (.string(""), nil), (.string("[]"), nil), (.string("[1]"), nil), (.string("[1,2"), nil),
      (.string("[2,1]"), nil), (.string("[1,nan]"), nil), (.string("[1,2];"), nil),
      (.integer(5), nil), (.none, nil), (.string("["), nil), (.string("[1,2,3]"), nil),
    ] as [(Literal, String?)])
  func notation(value: Literal, description: String?) {
    let interval = try? ValueKind.interval.read(value)
    #expect(interval?.description == description)
    #expect(interval.map(ValueKind.interval.write) == description.map(Literal.string))
  }

  @Test("a filter is a list of values or an interval")
  func filters() throws {
    let literal = Literal.dictionary([
      "rating": .string("[3.0,inf)"), "genre": .list([.string("a"), .string("1")]),
    ])
    let filters = try ValueKind.valueFilters.read(literal)
    #expect(filters["genre"] == .tokens(["a", "1"]))
    #expect(filters["rating"] == .intervals(try ValueKind.interval.read(.string("[3,inf)"))))
    #expect(ValueKind.valueFilters.write(filters) == literal)
    #expect(ValueKind.valueFilters.write([:]) == .none)
  }
}
