import Foundation
import Synchronization

/// A child process whose output goes to files, so that no pipe can fill up and block it.
///
/// The process is killed after its deadline, by its own process id. The deadline only ends a hang, and is
/// far off because the machine may be busy. A suite that starts processes is `.startsProcesses`.
package final class RunningCommand: Sendable {
  package struct TooSlow: Error, CustomStringConvertible {
    package let description: String
  }

  private let exit = ExitStatus()
  private let process = Process()
  private let deadline: Duration
  /// The folder of the output, which lives as long as the command.
  private let scratch: TemporaryFolder

  /// Starts an executable. Its standard error goes to the handle, if one is given.
  package init(
    _ executable: URL, _ arguments: [String], in folder: TemporaryFolder,
    environment: [String: String] = [:], deadline: Duration = .seconds(1200),
    standardError: FileHandle? = nil
  ) throws {
    self.deadline = deadline
    scratch = try TemporaryFolder()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.environment = ProcessInfo.processInfo.environment
      .merging(["TERM": "dumb"]) { $1 }
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let output = try FileHandle(forWritingTo: scratch.write("", to: "output"))
    let errors = try standardError ?? FileHandle(forWritingTo: scratch.write("", to: "errors"))
    process.standardOutput = output
    process.standardError = errors
    process.terminationHandler = { [exit] process in
      let isSignal = process.terminationReason == .uncaughtSignal
      exit.resolve(isSignal ? 128 + process.terminationStatus : process.terminationStatus)
    }
    try process.run()
    let seconds = Double(deadline.components.seconds)
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [exit, process] in
      if exit.expire() { kill(process.processIdentifier, SIGKILL) }
    }
  }

  /// Sends a signal if the process still runs, and returns whether it does.
  @discardableResult
  package func signal(_ number: Int32) -> Bool {
    process.isRunning && kill(process.processIdentifier, number) == 0
  }

  /// The text that the process has written to standard error so far.
  package var errorsSoFar: String { text("errors") }

  /// Waits until a condition holds or the process has ended. Returns whether the condition holds.
  package func waits(until condition: () throws -> Bool) async throws -> Bool {
    while true {
      if try condition() { return true }
      if !process.isRunning { return try condition() }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Waits for the end of the process.
  package func result() async throws -> CommandResult {
    guard let status = await exit.value() else {
      throw TooSlow(description: "not done in \(deadline): \(process.arguments ?? [])")
    }
    return CommandResult(status: status, output: text("output"), errors: text("errors"))
  }

  private func text(_ name: String) -> String {
    (try? scratch.text(of: name)) ?? ""
  }
}

/// The exit code of a process, which is not known yet or is never known because the deadline has passed.
private final class ExitStatus: Sendable {
  private struct State {
    var isExpired = false
    var status: Int32?
    var waiting: [CheckedContinuation<Int32?, Never>] = []
  }

  private let state = Mutex(State())

  func resolve(_ status: Int32) {
    let (waiting, value) = state.withLock { state in
      state.status = status
      defer { state.waiting = [] }
      return (state.waiting, state.isExpired ? nil : status)
    }
    for continuation in waiting { continuation.resume(returning: value) }
  }

  /// Marks the deadline as passed. Returns false if the process had ended before.
  func expire() -> Bool {
    state.withLock { state in
      guard state.status == nil else { return false }
      state.isExpired = true
      return true
    }
  }

  func value() async -> Int32? {
    await withCheckedContinuation { continuation in
      let known: Int32?? = state.withLock { state in
        guard let status = state.status else {
          state.waiting.append(continuation)
          return .none
        }
        return .some(state.isExpired ? nil : status)
      }
      if let known { continuation.resume(returning: known) }
    }
  }
}
