import ArgumentParser
import Foundation

/// The program: a sweep, or one of the subcommands.
@main
struct SineTune {
  static let name = "sine-tune"
  static let version = "0.2.0"

  /// The commands that begin with a word; without one the arguments are a sweep's.
  static let subcommands: [any ParsableCommand.Type] = [
    TrainCommand.self, StatusCommand.self, BestCommand.self, VerifyCommand.self,
    BenchCommand.self,
  ]

  /// Chooses the command by the first word.
  ///
  /// ArgumentParser's own dispatch does not fit: the sweep takes RecBole's keys as free arguments,
  /// and would swallow the name of a subcommand as one of them.
  static func main() {
    // A write beyond a file size limit is an error to report, not a reason to be killed.
    signal(SIGXFSZ, SIG_IGN)
    reportLostPages()
    var arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "help" {
      arguments = Array(arguments.dropFirst().prefix(1)) + ["--help"]
    }
    let command = subcommands.first { $0.configuration.commandName == arguments.first }
    if command != nil { arguments.removeFirst() }
    run(command ?? SweepCommand.self, arguments)
  }

  /// Ends the program in one line where a file that is read or written through memory cannot be:
  /// SQLite's index on a full disk, data that others cut short. What was committed stays.
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
    func run<Command: ParsableCommand>(_ type: Command.Type) { type.main(arguments) }
    run(type)
  }

  /// The program as the user can type it: relative to the current folder if it lies below it, its
  /// bare name if the shell found it.
  static var program: String {
    let typed = CommandLine.arguments.first ?? name
    let folder = FileManager.default.currentDirectoryPath + "/"
    return typed.hasPrefix(folder) ? String(typed.dropFirst(folder.count)) : typed
  }
}
