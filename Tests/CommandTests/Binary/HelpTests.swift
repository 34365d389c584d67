import TestSupport
import Testing

@Suite(.startsProcesses) struct HelpTests {
  @Test(
    "Help looks as recorded",
    arguments: [
      ["--help"], ["train", "--help"], ["status", "--help"], ["best", "--help"],
      ["verify", "--help"], ["bench", "--help"], ["prepare", "--help"], ["why", "--help"], [],
    ])
  func help(arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    let result = try await BuiltBinary.run(arguments, in: folder, environment: ["COLUMNS": "80"])
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(folder.contents.isEmpty)
    let name = arguments.isEmpty ? "alone" : arguments.dropLast().first ?? "sine-tune"
    try expectSnapshot(result.output, named: "help/\(name).txt")
  }

  @Test(
    "'sine-tune help train' is 'sine-tune train --help'",
    arguments: ["train", "status", "best", "verify", "bench", "prepare"])
  func helpCommand(name: String) async throws {
    let folder = try TemporaryFolder()
    let words = try await BuiltBinary.run(["help", name], in: folder)
    let option = try await BuiltBinary.run([name, "--help"], in: folder)
    #expect(words.output == option.output)
    #expect(words.status == 0)
  }

  @Test(
    "No line of help is wider than the terminal", arguments: [60, 80, 120],
    [[], ["train"], ["status"], ["best"], ["verify"], ["bench"]])
  func width(columns: Int, command: [String]) async throws {
    let result = try await BuiltBinary.run(
      command + ["--help"], in: try TemporaryFolder(), environment: ["COLUMNS": "\(columns)"])
    let wide = result.outputLines.filter { $0.count > columns && !$0.hasPrefix("USAGE: ") }
    #expect(wide.isEmpty)
  }

  @Test("The defaults of all keys can be pasted into a command")
  func pastedDefaults() async throws {
    let folder = try TemporaryFolder()
    let help = try await BuiltBinary.run(
      ["train", "--help"], in: folder, environment: ["COLUMNS": "80"])
    let list = help.output.components(separatedBy: "KEYS, with their defaults\n").last?
      .components(separatedBy: "\n\n").first
    var words: [String] = []
    for line in try #require(list).split(separator: "\n") {
      if line.hasPrefix("  --") {
        words.append(String(line.dropFirst(2)))
      } else if let last = words.last, last.count(where: { $0 == "\"" }) == 1 {
        words[words.count - 1] += "\n" + line
      }
    }
    #expect(words.count > 30)
    #expect(words.contains("--load_col=\"{'inter': ['user_id', 'item_id', 'timestamp']}\""))
    words = words.map { word in
      word.hasPrefix("--dataset=")
        ? "--dataset=synthetic" : word.hasPrefix("--epochs=") ? "--epochs=1" : word
    }
    let result = try await BuiltBinary.shell(
      "\"$SINE_TUNE\" train " + words.joined(separator: " "), in: folder)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test("--version prints a version and nothing else")
  func version() async throws {
    let result = try await BuiltBinary.run(["--version"], in: try TemporaryFolder())
    #expect(result.status == 0)
    #expect(result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
