import Literals

@testable import Recommender

/// A checked configuration of a file, a command line and a search.
func template(
  _ yaml: String = "", _ arguments: [String] = [], searched: [SearchedParameter] = []
) throws(InvalidInput) -> ConfigurationTemplate {
  let file = try ConfigurationFile(text: yaml, path: "c.yaml")
  return try ConfigurationTemplate(
    ConfigurationLayers(files: [file], arguments: arguments), searched: searched)
}

/// A searched parameter with values at the columns 30, 31, …
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
    }, isContinuous: isContinuous)
}

/// What a search over a configuration gives: its errors or else its notes.
func searchDiagnostics(
  _ parameters: [SearchedParameter], yaml: String = "", arguments: [String] = []
) -> [String] {
  do {
    return try template(yaml, arguments, searched: parameters).notes.map(\.description)
  } catch {
    return error.diagnostics.map(\.description)
  }
}
