import Literals
import Testing

@testable import Recommender

@Suite struct ConfigurationKeyTests {
  @Test("every key has a summary and a default that it takes itself")
  func table() {
    #expect(Set(ConfigurationKey.all.map(\.name)).count == ConfigurationKey.all.count)
    for key in ConfigurationKey.all {
      #expect(!key.summary.isEmpty)
      #expect(ConfigurationKey.validate(name: key.name, value: key.defaultValue) == nil)
    }
  }

  @Test("a learner knows how many moments it keeps")
  func moments() {
    let counts = TrainingConfiguration.Learner.allCases.map(\.momentCount)
    #expect(counts == [2, 2, 0, 1, 1])
  }
}
