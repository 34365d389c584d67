import ArgumentParser
import Literals

/// Wrong usage that ArgumentParser has found, in the words of this program.
struct WrongUsage<Command: ParsableCommand> {
  private let diagnostics: [Diagnostic]

  /// - Parameter message: what ArgumentParser says about it.
  init(of command: Command.Type, _ arguments: [String], message: String) {
    // ArgumentParser suggests options that have little in common with the mistyped one.
    let unknown =
      SineTune.takesKeys(command) ? [] : WordAdvice(for: command).problems(with: arguments)
    diagnostics =
      unknown.isEmpty ? [Diagnostic(.error, Self.sentence(message), isUsage: true)] : unknown
  }

  /// Writes what is wrong to standard error, and ends the program.
  func report() -> Never {
    Console.report(diagnostics)
    let usage = Command.configuration.usage ?? Command.usageString()
    let lines = usage.split(separator: "\n")
    for (line, head) in zip(lines, ["Usage: "] + Array(repeating: "       ", count: lines.count)) {
      Console.error(head + line)
    }
    Console.error("'\(SineTune.title(of: Command.self)) --help' explains every option")
    Command.exit(withError: ExitCode.validationFailure)
  }

  /// Brings a message into the form of a diagnostic, and says what the value of an option has to be.
  private static func sentence(_ message: String) -> String {
    let first = message.prefix { !$0.isNewline }
    let text = first.prefix(1).lowercased() + first.dropFirst()
    guard let match = text.firstMatch(of: /is invalid for '--\S+ <(\w+)>'$/),
      let kind = kinds[String(match.1)]
    else { return text }
    return "\(text); it takes \(kind)"
  }

  /// What the placeholders in the help stand for.
  private static var kinds: [String: String] {
    [
      "n": "a whole number", "seconds": "a number of seconds",
      "time": "a time such as 90s, 15m or 2h", "size": "a size such as 512M or 8G",
      "trial": "the number of a trial",
    ]
  }
}
