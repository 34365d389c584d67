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
