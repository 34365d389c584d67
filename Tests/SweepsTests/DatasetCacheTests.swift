import Literals
import Recommender
import Storage
import TestSupport
import Testing
import Trials

@testable import Sweeps

/// The data that the trials of a sweep need.
@Suite struct DatasetCacheTests {
  private func configuration(length: Int, exactTime: Bool = false) -> DataConfiguration {
    var configuration = DataConfiguration()
    configuration.dataset = "synthetic"
    configuration.maxItemListLength = length
    configuration.exactTime = exactTime
    return configuration
  }

  @Test("Data are shared while a trial uses them, and dropped when others are asked for")
  func dropping() throws {
    let cache = DatasetCache()
    var first = try cache.dataset(for: configuration(length: 5)) as Dataset?
    weak var weakFirst = first
    #expect(try cache.dataset(for: configuration(length: 5)) === first)
    let second = try cache.dataset(for: configuration(length: 6))
    #expect(second !== first)
    #expect(try cache.dataset(for: configuration(length: 5)) === first)
    first = nil
    // What was used last stays: most sweeps have one data set.
    #expect(weakFirst != nil)
    #expect(try cache.dataset(for: configuration(length: 6)) === second)
    #expect(weakFirst == nil)
  }

  @Test("Sizes of other lengths are known without their data")
  func sizes() throws {
    let cache = DatasetCache()
    let dataset = try cache.dataset(for: configuration(length: 5))
    #expect(cache.countedBytes(of: dataset.size) == 0)
    let size = try cache.size(of: configuration(length: 100_000))
    #expect(size.maxItemListLength == 100_000 && size.train == dataset.train.count)
    #expect(try cache.dataset(for: configuration(length: 5)) === dataset)
    // With several data sets each counts in the memory of its trial.
    #expect(cache.countedBytes(of: dataset.size) > 16 * Double(dataset.train.count))
  }

  @Test("One look is enough for all lengths, and each other key is looked at")
  func looks() throws {
    let lengths = try SmallSweep("MAX_ITEM_LIST_LENGTH quniform 1,3000,1").plan
    #expect(try lengths.dataConfigurations().count == 1)
    let both = try SmallSweep(
      "MAX_ITEM_LIST_LENGTH choice [5,9]\nuser_inter_num_interval choice ['[0,inf)','[9,inf)']"
    ).plan
    #expect(try both.dataConfigurations().count == 2)
    #expect(
      try SmallSweep("learning_rate choice [0.1,0.2]").plan.dataConfigurations().count == 1)
  }

  @Test("An error in data that only one value of the search brings about comes before any trial")
  func errors() throws {
    let sweep = try SmallSweep(
      "user_inter_num_interval choice ['[0,inf)','[1000000,inf)']\nlearning_rate choice [0.1]")
    let error = #expect(throws: InvalidInput.self) { try sweep.dataset() }
    #expect(error?.description.contains("0 after 'user_inter_num_interval'") == true)
    #expect(!sweep.folder.contains("results.db"))
  }

  @Test("A sweep over many views runs, and its trials have the numbers of sweeps over one")
  func sweep() throws {
    let many = try SmallSweep("MAX_ITEM_LIST_LENGTH quniform 1,3000,1") { $0.trials = 4 }
    #expect(try many.run().end == .finished)
    let results = try ResultsDatabase(path: many.path, access: .read)
    for trial in try results.trials(of: "synthetic-1") {
      let length = try #require(trial.trial.point["MAX_ITEM_LIST_LENGTH"])
      let one = try SmallSweep("MAX_ITEM_LIST_LENGTH choice [\(length)]")
      try one.run()
      let single = try ResultsDatabase(path: one.path, access: .read).bestTrial(of: "synthetic-1")
      #expect(single?.result == trial.result)
    }
  }
}
