import Foundation
import TestSupport
import Testing

/// Imports point one way: the table of README.md, checked file by file.
@Suite struct ArchitectureTests {
  /// The modules that each target may import beside the standard library, read from the table of
  /// README.md. A row has the name of the target first and its imports last.
  private static let table: [String: Set<String>] = {
    let file = Fixture.repository.appending(path: "README.md")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n")
    let head = lines.firstIndex { $0.hasPrefix("| target |") } ?? lines.endIndex
    var table: [String: Set<String>] = [:]
    for line in lines[head...].dropFirst(2).prefix(while: { $0.hasPrefix("|") }) {
      let cells = line.split(separator: "|").map { cell in
        cell.split { " `,".contains($0) }.map(String.init)
      }
      guard let target = cells.first?.first, let imports = cells.last else { continue }
      table[target] = Set(imports).subtracting(["none"])
    }
    return table
  }()

  private static let sources = Fixture.repository.appending(path: "Sources")

  /// The modules whose names depend on the platform, with the name in the table.
  private static let aliases = [
    "Glibc": "libm", "Musl": "libm", "Darwin": "libm", "FoundationEssentials": "Foundation",
  ]

  @Test("Every target under Sources has its row in the table, and every row its target")
  func targets() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
    #expect(folders.sorted() == Self.table.keys.sorted())
  }

  @Test("A target imports only what the table allows", arguments: table.keys.sorted())
  func imports(target: String) throws {
    let allowed = try #require(Self.table[target])
    let folder = Self.sources.appending(path: target)
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    for name in names.sorted() where name.hasSuffix(".swift") {
      let text = String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
      for module in importedModules(of: text) {
        let known = Self.aliases[module] ?? module
        #expect(allowed.contains(known), "\(target)/\(name) imports \(module)")
      }
    }
  }

  @Test("Only Storage knows GRDB, only the command knows ArgumentParser")
  func onlyImporters() {
    for (module, importer) in [("GRDB", "Storage"), ("ArgumentParser", "sine-tune")] {
      let importers = Self.table.filter { $0.value.contains(module) }.map(\.key)
      #expect(importers == [importer])
    }
  }

  @Test("Imports are found behind attributes and kinds, and not in texts")
  func parsing() {
    let text = #"""
      import A
      @preconcurrency import B
        @testable package import C.D
      import struct E.F
      // import G
      let script = """
        import H, I
        """
      import J
      """#
    #expect(importedModules(of: text) == ["A", "B", "C", "E", "J"])
  }

  private func importedModules(of text: String) -> [String] {
    let kinds: Set = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
    var isInString = false
    return text.split(separator: "\n").compactMap { line in
      // A text between three quotes may hold imports of another language.
      if line.split(separator: "\"\"\"", omittingEmptySubsequences: false).count.isMultiple(of: 2) {
        isInString.toggle()
      }
      if isInString { return nil }
      let words = line.split(separator: " ")
      guard let keyword = words.firstIndex(of: "import") else { return nil }
      let isDeclaration = words[..<keyword].allSatisfy { word in
        word.hasPrefix("@") || ["package", "public", "internal", "private"].contains(word)
      }
      guard isDeclaration else { return nil }
      let module = words[(keyword + 1)...].first { !kinds.contains(String($0)) }
      return module.flatMap { $0.split(separator: ".").first }.map(String.init)
    }
  }
}
