import Foundation
import Literals
import TestSupport
import Testing

@testable import Recommender

/// Damaged files: any bytes give a data set or a diagnostic, never a trap.
struct MutatedFileTests {
  private static let original: [UInt8] = {
    var random = SyntheticRandom(seed: 7)
    var text = "user_id:token\titem_id:token\trating:float\ttimestamp:float\r\n"
    for _ in 0..<40 {
      text += "u\(random.below(6))\t\"i\(random.below(9))\"\t\(random.below(5)).5\t"
      text += "\(880_000_000 + random.below(1000))\n"
    }
    return Array(text.utf8)
  }()

  /// Bytes with a meaning to the reader, which come more often than by chance.
  private static let spice = Array("\t\n\r\":\u{0}-.e9ninf ,\u{FEFF}".utf8)

  private static func mutate(_ random: inout SyntheticRandom) -> [UInt8] {
    var bytes = original
    for _ in 0...random.below(3) {
      let place = random.below(bytes.count + 1)
      let end = min(place + random.below(8), bytes.count)
      switch random.below(5) {
      case 0: bytes.removeSubrange(place..<end)
      case 1: bytes.insert(spice[random.below(spice.count)], at: place)
      case 2: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
      case 3: bytes.replaceSubrange(place..<end, with: [UInt8(random.below(256))])
      default: bytes.removeLast(random.below(bytes.count / 4 + 1))
      }
    }
    return bytes
  }

  private static func configuration(_ random: inout SyntheticRandom) -> DataConfiguration {
    var configuration = DataConfiguration()
    configuration.normalizeAll = random.isTrue(percent: 50)
    configuration.exactTime = random.isTrue(percent: 20)
    configuration.maxItemListLength = 1 + random.below(5)
    if random.isTrue(percent: 30) { configuration.duplicateRemoval = .last }
    if random.isTrue(percent: 30) { configuration.userInteractions = IntervalSet(text: "[2,9]") }
    if random.isTrue(percent: 30) {
      configuration.valueFilters = ["rating": .intervals(IntervalSet(text: "(1,inf)"))]
    }
    if random.isTrue(percent: 30) { configuration.split = .ratio([0.8, 0.1, 0.1]) }
    configuration.groupByUser = random.isTrue(percent: 70)
    if random.isTrue(percent: 10) { configuration.fieldSeparator = "\t\"" }
    if random.isTrue(percent: 10) { configuration.fieldSeparator = ":" }
    return configuration
  }

  @Test("A damaged file gives a sound data set or a diagnostic", arguments: 0..<8)
  func neverTraps(seed: Int) {
    var random = SyntheticRandom(seed: UInt64(seed))
    var accepted = 0
    for _ in 0..<FuzzingEffort.count(400, full: 2_500) {
      let bytes = Self.mutate(&random)
      let configuration = Self.configuration(&random)
      do {
        let dataset = try Dataset.parse(Data(bytes), file: "x.inter", configuration)
        accepted += 1
        #expect(isSound(dataset))
      } catch {
        #expect(error.diagnostics.contains { $0.severity == .error })
        #expect(error.diagnostics.count <= Diagnostic.reportLimit + 1)
      }
    }
    // The mutations are mild enough to reach every step after the reader.
    #expect(accepted > 40)
  }

  private func isSound(_ dataset: Dataset) -> Bool {
    (dataset.train + dataset.valid + dataset.test).allSatisfy { example in
      example.start >= 0 && example.length >= 1
        && Int(example.length) <= dataset.maxItemListLength
        && Int(example.start + example.length) < dataset.items.count
        && dataset.items[Int(example.start + example.length)] == example.target
        && (1..<Int32(dataset.userCount)).contains(example.user)
        && (1..<Int32(dataset.itemCount)).contains(example.target)
    }
  }
}
