import Foundation
import TestSupport
import Testing

@testable import Recommender

@Suite(.enabled(if: MovieLens.isFetched, "ml-100k has not been fetched"))
struct MovieLensTests {
  private struct Expectations: Decodable {
    struct Digest: Decodable, Equatable {
      let examples: Int
      let rolling_hash: Int
    }

    struct Case: Decodable {
      let config: RecBoleOptions
      let n_users: Int
      let n_items: Int
      /// The number of examples, which RecBole counts after the augmentation.
      let interactions: Int
      let train: Digest
      let valid: Digest
      let test: Digest
    }

    let cases: [Case]
  }

  private static func digest(_ examples: [Example], of dataset: Dataset) -> Expectations.Digest {
    var hash = 0
    for example in examples {
      for value in [example.user, example.length, example.target] + dataset.history(of: example) {
        hash = (hash * 31 + Int(value)) % 1_000_000_007
      }
    }
    return Expectations.Digest(examples: examples.count, rolling_hash: hash)
  }

  @Test("ml-100k is split as RecBole splits it", arguments: 0..<4)
  func matchesRecBole(index: Int) throws {
    let file = Fixture.golden("ml-100k/expected.json")
    let all = try JSONDecoder().decode(Expectations.self, from: Data(contentsOf: file)).cases
    #expect(all.count == 4)
    let expected = all[index]
    var configuration = expected.config.configuration(normalizeAll: true)
    configuration.dataPath = MovieLens.folder.path
    let dataset = try Dataset.load(configuration)
    #expect(dataset.userCount == expected.n_users)
    #expect(dataset.itemCount == expected.n_items)
    let statistics = dataset.statistics
    #expect(statistics.train + statistics.valid + statistics.test == expected.interactions)
    #expect(Self.digest(dataset.train, of: dataset) == expected.train)
    #expect(Self.digest(dataset.valid, of: dataset) == expected.valid)
    #expect(Self.digest(dataset.test, of: dataset) == expected.test)
  }

  @Test(
    "Users whose events float32 reorders are counted, but none if times are exact",
    arguments: [(true, false, 83), (false, false, 908), (true, true, 0), (false, true, 0)])
  func countsReorderedUsers(isNormalized: Bool, isExact: Bool, count: Int) throws {
    var configuration = MovieLens.configuration
    configuration.normalizeAll = isNormalized
    configuration.exactTime = isExact
    let warnings = try Dataset.load(configuration).warnings
    if count == 0 {
      #expect(warnings.isEmpty)
    } else {
      #expect(warnings.count == 1)
      #expect(warnings.first?.severity == .warning)
      #expect(warnings.first?.message.contains("\(count) of 943 users") == true)
      #expect(warnings.first?.message.contains("exact_time: True") == true)
    }
  }

  @Test("ml-100k has the figures of its description")
  func statistics() throws {
    let statistics = try Dataset.load(MovieLens.configuration).statistics
    #expect(
      statistics
        == DatasetStatistics(
          users: 943, items: 1682, interactions: 100_000, train: 97171, valid: 943, test: 943))
    #expect(abs(statistics.meanSequenceLength - 106.0445) < 1e-3)
  }
}

/// MovieLens 100K, which may not be redistributed. The program fetches it on first use. The tests
/// that need it run if `<repository>/dataset/ml-100k/ml-100k.inter` exists, and are skipped if not.
enum MovieLens {
  static let folder = Fixture.repository.appending(path: "dataset")
  static let file = folder.appending(path: "ml-100k/ml-100k.inter").path
  static let isFetched = FileManager.default.fileExists(atPath: file)

  /// RecBole's configuration of ml-100k.
  static var configuration: DataConfiguration {
    var configuration = DataConfiguration()
    configuration.dataPath = folder.path
    configuration.normalizeAll = true
    return configuration
  }
}
