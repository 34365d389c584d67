import Foundation
import Literals
import TestSupport
import Testing

@testable import Recommender

/// The diagnostics of a configuration file and a command line. Lines that begin with `$` are the
/// command line.
private func diagnostics(_ text: String) -> [String] {
  let lines = text.components(separatedBy: "\n")
  let yaml = lines.filter { !$0.hasPrefix("$ ") }.joined(separator: "\n")
  let arguments = lines.filter { $0.hasPrefix("$ ") }.flatMap {
    $0.split(separator: " ").dropFirst()
  }
  do {
    let layers = try ConfigurationLayers(
      files: [ConfigurationFile(text: yaml + "\n", path: "c.yaml")],
      arguments: arguments.map(String.init))
    return try ConfigurationTemplate(layers).notes.map(\.description)
  } catch {
    return error.diagnostics.map(\.description)
  }
}

@Suite struct ConfigurationDiagnosticsTests {
  @Test("the table of wrong configurations is there")
  func present() {
    #expect(DiagnosticCase.load("configuration").count >= 45)
  }

  @Test(
    "a wrong configuration is an error at its place",
    arguments: DiagnosticCase.load("configuration"))
  func errors(example: DiagnosticCase) {
    #expect(diagnostics(example.text) == example.diagnostics)
  }

  @Test(
    "deep nesting is an error, not the end of the stack",
    arguments: ["[", "{a: ", "- ", "? ", "[{a: "])
  func depth(opening: String) {
    let deep = "epochs: \n  " + String(repeating: opening, count: 100_000)
    #expect(throws: InvalidInput.self) { try ConfigurationFile(text: deep, path: "c") }
  }

  @Test("aliases that multiply are an error and do not fill the memory")
  func aliases() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let references = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(references)]\n"
    }
    let error = #expect(throws: InvalidInput.self) { try ConfigurationFile(text: text, path: "c") }
    #expect(error?.description.contains("too large") == true)
  }

  @Test("control characters are no text")
  func binary() {
    let error = #expect(throws: InvalidInput.self) {
      try ConfigurationFile(text: "epochs: 1\nseed\u{1}: 2\n", path: "c")
    }
    #expect(
      error?.description == "c:2:5: error: 'c' is no text file: control characters are not allowed")
  }

  @Test("files that cannot be read are reported together")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let binary = folder.appending(path: "binary.yaml").path
    try Data([0xFF, 0xFE, 0x00]).write(to: URL(filePath: binary))
    let good = folder.appending(path: "good.yaml").path
    try Data("epochs: 7\n".utf8).write(to: URL(filePath: good))
    #expect(try ConfigurationFile.load(" \(good)  \(good) ").map(\.path) == [good, good])

    let missing = folder.appending(path: "missing.yaml").path
    let error = #expect(throws: InvalidInput.self) {
      try ConfigurationTemplate(
        configFiles: "\(missing) \(folder.path) \(binary) \(good)", arguments: ["--epochs"])
    }
    #expect(
      error?.diagnostics.map(\.description) == [
        "error: there is no configuration file '\(missing)'",
        "error: the configuration file '\(folder.path)' cannot be read",
        "error: '\(binary)' is no text file: it is not valid UTF-8",
        "error: '--epochs' needs a value; write --epochs=VALUE",
      ])
  }
}
