import Foundation
import Literals

/// Makes data sets from one file for several configurations, and reads the file as rarely as possible.
///
/// The first view is read and forgotten, because most sweeps have no other. When another view is asked
/// for, the rows stay, and views differ in the steps after the reading alone:
///
///     var views = DatasetViews()
///     let short = try views.dataset(for: configuration, progress: { _ in })
package struct DatasetViews: Sendable {
  private var digest: ContentDigest?
  /// The last rows that were read, and the last order that was made of them.
  private var log: (key: DataConfiguration, log: InteractionLog)?
  private var ordered: (key: DataConfiguration, log: OrderedLog)?

  package init() {}

  /// Returns the data of a configuration. Throws if the file is another one than it was for the first
  /// configuration.
  package mutating func dataset(
    for configuration: DataConfiguration, progress: (String) -> Void
  ) throws(InvalidInput) -> Dataset {
    guard let digest else {
      let dataset = try Dataset.load(configuration, progress: progress)
      digest = dataset.digest
      return dataset
    }
    try Dataset.checkValues(configuration)
    if ordered?.key != configuration.orderingKeys {
      if log?.key != configuration.readingKeys {
        (log, ordered) = (nil, nil)
        let new = try Dataset.log(of: configuration)
        guard new.digest == digest else {
          throw InvalidInput("'\(new.file)' has changed since this command began to use it")
        }
        log = (configuration.readingKeys, new)
      }
      guard let log = log?.log else { return try Dataset.load(configuration) }
      ordered = (configuration.orderingKeys, try OrderedLog(log, configuration))
    }
    guard let ordered else { return try Dataset.load(configuration) }
    return try ordered.log.dataset(configuration)
  }
}

extension DataConfiguration {
  /// The configuration without the keys that count after the interactions have been sorted.
  fileprivate var orderingKeys: DataConfiguration {
    var keys = withoutListLength
    let usual = DataConfiguration()
    (keys.split, keys.groupByUser) = (usual.split, usual.groupByUser)
    return keys
  }

  /// The configuration without the keys that count after the file has been read.
  fileprivate var readingKeys: DataConfiguration {
    var keys = orderingKeys
    let usual = DataConfiguration()
    keys.duplicateRemoval = usual.duplicateRemoval
    (keys.userInteractions, keys.itemInteractions) =
      (usual.userInteractions, usual.itemInteractions)
    (keys.normalizeAll, keys.normalizedFields) = (usual.normalizeAll, usual.normalizedFields)
    keys.exactTime = usual.exactTime
    return keys
  }

  /// The configuration without MAX_ITEM_LIST_LENGTH, which changes no size of the data and causes no
  /// error in them.
  package var withoutListLength: DataConfiguration {
    var keys = self
    keys.maxItemListLength = DataConfiguration().maxItemListLength
    return keys
  }
}
