import ArgumentParser
import Storage

/// The option for the file of the results that a command reads.
struct DatabaseOption: ParsableArguments {
  @Option(help: ArgumentHelp("The file with the results.", valueName: "file"))
  var db = SweepOptions.defaultDatabase

  /// Opens the file for reading only, so that it does not disturb a running sweep.
  func open() throws -> ResultsDatabase { try Self.open(path: db) }

  static func open(path: String) throws -> ResultsDatabase {
    let notice = LockNotice()
    return try ResultsDatabase(path: path, access: .read) { notice.show($0) }
  }
}

/// The option for how much is written to standard error.
struct ProgressOptions: ParsableArguments {
  @Flag(help: "Writes nothing but the result, warnings and errors.")
  var quiet = false

  /// Lets the console obey the option. A command calls it before it writes anything.
  func apply() {
    if quiet { Console.silence() }
  }
}

/// The option for the number of threads of a trial.
struct ThreadOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads that a trial uses at most (default: the cores that no other trial needs).",
      valueName: "n"))
  var threads: Int?

  mutating func validate() throws {
    try Counts.check([("threads", threads)], atMost: Counts.mostWorkers)
  }
}
