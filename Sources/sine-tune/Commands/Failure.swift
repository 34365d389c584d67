import ArgumentParser
import Foundation
import Literals
import Search
import Storage
import Sweeps

/// Reports the errors of a command to standard error and ends it with exit code 1, or with 64 if the
/// command line is wrong.
enum Failure {
  /// Does the work of a command and reports the error that it throws.
  ///
  /// ArgumentParser would write `Error:` in front of it, and show only one diagnostic.
  static func reported(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let exit as ExitCode {
      throw exit
    } catch let error as InvalidInput {
      Console.report(error.diagnostics)
      throw error.isUsage ? ExitCode.validationFailure : ExitCode.failure
    } catch let error as SearchConflicts {
      Console.report(error.conflicts.map(diagnostic))
      throw ExitCode.validationFailure
    } catch is Console.NobodyReads {
      // As if the write had ended the process, which it usually does.
      throw ExitCode(128 + SIGPIPE)
    } catch let error as StorageError {
      Console.error("error: \(error)\(hint(error).map { "; " + $0 } ?? "")")
      throw ExitCode.failure
    } catch {
      Console.error("error: \(systemReason(error))")
      throw ExitCode.failure
    }
  }

  /// Returns a message about options that do not fit together.
  private static func diagnostic(_ conflict: SearchConflicts.Conflict) -> Diagnostic {
    let message =
      conflict.option.map { "'--\($0)' does not fit: \(conflict.message)" }
      ?? "\(conflict.message); '--max_epochs_total' or '--max_evals' is missing"
    return Diagnostic(.error, message, isUsage: true)
  }

  /// Returns what the user can do about an error, such as the option that helps; nil for nothing.
  static func hint(_ error: StorageError) -> String? {
    switch error {
    case .missing: "run a sweep first, or name the file with --db"
    case .isFolder, .notAFile: "--db takes the name of a file"
    case .notADatabase, .foreign: "name another file with --db"
    case .damaged: "restore it, or name another file with --db"
    case .noWriteAheadLog: "name a local file with --db"
    case .noSweep: "run one first, or name another file with --db"
    case .sweepDiffers: "start another with --sweep NAME"
    case .dataDiffers: "bring them back, or start another sweep with --fresh"
    case .sweepExists: "--fresh needs a new name, or none"
    case .inUse: "if that process is gone, take its trials over with --take_over"
    case .newerVersion, .cannotCreateFolder, .cannotOpen, .readOnly, .diskFull, .diskFailed,
      .locked, .vanished, .unknownSweep, .failed:
      nil
    }
  }
}
