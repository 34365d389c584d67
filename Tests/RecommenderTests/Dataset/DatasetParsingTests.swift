import Foundation
import Literals
import Testing

@testable import Recommender

struct DatasetParsingTests {
  @Test("Columns may have other names, another separator and neighbours that are not read")
  func otherNames() throws {
    let text =
      "when:float,tags:token_seq,who:token,score:float,what:token\n"
      + "2,x y,u,n.a.,b\n1,,u,,a\n3,z,u,5,c\n"
    let dataset = try AtomicText.dataset(text) {
      $0.fieldSeparator = ","
      $0.userField = "who"
      $0.itemField = "what"
      $0.timeField = "when"
      $0.loadedColumns = ["who", "what", "when"]
    }
    #expect(dataset.sequence(ofUser: "u") == ["a", "b", "c"])
    #expect(dataset.itemTokens == ["[PAD]", "b", "a", "c"])
  }

  @Test("A float column that is loaded must be readable, as pandas demands")
  func loadedColumns() {
    let text = "user_id:token\titem_id:token\tprice:float\ttimestamp:float\nu\ta\tcheap\t1\n"
    #expect(AtomicText.problems(text).contains("training example"))
    #expect(
      AtomicText.problems(text) { $0.loadedColumns = nil }
        == "x.inter:2:5: error: the column 'price' holds numbers, found 'cheap'")
    #expect(
      AtomicText.problems(text) {
        $0.loadedColumns = nil
        $0.unloadedColumns = ["price"]
      }.contains("training example"))
  }

  @Test("Rows without a user or an item are dropped with one warning")
  func missingIds() throws {
    let dataset = try AtomicText.dataset(
      AtomicText.file("u a 1", " b 2", "u NA 3", "u c 4", "null d 5"))
    #expect(dataset.sequence(ofUser: "u") == ["a", "c"])
    #expect(
      dataset.warnings.map(\.description) == [
        "x.inter:3:1: warning: rows without a user or an item are dropped: 3, the first one here"
      ])
  }

  @Test("The first or the last of repeated pairs stays, by time and then by file order")
  func duplicates() throws {
    let text = AtomicText.file("u a 5", "u b 2", "u a 1", "u c 9", "u c 9", "u d 3")
    let first = try AtomicText.dataset(text) { $0.duplicateRemoval = .first }
    #expect(first.sequence(ofUser: "u") == ["a", "b", "d", "c"])
    #expect(first.itemTokens == ["[PAD]", "a", "b", "d", "c"])
    let last = try AtomicText.dataset(text) { $0.duplicateRemoval = .last }
    #expect(last.sequence(ofUser: "u") == ["b", "d", "a", "c"])
    #expect(last.itemTokens == ["[PAD]", "b", "d", "a", "c"])
  }

  @Test("The interval filters repeat until every count is inside")
  func core() throws {
    // Without c, v has one interaction. Without v, b has one. Without b, only u and w with a and d
    // are left.
    let text = AtomicText.file(
      "u a 1", "u d 2", "w a 3", "w d 4", "v b 5", "v c 6", "u b 7")
    let dataset = try AtomicText.dataset(text) {
      $0.userInteractions = IntervalSet(text: "[2,inf)")
      $0.itemInteractions = IntervalSet(text: "[2,inf)")
    }
    #expect(dataset.userTokens == ["[PAD]", "u", "w"])
    #expect(dataset.itemTokens == ["[PAD]", "a", "d"])
  }

  @Test("Times that are equal in float32 keep file order, but not if times are exact")
  func floatTimes() throws {
    let text = AtomicText.file(
      "u a 1300000030", "u b 1300000020", "u c 1300000010", "u d 1400000000", "v a 1", "v b 2")
    let rounded = try AtomicText.dataset(text)
    #expect(rounded.sequence(ofUser: "u") == ["a", "b", "c", "d"])
    #expect(
      rounded.warnings.map(\.description) == [
        "warning: times are sorted as float32, as RecBole does, which changes the order of events "
          + "of 1 of 2 users; 'exact_time: True' sorts by the exact time"
      ])
    let exact = try AtomicText.dataset(text) { $0.exactTime = true }
    #expect(exact.sequence(ofUser: "u") == ["c", "b", "a", "d"])
    #expect(exact.warnings.isEmpty)
  }

  @Test("Times of any size can be normalised")
  func extremeTimes() throws {
    let dataset = try AtomicText.dataset(
      AtomicText.file("u a -1e308", "u b 1e308", "u c -0", "u d 0", "u e 1e-320")
    ) { $0.normalizeAll = true }
    #expect(dataset.train.count + dataset.valid.count + dataset.test.count == 4)
  }

  @Test("Histories are ranges of one array, with at most MAX_ITEM_LIST_LENGTH items")
  func windows() throws {
    let dataset = try AtomicText.dataset(
      AtomicText.file("u a 1", "u b 2", "u c 3", "u d 4", "u e 5")
    ) { $0.maxItemListLength = 2 }
    #expect(dataset.items == [1, 2, 3, 4, 5])
    #expect(
      dataset.train == [
        Example(user: 1, start: 0, length: 1, target: 2),
        Example(user: 1, start: 0, length: 2, target: 3),
      ])
    #expect(dataset.valid == [Example(user: 1, start: 1, length: 2, target: 4)])
    #expect(dataset.test == [Example(user: 1, start: 2, length: 2, target: 5)])
  }

  @Test("Popularity counts the targets of training")
  func trainTargets() throws {
    let dataset = try AtomicText.dataset(
      AtomicText.file("u a 1", "u b 2", "u b 3", "u c 4", "u d 5"))
    #expect(TrainTargetCounts(dataset).counts == [0, 0, 2, 0, 0])
  }

  @Test("The digest is of the file's bytes")
  func digest() throws {
    let text = AtomicText.file("u a 1", "u b 2")
    #expect(try AtomicText.dataset(text).digest == ContentDigest(of: Data(text.utf8)))
    #expect(try AtomicText.dataset(text + "\n").digest != AtomicText.dataset(text).digest)
  }

  @Test(
    "Ratios are rounded as RecBole rounds them",
    arguments: [
      (10, [8, 1, 1]), (1, [1, 0, 0]), (2, [1, 0, 1]), (3, [1, 1, 1]), (9, [7, 1, 1]),
      (19, [17, 1, 1]), (20, [16, 2, 2]), (0, [0, 0, 0]),
    ])
  func ratioCounts(total: Int, expected: [Int]) {
    #expect(ExampleSplit.counts(total, [0.8, 0.1, 0.1]) == expected)
  }
}
