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
  }

  /// Users and items including `[PAD]`, as RecBole counts them.
  package var userCount: Int { userTokens.count }
  package var itemCount: Int { itemTokens.count }

  /// A history without its padding.
  package func history(of example: Example) -> ArraySlice<Int32> {
    items[Int(example.start)..<Int(example.start + example.length)]
  }
}
