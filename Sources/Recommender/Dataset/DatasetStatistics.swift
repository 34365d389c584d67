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
