import ArgumentParser
import Foundation
import Literals

/// How a command fails: what is wrong goes to standard error, the exit code is 1.
enum Failure {
  /// Runs a command's work and reports what it throws.
  ///
  /// ArgumentParser would put its own `Error:` in front and lose all but one diagnostic.
  static func reported(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let exit as ExitCode {
      throw exit
    } catch let error as InvalidInput {
      Console.report(error.diagnostics)
      throw ExitCode.failure
    } catch {
      Console.progress("error: \(text(of: error))")
      throw ExitCode.failure
    }
  }

  private static func text(of error: any Error) -> String {
    let text = "\(error)"
    // Foundation's errors describe themselves in many lines; their localised text is one.
    return text.hasPrefix("Error Domain=") ? error.localizedDescription : text
  }
}
