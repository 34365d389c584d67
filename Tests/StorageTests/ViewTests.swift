import GRDB
import Literals
import Search
import Testing
import Trials
import Tuning

@testable import Storage

@Suite struct ViewTests {
  private static let head = ["sweep", "trial", "state"]
  private static let facts = ["seed", "valid_score", "best_epoch", "epochs", "seconds", "kernels"]

  @Test("results is one row a trial: searched parameters, facts, validation and test metrics")
  func results() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    let columns =
      Self.head + ["learning_rate", "interest_size"] + Self.facts
      + ["valid_mrr_10", "valid_ndcg_10", "test_mrr_10", "test_ndcg_10"]
    #expect(try database.columns(of: "results") == columns)
    try sweep.runTrial(scores: [0.25, 0.5, 0.125])
    try sweep.runTrial(scores: [1, 0.5])
    #expect(
      try database.rows(
        """
        SELECT sweep, trial, state, learning_rate, interest_size, seed, valid_score, best_epoch,
          epochs, seconds > 0, kernels, valid_mrr_10, valid_ndcg_10, test_mrr_10, test_ndcg_10
        FROM results ORDER BY valid_score DESC LIMIT 5
        """) == [
          "ml-100k-1|1|complete|0.01|8|1|1.0|0|2|1|avx2|1.0|1.1|0.25|0.75",
          "ml-100k-1|0|complete|0.01|4|1|0.5|1|3|1|avx2|0.5|0.6|0.25|0.75",
        ])
  }

  @Test("A metric or a parameter that was not met before brings its column")
  func newColumns() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep()
    description.metrics = []
    let sweep = try database.openSweep(description)
    #expect(
      try database.columns(of: "results")
        == Self.head + ["learning_rate", "interest_size"] + Self.facts)
    try sweep.runTrial()
    #expect(try database.columns(of: "results").suffix(4).first == "valid_mrr_10")

    var other = sampleSweep(name: "other")
    other.space = SearchSpace([.init(name: "tau_ratio", domain: .uniform(low: 0, high: 1))])
    let second = try database.openSweep(other)
    let point = Point([.init(name: "tau_ratio", value: .real(0.5))])
    #expect(try second.claim(point, seed: 3)?.trial.number == 0)
    #expect(
      try database.columns(of: "results").prefix(6)
        == Self.head + ["learning_rate", "interest_size", "tau_ratio"])
    #expect(
      try database.rows("SELECT sweep, trial, learning_rate, tau_ratio FROM results ORDER BY sweep")
        == ["ml-100k-1|0|0.01|NULL", "other|0|NULL|0.5"])
  }

  @Test("Parameters keep their types in SQL")
  func types() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let values: [Literal] = [
      .integer(3), .real(0.5), .string("it's"), .bool(true), .none, .list([.integer(5)]),
    ]
    var description = sampleSweep()
    description.space = SearchSpace([.init(name: "x", domain: .choice(values))])
    let sweep = try database.openSweep(description)
    for _ in values { try sweep.runTrial() }
    #expect(
      try database.rows("SELECT x, typeof(x) FROM results ORDER BY trial") == [
        "3|integer", "0.5|real", "it's|text", "1|integer", "NULL|null", "[5]|text",
      ])
    #expect(
      try database.rows("SELECT text FROM trialParameter ORDER BY trial")
        == ["3", "0.5", "'it\\'s'", "True", "None", "[5]"])
  }

  @Test("A column's title never clashes, whatever a parameter or a metric is called")
  func titles() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep()
    description.space = SearchSpace(
      ["epochs", "SEED", "a\"b", "valid_hit_10"].map {
        .init(name: $0, domain: .choice([.integer(1)]))
      })
    description.metrics = ["hit@10", "hit_10", "score"]
    let sweep = try database.openSweep(description)
    try sweep.runTrial()
    let columns = try database.columns(of: "results")
    #expect(columns[3...6] == ["param_epochs", "param_SEED", "a\"b", "valid_hit_10"])
    #expect(columns.contains("valid_hit_10_2") && columns.contains("valid_hit_10_3"))
    #expect(columns.contains("valid_score_2"))
    #expect(Set(columns.map { $0.lowercased() }).count == columns.count)
    #expect(try database.rows("SELECT count(*) FROM results") == ["1"])
  }

  @Test("Thousands of metrics leave views that SQLite accepts")
  func manyMetrics() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep()
    description.metrics = (1...1_100).map { "hit@\($0)" }
    try database.openSweep(description).runTrial()
    #expect(try database.rows("SELECT trial, state FROM results") == ["0|complete"])
    #expect(try database.columns(of: "results").count > 1_800)
  }

  @Test("curve is one row an epoch, with every validation metric")
  func curve() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial(scores: [0.25, nil, 0.5])
    #expect(
      try database.columns(of: "curve") == [
        "sweep", "trial", "epoch", "loss", "valid_score", "seconds", "valid_mrr_10",
        "valid_ndcg_10",
      ])
    #expect(
      try database.rows("SELECT * FROM curve ORDER BY epoch") == [
        "ml-100k-1|0|0|9.0|0.25|1.75|0.25|0.35",
        "ml-100k-1|0|1|9.0|NULL|1.75|NULL|NULL",
        "ml-100k-1|0|2|9.0|0.5|1.75|0.5|0.6",
      ])
  }

  @Test("failure tells what failed and why")
  func failure() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    try sweep.runTrial()
    try sweep.runTrial(
      end: .failed(.outOfMemory, message: "no \"memory\""))
    #expect(
      try database.columns(of: "failure") == ["sweep", "trial", "reason", "message", "parameters"])
    #expect(
      try database.rows("SELECT * FROM failure") == [
        "ml-100k-1|1|out_of_memory|no \"memory\"|{\"interest_size\": 8, \"learning_rate\": 0.01}"
      ])
  }
}
