import Literals

/// Interactions prepared for training: filtered, numbered and split. All trials share them.
///
/// Ids count from 1 in order of first appearance; id 0 is `[PAD]`. Histories are windows into one
/// flat array and are never copied.
package final class Dataset: Sendable {
  /// Tokens in id order; index 0 is `[PAD]`.
  package let userTokens: [String]
  package let itemTokens: [String]
  /// Every user's items in time order, user after user.
  package let items: [Int32]
  package let train: [Example]
  package let valid: [Example]
  package let test: [Example]
  /// RecBole's MAX_ITEM_LIST_LENGTH: the positions of a padded history.
  package let maxItemListLength: Int
  /// The digest of the bytes that were read, by which a sweep notices a changed file.
  package let digest: ContentDigest
  /// Warnings about data that can be used all the same.
  package let warnings: [Diagnostic]
  /// The items of all training histories together, each history counted by itself.
  package let trainPositions: Int

  package init(
    userTokens: [String], itemTokens: [String], items: [Int32], train: [Example],
    valid: [Example], test: [Example], maxItemListLength: Int,
    digest: ContentDigest = ContentDigest(), warnings: [Diagnostic] = []
  ) {
    self.userTokens = userTokens
    self.itemTokens = itemTokens
    self.items = items
    self.train = train
    self.valid = valid
    self.test = test
    self.maxItemListLength = maxItemListLength
    self.digest = digest
    self.warnings = warnings
    trainPositions = train.reduce(0) { $0 + Int($1.length) }
  }

  /// Users and items including `[PAD]`, as RecBole counts them.
  package var userCount: Int { userTokens.count }
  package var itemCount: Int { itemTokens.count }

  /// A history without its padding.
  package func history(of example: Example) -> ArraySlice<Int32> {
    items[Int(example.start)..<Int(example.start + example.length)]
  }
}

/// A history, which is a window of `Dataset.items`, and its target, the item that comes next.
package struct Example: Hashable, Sendable {
  package let user: Int32
  /// The index in `Dataset.items` of the oldest item of the history.
  package let start: Int32
  /// The number of items in the history, 1 … MAX_ITEM_LIST_LENGTH.
  package let length: Int32
  package let target: Int32

  package init(user: Int32, start: Int32, length: Int32, target: Int32) {
    self.user = user
    self.start = start
    self.length = length
    self.target = target
  }
}

/// The size of a data set in figures, without `[PAD]`.
package struct DatasetStatistics: Hashable, Sendable {
  package let users: Int
  package let items: Int
  /// The interactions that remain after the filters.
  package let interactions: Int
  package let train: Int
  package let valid: Int
  package let test: Int

  /// The mean number of interactions of a user.
  package var meanSequenceLength: Double {
    users == 0 ? 0 : Double(interactions) / Double(users)
  }
}

extension Dataset {
  package var statistics: DatasetStatistics {
    DatasetStatistics(
      users: userCount - 1, items: itemCount - 1, interactions: items.count,
      train: train.count, valid: valid.count, test: test.count)
  }
}
