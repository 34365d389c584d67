import ArgumentParser

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
