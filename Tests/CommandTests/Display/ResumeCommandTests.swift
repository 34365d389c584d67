import Testing

@testable import sine_tune

@Suite struct ResumeCommandTests {
  @Test(
    "The command goes on with the sweep: what counts once is left out, and the name is there if needed",
    arguments: [
      (["--params_file", "a b.test"], "sine-tune --params_file 'a b.test'"),
      (
        ["--params_file", "x", "--fresh", "--timeout", "1s"],
        "sine-tune --params_file x --timeout 1s --sweep small-2"
      ),
      (["--fresh", "--params_file", "x", "--sweep", "me"], "sine-tune --params_file x --sweep me"),
      (["--fresh", "--params_file", "x", "--sweep=me"], "sine-tune --params_file x --sweep=me"),
      (["--params_file", "x", "--retry_failed", "--take_over"], "sine-tune --params_file x"),
    ])
  func line(arguments: [String], expected: String) {
    let command = ResumeCommand(program: "sine-tune", arguments: arguments, sweep: "small-2")
    #expect(command.line == expected)
    #expect(command.hint == ["to resume, repeat the command:", "  \(expected)"])
  }

  @Test("A space that came from a pipe has to come from there again")
  func pipe() {
    let command = ResumeCommand(
      program: "sine-tune", arguments: ["--params_file", "-"], sweep: "small-1")
    #expect(command.hint[0].contains("with the same search space on standard input"))
  }
}
