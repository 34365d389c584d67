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
