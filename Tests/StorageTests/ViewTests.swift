import GRDB
import Literals
import Search
import Testing
import Trials
import Tuning

@testable import Storage

@Suite struct ViewTests {
  private static let facts = [
    "sweep", "trial", "state", "purpose", "metric", "dataset", "seed", "valid_score", "best_epoch",
    "epochs",
    "seconds", "started", "ended", "kernels",
  ]

  @Test("results is one row a trial: facts, searched parameters, validation and test metrics")
  func results() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    let columns =
      Self.facts + ["interest_size", "learning_rate"]
      + ["valid_mrr_10", "valid_ndcg_10", "test_mrr_10", "test_ndcg_10"]
    #expect(try database.columns(of: "results") == columns)
    try sweep.runTrial(scores: [0.25, 0.5, 0.125])
    try sweep.runTrial(scores: [1, 0.5])
    #expect(
      try database.rows(
        """
        SELECT sweep, trial, state, learning_rate, interest_size, seed, valid_score, best_epoch,
          epochs, ended >= started, kernels, metric, dataset, valid_mrr_10, valid_ndcg_10, test_mrr_10, test_ndcg_10
        FROM results ORDER BY valid_score DESC LIMIT 5
        """) == [
          "ml-100k-1|1|complete|0.01|8|1|1.0|0|2|1|avx2|mrr@10|ml-100k|1.0|1.1|0.25|0.75",
          "ml-100k-1|0|complete|0.01|4|1|0.5|1|3|1|avx2|mrr@10|ml-100k|0.5|0.6|0.25|0.75",
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
        == Self.facts + ["interest_size", "learning_rate"])
    try sweep.runTrial()
    #expect(try database.columns(of: "results").suffix(4).first == "valid_mrr_10")

