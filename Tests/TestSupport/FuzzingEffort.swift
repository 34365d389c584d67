import Foundation

/// How many damaged inputs the tests try.
///
/// A few hundred of each kind, so that the suite stays fast; `SINE_TUNE_FUZZING=full` asks for as
/// many as a release has to survive. The same seeds make the same inputs every time.
package enum FuzzingEffort {
  package static let isFull = ProcessInfo.processInfo.environment["SINE_TUNE_FUZZING"] == "full"

  package static func count(_ usual: Int, full: Int) -> Int { isFull ? full : usual }
}
