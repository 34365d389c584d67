import ArgumentParser
import Storage

/// The results that a command reads.
struct DatabaseOption: ParsableArguments {
  @Option(help: ArgumentHelp("The file with the results.", valueName: "file"))
  var db = SweepOptions.defaultDatabase

  /// Opens the file for reading only: a sweep that is running is not disturbed.
  func open() throws -> ResultsDatabase {
    try ResultsDatabase(path: db, access: .read)
  }
}

/// How many threads one trial may use.
struct ThreadOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads that a trial uses at most (default: the cores that no other trial needs).",
      valueName: "n"))
  var threads: Int?

  mutating func validate() throws {
    if let threads, threads < 1 {
      throw ValidationError("'--threads' is at least 1, found \(threads)")
    }
  }
}