    var other = sampleSweep(name: "other")
    other.space = SearchSpace([.init(name: "tau_ratio", domain: .uniform(low: 0, high: 1))])
    let second = try database.openSweep(other)
    let point = Point([.init(name: "tau_ratio", value: .real(0.5))])
    #expect(try second.claim(point, seed: 3)?.trial.number == 0)
    #expect(
      try database.columns(of: "results").prefix(17)
        == Self.facts + ["interest_size", "learning_rate", "tau_ratio"])
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
    #expect(columns[14...17] == ["param_SEED", "a\"b", "param_epochs", "valid_hit_10"])
    #expect(columns.contains("valid_hit_10_2") && columns.contains("valid_hit_10_3"))
    #expect(columns.contains("valid_score_2"))
    #expect(Set(columns.map { $0.lowercased() }).count == columns.count)
    #expect(try database.rows("SELECT count(*) FROM results") == ["1"])
  }

  @Test(
    "A parameter that another sweep searches shows the value that a sweep has fixed, by its type")
  func fixedValues() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let values: [(name: String, literal: Literal, sql: String)] = [
      ("a", .integer(64), "64|integer"), ("b", .real(1e-5), "1e-05|real"),
      ("c", .none, "NULL|null"),
      ("d", .string("it's"), "it's|text"), ("e", .bool(true), "1|integer"),
      ("f", .list([.integer(5)]), "[5]|text"),
    ]
    let fixed = sampleSweep(
      settings: Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.literal.description) }))
    try database.openSweep(fixed).runTrial()
    var searching = sampleSweep(name: "searching")
    searching.space = SearchSpace(
      values.map { .init(name: $0.name, domain: .choice([.none, .integer(1)])) })
    try database.openSweep(searching).runTrial()
    for (name, _, sql) in values {
      #expect(
        try database.rows("SELECT \(name), typeof(\(name)) FROM results ORDER BY sweep")
          == [sql, "NULL|null"])
    }
    #expect(try database.rows("SELECT sum(learning_rate IS NULL) FROM results") == ["1"])
  }

  @Test("Old settings get the types that new ones have")
  func typesOfOldSettings() throws {
    let file = try OldFile("format2-seeds")
    let database = try ResultsDatabase(path: file.path)
    for row in try database.read({ try Row.fetchAll($0, sql: "SELECT * FROM setting") }) {
      let typed: DatabaseValue = row["typed"]
      #expect(typed == (try Literal(parsing: row["value"] as String)).databaseValue)
    }
    #expect(
      try database.rows("SELECT typeof(typed) FROM setting WHERE name = 'weight_decay'") == ["real"]
    )
  }

  @Test("The order of columns does not depend on what was there first")
  func order() throws {
    let names = ["tau_ratio", "learning_rate", "interest_size"]
    let metrics = ["ndcg@10", "mrr@5", "ndcg@5", "mrr@20", "mrr@10"]
    func columns(_ orders: [(parameters: [String], metrics: [String])]) throws -> [String] {
      let database = try ResultsDatabase(inMemoryOwnedBy: .current)
      for (number, order) in orders.enumerated() {
        var description = sampleSweep(name: "\(number)")
        description.space = SearchSpace(
          order.parameters.map { .init(name: $0, domain: .choice([.integer(1)])) })
        description.metrics = order.metrics
        _ = try database.openSweep(description)
      }
      return try database.columns(of: "results")
    }
    let one = try columns([(names, metrics)])
    let other = try columns([([names[1]], [metrics[3]]), (names.reversed(), metrics.reversed())])
    #expect(one == other)
    #expect(
      Array(one.dropFirst(Self.facts.count)) == names.sorted()
        + ["valid", "test"].flatMap { split in
          ["mrr_5", "mrr_10", "mrr_20", "ndcg_5", "ndcg_10"].map { "\(split)_\($0)" }
        })
  }

  @Test("A sweep with thousands of metrics leaves room for others, and says what has no column")
  func manyMetrics() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep()
    description.metrics = (1...490).map { "hit@\($0)" } + (1...490).map { "mrr@\($0)" }
    let sweep = try database.openSweep(description)
    #expect(sweep.columnsLeftOut == 2 * 980 - 500)
    let columns = try database.columns(of: "results")
    #expect(columns.count == Self.facts.count + 2 + 500)
    try sweep.runTrial()
    #expect(try database.rows("SELECT trial, state FROM results") == ["0|complete"])
    // The metric that decides has its columns, and opening again adds none.
    #expect(columns.contains("valid_mrr_10") && columns.contains("test_mrr_10"))
    #expect(try database.openSweep(description).columnsLeftOut == 2 * 980 - 500)

    var other = sampleSweep(name: "other")
    other.space = SearchSpace([.init(name: "tau_ratio", domain: .uniform(low: 0, high: 1))])
    other.metrics = ["mrr@10", "ndcg@10"]
    #expect(try database.openSweep(other).columnsLeftOut == 0)
    for number in 0..<4 {
      var wide = sampleSweep(name: "wide \(number)")
      wide.metrics = (1...490).map { "metric\(number)@\($0)" }
      #expect(try database.openSweep(wide).columnsLeftOut >= 480)
    }
    other.name = "last"
    other.space = SearchSpace([.init(name: "dropout", domain: .uniform(low: 0, high: 1))])
    other.metrics = ["gini@10"]
    #expect(try database.openSweep(other).columnsLeftOut == 2)
    let last = try database.columns(of: "results")
    #expect(last.count < 2_000 && last.contains("dropout"))
    #expect(try database.rows("SELECT count(*) FROM results") == ["1"])
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

  @Test("configurations is one row a point, with the mean of its seeds")
  func configurations() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep(interestSizes: [.integer(4)])
    description.seedDomain = .choice([.integer(1), .integer(2), .integer(3)])
    let sweep = try database.openSweep(description)
    for scores in [[0.25, 0.5], [0.25], [0.75]] { try sweep.runTrial(scores: scores) }
    try sweep.runTrial(end: .failed(.crashed, message: "x"))
    try sweep.runTrial(scores: [0.125, 0.25])
    try sweep.runTrial(end: paused(score: 0.9))
    #expect(
      try database.columns(of: "configurations") == [
        "sweep", "point", "interest_size", "learning_rate", "n", "mean", "standard_error", "best",
        "epochs", "paused", "failed",
      ])
    #expect(
      try database.rows(
        """
        SELECT sweep, point, learning_rate, interest_size, n, mean, round(standard_error, 6), best,
          epochs, paused, failed FROM configurations ORDER BY point
        """) == [
          "ml-100k-1|0|0.01|4|3|0.5|0.144338|0.75|4|0|0",
          "ml-100k-1|1|0.001|4|1|0.25|NULL|0.25|4|1|1",
        ])
    #expect(try database.rows("SELECT sum(n) FROM configurations") == ["4"])
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
