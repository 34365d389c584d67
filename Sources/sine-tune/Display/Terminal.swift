import Foundation

/// The terminal that standard error may be connected to.
struct Terminal {
  struct Size: Equatable, Sendable {
    var columns = 80
    var rows = 24
  }

  /// Returns whether lines can be redrawn: on a terminal that does not call itself dumb.
  static func canRedraw(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    guard isatty(STDERR_FILENO) == 1 else { return false }
    let term = environment["TERM"] ?? ""
    return !term.isEmpty && term != "dumb"
  }

  /// Returns whether lines may be coloured; see no-color.org.
  static func wantsColour(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    canRedraw(environment: environment) && (environment["NO_COLOR"] ?? "").isEmpty
  }

  /// The current size; 80 × 24 if it is not known. Every redraw asks for it, so no signal handler for a
  /// resized window is needed.
  static var size: Size {
    var window = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else {
      return Size()
    }
    return Size(columns: Int(window.ws_col), rows: window.ws_row > 0 ? Int(window.ws_row) : 24)
  }
}
