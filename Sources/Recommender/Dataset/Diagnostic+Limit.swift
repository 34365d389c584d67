import Literals

extension Diagnostic {
  /// The first `reportLimit` diagnostics, and one that tells how many more there are.
  static func limited(_ diagnostics: [Diagnostic], total: Int? = nil) -> [Diagnostic] {
    let shown = Array(diagnostics.prefix(reportLimit))
    let hidden = (total ?? diagnostics.count) - shown.count
    return hidden > 0 ? shown + [Diagnostic(.error, "and \(hidden) more")] : shown
  }

  /// The most errors of a file that are reported one by one.
  static let reportLimit = 20
}
