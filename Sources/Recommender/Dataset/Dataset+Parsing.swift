import Foundation
import Literals

extension Dataset {
  /// Turns the bytes of an atomic file into a data set; `file` names it in messages, and `notes`
  /// are remarks about it that come before the others.
  ///
  /// The steps are RecBole's, in RecBole's order: read, drop rows without ids, filter, number, sort
  /// by time, augment, split.
  package static func parse(
    _ data: consuming Data, file: String, _ configuration: DataConfiguration,
    notes: [Diagnostic] = []
  ) throws(InvalidInput) -> Dataset {
    try checkValues(configuration)
    // Each step frees what the next one does not need.
    return try OrderedLog(
      InteractionLog(data, file: file, configuration, notes: notes), configuration
    ).dataset(configuration)
  }

  /// Checks the values that would otherwise fail halfway through.
  static func checkValues(_ configuration: DataConfiguration) throws(InvalidInput) {
    var messages: [String] = []
    let separator = configuration.fieldSeparator
    if separator.isEmpty || separator.contains(where: { $0.isNewline || $0 == "\"" }) {
      messages.append("'field_separator' is text without line breaks and quotes, such as '\\t'")
    }
    if !(1...Int(Int32.max)).contains(configuration.maxItemListLength) {
      messages.append(
        "'MAX_ITEM_LIST_LENGTH' is at least 1, found \(configuration.maxItemListLength)")
    }
    if case .ratio(let ratios) = configuration.split {
      let sum = ratios.reduce(0, +)
      if ratios.count != 3 || ratios.contains(where: { !($0 >= 0) }) || !(sum > 0)
        || !sum.isFinite
      {
        messages.append(
          "'RS' takes three ratios that are not negative, of train, valid and test, such as "
            + "[0.8, 0.1, 0.1]; found \(ratios)")
      }
    }
    if !messages.isEmpty { throw InvalidInput(messages.map { Diagnostic(.error, $0) }) }
  }
}
