import Testing

@testable import Sweeps

@Suite struct SweepNameTests {
  private func folder(
    _ sweep: String, database: String = "results.db", files: Set<String> = []
  ) -> String {
    SweepName.folder(of: sweep, database: database) { files.contains($0) }
  }

  @Test(
    "Usual names are folders as they were, beside every database",
    arguments: [
      ("ml-100k-1", "ml-100k-1"), ("a b/c", "a%20b%2Fc"), ("..", "%2E."), (".x", "%2Ex"),
      ("v1.0", "v1.0"), ("é", "%C3%A9"), ("100%", "100%25"),
    ])
  func usual(name: String, expected: String) {
    #expect(folder(name) == expected)
    #expect(folder(name, database: "other.db") == "other.db." + expected)
  }

  @Test("No folder has the name of a file beside the database, or of another database's folder")
  func collisions() {
    for name in [
      "results.db", "results.db-wal", "results.db-shm", "results.db-journal", "results.db.lock",
    ] {
      #expect(folder(name) == "~" + name)
    }
    #expect(folder("notes", files: ["notes"]) == "~notes")
    #expect(folder("bak", database: "other.db", files: ["other.db.bak"]) == "other.db.~bak")
    // The sweep 'x' of other.db has the folder 'other.db.x'.
    #expect(folder("other.db.x", files: ["other.db"]) == "~other.db.x")
    #expect(folder("x", database: "other.db", files: ["other.db"]) == "other.db.x")
    #expect(folder("") == "~")
  }

  @Test("Long names are cut to what file systems take, and stay apart")
  func long() {
    let names = ["n", "é", "漢"].flatMap { letter in
      [60, 200, 255, 256, 5_000].map { String(repeating: letter, count: $0) }
    }
    let all = names + names.map { $0 + "x" }
    let folders = all.flatMap { name in
      ["results.db", "other.db", String(repeating: "d", count: 255)].map {
        folder(name, database: $0)
      }
    }
    #expect(folders.allSatisfy { $0.utf8.count <= 255 && !$0.contains("/") })
    #expect(Set(folders).count == folders.count)
    #expect(folder(String(repeating: "n", count: 255)) == String(repeating: "n", count: 255))
  }

  @Test(
    "A new name is one short line",
    arguments: [
      ("", "takes a name, found an empty one"),
      (String(repeating: "x", count: 201), "takes a name of at most 200 characters, found 201"),
      ("a\nb: 1", #"takes a name in one line without control characters, found '\n' in 'a\nb: 1'"#),
      (
        "\u{1B}[31m",
        #"takes a name in one line without control characters, found '\x1b' in '\x1b[31m'"#
      ),
      (
        "\u{202E}a",
        #"takes a name in one line without control characters, found '\u202e' in '\u202ea'"#
      ),
      ("ml-100k-1", nil), ("-x", nil), ("it's 漢 👩‍👩‍👧", nil), (String(repeating: "x", count: 200), nil),
    ])
  func problems(name: String, expected: String?) {
    #expect(SweepName.problem(name) == expected)
  }
}
