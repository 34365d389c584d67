/// One next-item task: a history, a window of `Dataset.items`, and the item that follows it.
package struct Example: Hashable, Sendable {
  package let user: Int32
  /// Index in `Dataset.items` of the oldest item of the history.
  package let start: Int32
  /// Items of the history, 1 … MAX_ITEM_LIST_LENGTH.
  package let length: Int32
  package let target: Int32

  package init(user: Int32, start: Int32, length: Int32, target: Int32) {
    self.user = user
    self.start = start
    self.length = length
    self.target = target
  }
}
