import GRDB
import Search
import Trials

/// What has to stay the same for trials to be comparable: a sweep is found by it, and never mixed
/// with another.
///
/// The values of the space are no part of it, since a sweep may be enlarged; the searched names are.
struct SweepIdentity {
  /// Something that is not as it was; nil if it was not set, or is not set any more.
  struct Difference: Hashable {
    let name: String
    let before: String?
    let now: String?

    /// `'embedding_size' was 64, is 128`
    var sentence: String { "\(quotedName) was \(before ?? "not set"), is \(now ?? "not set")" }

    /// `embedding_size 64 → 128`
    var arrow: String { "\(name) \(before ?? "not set") → \(now ?? "not set")" }

    /// A key of the configuration is quoted in a sentence; `the metric` is not.
    private var quotedName: String {
      SweepIdentity.words.contains(name) ? "the \(name)" : "'\(name)'"
    }
  }

  private struct Fact: Hashable {
    let name: String
    let value: String
  }

  private let facts: [Fact]

  init(_ description: SweepDescription) {
    facts =
      Self.facts(
        model: description.model, dataset: description.dataset, digest: description.dataDigest,
        sampler: description.wishes.algorithm?.samplerName, seed: description.samplerSeed,
        metric: description.validMetric, direction: description.direction)
      + description.settings.map { Fact(name: $0.name, value: $0.value) }
      + description.searched.map {
        Fact(name: $0.name, value: Self.searched($0.domain.kind.rawValue))
      }
  }

  /// Reads the identity of a sweep in the database.
  init(ofSweep id: Int64, in db: Database) throws {
    var facts: [Fact] = []
    if let row = try Row.fetchOne(db, sql: "SELECT * FROM sweep WHERE id = ?", arguments: [id]) {
      facts = try Self.facts(
        model: row.value("model", of: "sweep"), dataset: row.value("dataset", of: "sweep"),
        digest: row.value("dataDigest", of: "sweep"), sampler: row.value("sampler", of: "sweep"),
        seed: row.value("seed", of: "sweep"), metric: row.value("validMetric", of: "sweep"),
        direction: Direction(biggerIsBetter: row.value("biggerIsBetter", of: "sweep")))
    }
    let settings = try Row.fetchAll(
      db, sql: "SELECT name, value FROM setting WHERE sweep = ?", arguments: [id])
    facts += try settings.map { row in
      Fact(
        name: try row.value("name", of: "setting"), value: try row.value("value", of: "setting"))
    }
    let parameters = try Row.fetchAll(
      db, sql: "SELECT name, kind FROM parameter WHERE sweep = ?", arguments: [id])
    facts += try parameters.map { row in
      Fact(
        name: try row.value("name", of: "parameter"),
        value: Self.searched(try row.value("kind", of: "parameter")))
    }
    self.facts = facts
  }

  /// What is not as it was: keys of the configuration first, sorted by name.
  func differences(from old: SweepIdentity) -> [Difference] {
    let (before, now) = (old.values, values)
    // A sampler that nobody asked for is whatever the sweep has.
    let names = Set(before.keys).union(now.keys)
      .subtracting(now[Self.samplerName] == nil ? [Self.samplerName] : [])
    return names.sorted { Self.place(of: $0) < Self.place(of: $1) }
      .filter { before[$0] != now[$0] }
      .map { Difference(name: $0, before: before[$0], now: now[$0]) }
  }

  private static func place(of name: String) -> (Int, String) {
    (words.contains(name) ? 1 : 0, name)
  }

  private var values: [String: String] {
    Dictionary(facts.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  private static func facts(
    model: String, dataset: String, digest: String, sampler: String?, seed: Int, metric: String,
    direction: Direction
  ) -> [Fact] {
    (sampler.map { [Fact(name: samplerName, value: $0)] } ?? []) + [
      Fact(name: "model", value: model), Fact(name: "dataset", value: dataset),
      Fact(name: "data's digest", value: digest),
      Fact(name: "sampler's seed", value: "\(seed)"), Fact(name: "metric", value: metric),
      Fact(name: "direction", value: direction.rawValue),
    ]
  }

  private static let samplerName = "sampler"

  /// The names of facts that are no keys of the configuration.
  private static let words: Set = [
    "model", "dataset", "data's digest", samplerName, "sampler's seed", "metric", "direction",
  ]

  private static func searched(_ kind: String) -> String { "searched by \(kind)" }
}
