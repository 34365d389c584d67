import Foundation

/// The system's own word for an error, in lower case.
package func systemReason(_ error: any Error) -> String {
  func code(_ error: NSError) -> Int32? {
    if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
    return (error.userInfo[NSUnderlyingErrorKey] as? NSError).flatMap(code)
  }
  if let code = code(error as NSError) { return String(cString: strerror(code)).lowercased() }
  let text = "\(error)"
  return text.hasPrefix("Error Domain=") ? error.localizedDescription : text
}
