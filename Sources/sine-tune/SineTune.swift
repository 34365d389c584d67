import ArgumentParser
import Foundation
import Literals

/// The program, which runs a sweep or one of the subcommands.
@main
struct SineTune {
  static let name = "sine-tune"
  static let version = "0.4.0"

  /// The commands that begin with a word. Arguments without such a word belong to a sweep.
  static let subcommands: [any ParsableCommand.Type] = [
    TrainCommand.self, StatusCommand.self, BestCommand.self, VerifyCommand.self,
    BenchCommand.self, PrepareCommand.self, ReplayCommand.self, WhyCommand.self,
  ]

  /// Every command, that of a sweep first.
  static var commands: [any ParsableCommand.Type] { [SweepCommand.self] + subcommands }

  /// Returns the subcommand of a name; nil if there is none.
  static func subcommand(named name: String) -> (any ParsableCommand.Type)? {
    subcommands.first { $0.configuration.commandName == name }
  }

  /// Returns a command as a user types it: `sine-tune best`.
  static func title(of command: any ParsableCommand.Type) -> String {
    let word = command.configuration.commandName ?? name
    return word == name ? name : "\(name) \(word)"
  }

  /// Returns whether a command takes RecBole's keys as free arguments.
  static func takesKeys(_ command: any ParsableCommand.Type) -> Bool {
    command is any TakesKeys.Type
  }

  static func main() {
    StandardStreams.prepare()
    reportLostPages()
    if let problem = SystemDemands.unmet() { refuse(problem) }
    do throws(InvalidInput) {
      let invocation = try Invocation(Array(CommandLine.arguments.dropFirst()))
      run(invocation.command, invocation.arguments)
    } catch {
      Console.report(error.diagnostics)
      Foundation.exit(ExitCode.validationFailure.rawValue)
    }
  }

  /// Whether a command only reads the results, and makes no threads.
  private static func reads(_ command: any ParsableCommand.Type) -> Bool {
    command == StatusCommand.self || command == BestCommand.self
  }

  private static func refuse(_ problem: String) -> Never {
    Console.error("error: \(problem)")
    Foundation.exit(ExitCode.failure.rawValue)
  }

  /// Ends the program with an error if a memory-mapped file cannot be read or written: SQLite's index on a
  /// full disk, or data that another process has cut short. Everything committed stays.
  private static func reportLostPages() {
    signal(SIGBUS) { _ in
      let message: StaticString = """
        error: a file cannot be read or written: its disk is full or failing, or it was cut short; \
        repeat the command once it is well

        """
      _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
      _exit(1)
    }
  }

  private static func run(_ type: any ParsableCommand.Type, _ arguments: [String]) {
    func run<Command: ParsableCommand>(_ type: Command.Type) {
      do {
        var command = try type.parseAsRoot(arguments)
        if !reads(type), let problem = SystemDemands.unmetByThreads() { refuse(problem) }
        try command.run()
      } catch {
        let message = type.message(for: error)
        if type.exitCode(for: error) == .validationFailure, !message.isEmpty {
          WrongUsage(of: type, arguments, message: message).report()
        }
        type.exit(withError: error)
      }
    }
    run(type)
  }

  /// The program as the user can type it: a path relative to the current folder if the program lies below
  /// it, and otherwise what the user has typed.
  static var program: String {
    let typed = CommandLine.arguments.first ?? name
    let folder = FileManager.default.currentDirectoryPath + "/"
    return typed.hasPrefix(folder) ? String(typed.dropFirst(folder.count)) : typed
  }
}
