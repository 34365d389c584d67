import Literals

/// The command that goes on with a sweep, made from the words of the command that has run it.
struct ResumeCommand {
  let program: String
  /// The words behind the name of the program.
  let arguments: [String]
  /// The name of the sweep.
  let sweep: String

  /// Options that count once: the next run of the same command would begin another sweep, run failed
  /// trials yet again, or take trials from processes that have begun since.
  private static let once: Set = ["--fresh", "--retry_failed", "--take_over"]

  var line: String {
    var words = arguments.filter { !Self.once.contains($0) }
    let isNamed = arguments.contains { $0 == "--sweep" || $0.hasPrefix("--sweep=") }
    // Without its name the command may mean an older sweep that fits it as well.
    if arguments.contains("--fresh"), !isNamed {
      words += sweep.hasPrefix("-") ? ["--sweep=\(sweep)"] : ["--sweep", sweep]
    }
    return ShellWord.line([program] + words)
  }

  /// How to resume, in two lines; the second one is the command.
  var hint: [String] {
    let isPiped = arguments.contains { ["-", "--params_file=-", "/dev/stdin"].contains($0) }
    let space = isPiped ? " with the same search space on standard input" : ""
    return ["to resume, repeat the command\(space):", "  \(line)"]
  }
}
