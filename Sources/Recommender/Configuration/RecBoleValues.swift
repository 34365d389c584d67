import Literals

/// Typed access to checked values in RecBole's names: nil where a value is of another kind.
extension [String: Literal] {
  func integer(_ name: String) -> Int? {
    if case .integer(let value)? = self[name] { value } else { nil }
  }

  func real(_ name: String) -> Double? { self[name]?.number }

  func bool(_ name: String) -> Bool? {
    if case .bool(let value)? = self[name] { value } else { nil }
  }

  func text(_ name: String) -> String? {
    if case .string(let value)? = self[name] { value } else { nil }
  }

  func dictionary(_ name: String) -> [String: Literal]? {
    if case .dictionary(let value)? = self[name] { value } else { nil }
  }

  /// The strings of a list; nil where there is no list.
  func texts(_ name: String) -> [String]? {
    self[name]?.elements?.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  /// The integers of a list, each once, in the order of the list.
  func integers(_ name: String) -> [Int] {
    unique(
      (self[name]?.elements ?? []).compactMap {
        if case .integer(let value) = $0 { value } else { nil }
      })
  }

  /// The metrics of a list, each once, in the order of the list.
  func metricKinds(_ name: String) -> [MetricKind] {
    unique((texts(name) ?? []).compactMap { MetricKind(rawValue: $0.lowercased()) })
  }

  /// The .inter part of `load_col` or `unload_col`; nil for all columns, or none.
  func columns(_ name: String) -> [String]? { dictionary(name)?.texts("inter") }

  private func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
    var seen: Set<Element> = []
    return elements.filter { seen.insert($0).inserted }
  }
}
