import ArgumentParser
import Foundation

/// The options of a command by name, as ArgumentParser describes them for its own tools.
///
/// Making one takes milliseconds. It is made only when a word needs a second look.
struct CommandOptions {
  struct Option: Decodable {
    /// With its hyphens: `--params_file`, `-h`.
    let names: [String]
    /// False for a flag.
    let takesValue: Bool

    private enum CodingKeys: CodingKey {
      case kind, names
    }

    private struct Name: Decodable {
      let kind: String
      let name: String
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      takesValue = try container.decode(String.self, forKey: .kind) == "option"
      names = try (container.decodeIfPresent([Name].self, forKey: .names) ?? []).map {
        ($0.kind == "long" ? "--" : "-") + $0.name
      }
    }
  }

  private struct Description: Decodable {
    struct Command: Decodable {
      let arguments: [Option]?
    }
    let command: Command
  }

  private let options: [Option]

  init(of command: any ParsableCommand.Type) {
    let description = Data(command._dumpHelp().utf8)
    let decoded = try? JSONDecoder().decode(Description.self, from: description)
    options = decoded?.command.arguments ?? []
  }

  /// The names of two or more letters, with their hyphens.
  var names: [String] { options.flatMap(\.names).filter { $0.hasPrefix("--") } }

  /// Returns the option of a name; nil if the command has none.
  subscript(name: String) -> Option? {
    options.first { $0.names.contains(name) }
  }
}
