import Foundation
import Literals
import TestSupport
import Testing

@testable import Recommender

/// Atomic files turned into examples, compared with what RecBole itself made of them.
struct GoldenDatasetTests {
  @Test("Ids and examples are RecBole's, in RecBole's order", arguments: GoldenCase.folders)
  func matchesRecBole(folder: String) throws {
    let golden = try GoldenCase(folder: folder)
    let file = Fixture.golden("data/\(folder)/\(folder).inter").path
    let configuration = golden.config.configuration(normalizeAll: false)
    guard golden.raises == nil else {
      #expect(throws: InvalidInput.self) { try Dataset.load(atPath: file, configuration) }
      return
    }
    let dataset = try Dataset.load(atPath: file, configuration)
    #expect(dataset.userTokens == ["[PAD]"] + (golden.user_tokens ?? []))
    #expect(dataset.itemTokens == ["[PAD]"] + (golden.item_tokens ?? []))
    #expect(dataset.userCount == golden.n_users)
    #expect(dataset.itemCount == golden.n_items)
    #expect(dataset.rows(dataset.train) == golden.train)
    #expect(dataset.rows(dataset.valid) == golden.valid)
    #expect(dataset.rows(dataset.test) == golden.test)
  }

  @Test("The golden folder has cases of every kind")
  func goldenCasesAreFound() {
    #expect(GoldenCase.folders.count >= 11)
  }
}
