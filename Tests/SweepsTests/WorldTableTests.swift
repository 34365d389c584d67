import Foundation
import Search
import TestSupport
import Testing

@testable import Sweeps

@Suite struct WorldTableTests {
  private let world = World(.sine, seed: 4, runs: 2, truthSeeds: 2)

  @Test("The arrays are files of NumPy with the values behind an aligned header")
  func arrays() throws {
    let folder = try TemporaryFolder()
    try world.writeTable(to: folder.url, repeats: 1)
    for (name, values) in [("sine-4", world.curves), ("sine-4-quality", world.quality)] {
      let content = try Data(contentsOf: folder.url.appending(path: "\(name).npy"))
      let start = content.count - 4 * values.count
      #expect(start.isMultiple(of: 64))
      let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (120, 2, 100,), }"
      #expect(content.prefix(6) == Data([0x93]) + Data("NUMPY".utf8))
      #expect(Int(content[8]) + 256 * Int(content[9]) == start - 10)
      let text = String(decoding: content[10..<start], as: UTF8.self)
      #expect(text.hasPrefix(header) && text.hasSuffix(" \n"))
      #expect(content.suffix(4 * values.count) == values.withUnsafeBytes { Data($0) })
    }
  }

  @Test("The figures of the cells and the order of the runs stand beside the arrays")
  func figures() throws {
    let folder = try TemporaryFolder()
    try world.writeTable(to: folder.url, repeats: 2)
    let file = try Data(contentsOf: folder.url.appending(path: "sine-4.json"))
    guard case .object(let table) = try JSONDecoder().decode(JSONValue.self, from: file) else {
      Issue.record("the table is no object")
      return
    }
    func numbers(_ values: [Double]) -> JSONValue { .array(values.map(JSONValue.number)) }
    #expect(table["kind"] == .string("sine"))
    #expect(table["shape"] == numbers([5, 6, 4]))
    #expect(table["trueMean"] == numbers(world.trueMean))
    #expect(table["cost"] == numbers(world.cost))
    #expect(table["gridCost"] == .number(world.gridCost))
    #expect(
      table["orders"]
        == .array((0..<2).map { numbers(world.runOrder(repeat: $0).map(Double.init)) }))
  }
}
