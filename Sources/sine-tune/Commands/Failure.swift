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
      Console.progress("error: \(reason(error))")
      throw ExitCode.failure
    }
  }

  /// An error in a few words: the system's own, where it comes from there.
  static func reason(_ error: any Error) -> String {
    guard let code = systemCode(error as NSError) else {
      let text = "\(error)"
      return text.hasPrefix("Error Domain=") ? error.localizedDescription : text
    }
    return String(cString: strerror(code)).lowercased()
  }

  private static func systemCode(_ error: NSError) -> Int32? {
    if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError
    return cause.flatMap(systemCode)
  }
}
