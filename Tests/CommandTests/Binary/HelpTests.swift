import TestSupport
import Testing

@Suite struct HelpTests {
  @Test(
    "Help looks as recorded",
    arguments: [
      ["--help"], ["train", "--help"], ["status", "--help"], ["best", "--help"],
      ["verify", "--help"], ["bench", "--help"], ["prepare", "--help"], [],
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

  @Test("--version prints a version and nothing else")
  func version() async throws {
    let result = try await BuiltBinary.run(["--version"], in: try TemporaryFolder())
    #expect(result.status == 0)
    #expect(result.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
  }
}
