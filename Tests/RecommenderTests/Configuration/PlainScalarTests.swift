import Literals
import Testing

@testable import Recommender

@Suite struct PlainScalarTests {
  @Test(
    "an unquoted scalar of YAML is what RecBole reads in it",
    arguments: [
      ("1e-3", .real(0.001)), ("1E+2", .real(100)), ("1.5", .real(1.5)), ("1.", .real(1)),
      (".5", .real(0.5)), ("-.5e1", .real(-5)), ("1_000.5", .real(1000.5)),
      (".inf", .real(.infinity)),
      ("-.INF", .real(-.infinity)), ("+.inf", .real(.infinity)), ("12", .integer(12)),
      ("-1_000", .integer(-1000)), ("0x1F", .integer(31)), ("-0b11", .integer(-3)),
      ("012", .integer(10)), ("0", .integer(0)), ("-0", .integer(0)),
      ("089", .string("089")), ("yes", .bool(true)), ("Off", .bool(false)), ("True", .bool(true)),
      ("~", .none), ("", .none), ("NULL", .none), ("None", .string("None")),
      ("ml-100k", .string("ml-100k")), ("MRR@10", .string("MRR@10")), ("e5", .string("e5")),
      ("1e", .string("1e")), (".", .string(".")), ("-", .string("-")), ("0x", .string("0x")),
      ("1:30", .string("1:30")), ("2020-01-01", .string("2020-01-01")), ("1２", .string("1２")),
      ("nan", .string("nan")), ("inf", .string("inf")),
    ] as [(String, Literal)])
  func meaning(text: String, value: Literal) throws {
    #expect(try PlainScalar.resolve(text) == value)
  }

  @Test(
    "an integer beyond 64 bits is refused",
    arguments: ["9223372036854775808", "0xFFFFFFFFFFFFFFFF"])
  func overflow(text: String) {
    #expect(throws: PlainScalar.Overflow.self) { try PlainScalar.resolve(text) }
  }
}
