import Foundation

/// Returns what the system says about an error, in lower case: `no such file or directory`.
package func systemReason(_ error: any Error) -> String {
  if let code = systemCode(error) { return String(cString: strerror(code)).lowercased() }
  let text = "\(error)"
  return text.hasPrefix("Error Domain=") ? error.localizedDescription : text
}

/// Returns the number of the system's error, such as `ENOSPC`; nil if it is no error of the system.
package func systemCode(_ error: any Error) -> Int32? {
  func code(_ error: NSError) -> Int32? {
    if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
    return (error.userInfo[NSUnderlyingErrorKey] as? NSError).flatMap(code)
  }
  return code(error as NSError)
}
