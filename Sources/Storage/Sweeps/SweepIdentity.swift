import GRDB
import Search
import Trials

/// What has to stay the same for trials to be comparable: a sweep is found by it, and never mixed
/// with another.
///
/// The values of the space are no part of it, since a sweep may be enlarged; the searched names are.
struct SweepIdentity {
  private struct Fact: Hashable {
    let name: String
    let value: String
  }

  private let facts: [Fact]

  init(_ description: SweepDescription) {
    facts =
      Self.facts(
        model: description.model, dataset: description.dataset, digest: description.dataDigest,
        sampler: description.algorithm?.samplerName, seed: description.samplerSeed,
        metric: description.validMetric, direction: description.direction)
      + description.settings.map { Fact(name: "'\($0.name)'", value: $0.value) }
      + description.searched.map {
        Fact(name: "'\($0.name)'", value: Self.searched($0.domain.kind.rawValue))
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
      let name: String = try row.value("name", of: "setting")
      return Fact(name: "'\(name)'", value: try row.value("value", of: "setting"))
    }
    let parameters = try Row.fetchAll(
      db, sql: "SELECT name, kind FROM parameter WHERE sweep = ?", arguments: [id])
    facts += try parameters.map { row in
      let name: String = try row.value("name", of: "parameter")
      return Fact(name: "'\(name)'", value: Self.searched(try row.value("kind", of: "parameter")))
    }
    self.facts = facts
  }

  /// What is not as it was, one text each: `'embedding_size' was 64, is 128`.
  func differences(from old: SweepIdentity) -> [String] {
    let (before, now) = (old.values, values)
    // A sampler that nobody asked for is whatever the sweep has.
    let names = Set(before.keys).union(now.keys)
      .subtracting(now[Self.samplerName] == nil ? [Self.samplerName] : [])
    return names.sorted().compactMap { name in
      switch (before[name], now[name]) {
      case (let before?, let now?) where before == now: nil
      case (let before, let now): "\(name) was \(before ?? "not set"), is \(now ?? "not set")"
      }
    }
  }

  private var values: [String: String] {
    Dictionary(facts.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  private static func facts(
    model: String, dataset: String, digest: String, sampler: String?, seed: Int, metric: String,
    direction: Direction
  ) -> [Fact] {
    (sampler.map { [Fact(name: samplerName, value: $0)] } ?? []) + [
      Fact(name: "the model", value: model), Fact(name: "the dataset", value: dataset),
      Fact(name: "the data's digest", value: digest),
      Fact(name: "the sampler's seed", value: "\(seed)"), Fact(name: "the metric", value: metric),
      Fact(name: "the direction", value: direction.rawValue),
    ]
  }

  private static let samplerName = "the sampler"

  private static func searched(_ kind: String) -> String { "searched by \(kind)" }
}
