import ArgumentParser
import Foundation

/// The program, which runs a sweep or one of the subcommands.
@main
struct SineTune {
  static let name = "sine-tune"
  static let version = "0.2.0"

  /// The commands that begin with a word. Arguments without such a word belong to a sweep.
  static let subcommands: [any ParsableCommand.Type] = [
    TrainCommand.self, StatusCommand.self, BestCommand.self, VerifyCommand.self,
    BenchCommand.self,
  ]

  /// Chooses the command by the first word, and runs it.
  ///
  /// ArgumentParser cannot choose here: the sweep takes RecBole's keys as free arguments, and would take
  /// the name of a subcommand as one of them.
  static func main() {
    // A write beyond the file size limit then fails with an error instead of killing the process.
    signal(SIGXFSZ, SIG_IGN)
    reportLostPages()
    if let problem = SystemDemands.unmet() {
      Console.progress("error: \(problem)")
      exit(1)
    }
    var arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "help" {
      arguments = Array(arguments.dropFirst().prefix(1)) + ["--help"]
    }
    let command = subcommands.first { $0.configuration.commandName == arguments.first }
    if command != nil { arguments.removeFirst() }
    run(command ?? SweepCommand.self, arguments)
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
    func run<Command: ParsableCommand>(_ type: Command.Type) { type.main(arguments) }
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
