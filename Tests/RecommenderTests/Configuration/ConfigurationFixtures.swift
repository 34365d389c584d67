import Literals

@testable import Recommender

/// Checks a file, a command line and a search, and returns the configuration.
func template(
  _ yaml: String = "", _ arguments: [String] = [], searched: [SearchedParameter] = []
) throws(InvalidInput) -> ConfigurationTemplate {
  let file = try ConfigurationFile(text: yaml, path: "c.yaml")
  return try ConfigurationTemplate(
    ConfigurationLayers(files: [file], arguments: arguments), searched: searched)
}

/// A searched parameter with a value at each of the columns 30, 31, …
func searched(
  _ name: String, _ values: [Literal], line: Int = 1, isContinuous: Bool = false
) -> SearchedParameter {
  func place(_ column: Int) -> Literals.SourceLocation {
    Literals.SourceLocation(file: "h", line: line, column: column)
  }
  return SearchedParameter(
    name: name, location: place(1),
    candidates: values.enumerated().map { index, value in
      LocatedLiteral(value, at: place(isContinuous ? 1 : 30 + index))
    },
    interval: isContinuous
      ? SearchedParameter.Interval("uniform", isContinuous: true) { _ in nil } : nil)
}

/// The errors of a search over a configuration, or the notes if there are no errors.
func searchDiagnostics(
  _ parameters: [SearchedParameter], yaml: String = "", arguments: [String] = []
) -> [String] {
  do {
    return try template(yaml, arguments, searched: parameters).notes.map(\.description)
  } catch {
    return error.diagnostics.map(\.description)
  }
}
