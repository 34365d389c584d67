import Foundation

/// What standard error is connected to.
struct Terminal {
  struct Size: Equatable {
    var columns = 80
    var rows = 24
  }

  /// True where lines can be redrawn: a terminal, and none that calls itself dumb.
  static func canRedraw(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    guard isatty(STDERR_FILENO) == 1 else { return false }
    let term = environment["TERM"] ?? ""
    return !term.isEmpty && term != "dumb"
  }

  /// True where colour is welcome: see no-color.org.
  static func wantsColour(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    canRedraw(environment: environment) && (environment["NO_COLOR"] ?? "").isEmpty
  }

  /// The size as it is now. It is asked for at each redraw, which makes a handler for the signal
  /// of a resized window unnecessary.
  static var size: Size {
    var window = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else {
      return Size()
    }
    return Size(columns: Int(window.ws_col), rows: window.ws_row > 0 ? Int(window.ws_row) : 24)
  }
}
