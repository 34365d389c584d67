import ArgumentParser

/// The bounds of the options that count something.
enum Counts {
  /// The most trials at a time, and the most threads of one: more than any machine has cores.
  static let mostWorkers = 4096

  /// Throws if a count is below 1 or above its bound.
  static func check(
    _ options: [(name: String, value: Int?)], atMost bound: Int = .max
  ) throws {
    for option in options {
      guard let value = option.value, !(1...bound).contains(value) else { continue }
      throw ValidationError(
        value < 1
          ? "'--\(option.name)' is at least 1, found \(value)"
          : "'--\(option.name)' is at most \(bound), found \(value)")
    }
  }
}
