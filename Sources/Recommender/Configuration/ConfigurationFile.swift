import Foundation
import Literals
import Yams

/// The keys of a YAML configuration file, with their values and places.
package struct ConfigurationFile: Sendable {
  package struct Entry: Sendable {
    package let name: String
    package let value: Literal
    package let location: SourceLocation
  }

  package let path: String
  package let entries: [Entry]

  /// Reads the text of a configuration file. An empty text has no entries.
  package init(text: String, path: String) throws(InvalidInput) {
    self.path = path
    entries = try YAMLReader(path: path).entries(of: text)
  }

  /// Reads files from a text such as `a.yaml b.yaml`, and reports the errors of all files together.
  package static func load(_ paths: String) throws(InvalidInput) -> [ConfigurationFile] {
    var files: [ConfigurationFile] = []
    var diagnostics: [Diagnostic] = []
    for path in paths.split(whereSeparator: \.isWhitespace).map(String.init) {
      do {
        files.append(try ConfigurationFile(text: try read(path), path: path))
      } catch {
        diagnostics += error.diagnostics
      }
    }
    guard diagnostics.isEmpty else { throw InvalidInput(diagnostics) }
    return files
  }

  private static func read(_ path: String) throws(InvalidInput) -> String {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
      throw InvalidInput("there is no configuration file '\(path)'")
    } catch {
      throw InvalidInput("the configuration file '\(path)' cannot be read")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw InvalidInput("'\(path)' is no text file: it is not valid UTF-8")
    }
    return text
  }
}
