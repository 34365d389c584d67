import ArgumentParser
import Foundation
import Literals
import Storage
import Sweeps

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
    } catch let error as StorageError {
      Console.progress("error: \(error)\(hint(error).map { "; " + $0 } ?? "")")
      throw ExitCode.failure
    } catch {
      Console.progress("error: \(systemReason(error))")
      throw ExitCode.failure
    }
  }

  /// The option that helps.
  static func hint(_ error: StorageError) -> String? {
    switch error {
    case .missing: "run a sweep first, or name the file with --db"
    case .isFolder: "--db takes the name of a file"
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
