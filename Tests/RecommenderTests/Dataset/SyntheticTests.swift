import Foundation
import Testing

@testable import Recommender

struct SyntheticTests {
  private static func configuration() -> DataConfiguration {
    var configuration = DataConfiguration()
    configuration.dataset = "synthetic"
    configuration.dataPath = "/nonexistent"
    return configuration
  }

  @Test("The generated data set is the same on every machine and in every version")
  func isReproducible() throws {
    let dataset = try Dataset.load(Self.configuration())
    #expect(dataset.digest.description == "e110f1a8f1fdb3fc")
    #expect(dataset.statistics.users == 800)
    #expect(dataset.statistics.items == 500)
    #expect((28...32).contains(dataset.statistics.meanSequenceLength))
    #expect(dataset.valid.count == 800)
    #expect(dataset.test.count == 800)
    #expect(dataset.warnings.isEmpty)
  }

  @Test("Its columns bear the configured names")
  func configuredNames() throws {
    var configuration = Self.configuration()
    configuration.userField = "who"
    configuration.itemField = "what"
    configuration.timeField = "when"
    configuration.fieldSeparator = ","
    configuration.loadedColumns = nil
    configuration.valueFilters = ["rating": .intervals(IntervalSet(text: "[3,inf)"))]
    let filtered = try Dataset.load(configuration).statistics
    let all = try Dataset.load(Self.configuration()).statistics
    #expect(filtered.interactions < all.interactions)
    #expect(filtered.interactions > all.interactions / 2)
  }

  @Test("The interests can be learned, because the next item is far from random")
  func isPredictable() throws {
    let dataset = try Dataset.load(Self.configuration())
    // Predict the most frequent successor of each item in training, and count the hits in the test.
    var successors: [Int32: [Int32: Int]] = [:]
    for example in dataset.train {
      guard let last = dataset.history(of: example).last else { continue }
      successors[last, default: [:]][example.target, default: 0] += 1
    }
    let hits = dataset.test.count { example in
      guard let last = dataset.history(of: example).last else { return false }
      let best = successors[last]?.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
      return best == example.target
    }
    // A guess hits one in 500.
    #expect(Double(hits) / Double(dataset.test.count) > 0.25)
  }

  @Test("Random numbers are SplitMix64's")
  func randomNumbers() {
    // The first outputs of Vigna's reference implementation for the seed 1234567.
    var random = SyntheticRandom(seed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
    var counts = [0, 0, 0]
    for _ in 0..<3000 { counts[random.below(3)] += 1 }
    #expect(counts.allSatisfy { (900...1100).contains($0) })
  }
}
