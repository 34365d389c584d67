import GRDB
import Literals
import Search
import Testing
import Trials
import Tuning

@testable import Storage

@Suite struct OptunaViewTests {
  @Test("A sweep is a study with its direction, its metric's name and its configuration")
  func studies() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    _ = try database.openSweep(sampleSweep())
    var minimized = sampleSweep(name: "gini")
    minimized.direction = .minimize
    _ = try database.openSweep(minimized)
    #expect(try database.rows("SELECT * FROM alembic_version") == ["v3.2.0.a"])
    #expect(try database.rows("SELECT * FROM version_info") == ["1|12|sine-tune"])
    #expect(try database.rows("SELECT * FROM studies") == ["1|ml-100k-1", "2|gini"])
    #expect(
      try database.rows("SELECT study_id, direction, objective FROM study_directions")
        == ["1|MAXIMIZE|0", "2|MINIMIZE|0"])
    #expect(
      try database.rows("SELECT key, value_json FROM study_system_attributes WHERE study_id = 1")
        == ["study:metric_names|[\"mrr@10\"]"])
    #expect(
      try database.rows(
        """
        SELECT value_json FROM study_user_attributes WHERE study_id = 1 AND key = 'configuration'
        """) == [#"{"embedding_size": "64", "epochs": "3"}"#])
  }

  @Test("trials maps each state to Optuna's, with the times that Optuna demands")
  func trials() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let description = sampleSweep(interestSizes: (1...3).map { .integer($0) })
    let sweep = try database.openSweep(description)
    try sweep.runTrial()
    try sweep.runTrial(end: paused())
    try sweep.runTrial(end: .failed(.diverged, message: "nan"))
    let waiting = try #require(try sweep.nextClaim())
    try sweep.runTrial(end: complete(score: nil))
    _ = try sweep.nextClaim()
    try sweep.end(waiting, with: .interrupted)
    #expect(
      try database.columns(of: "trials")
        == ["trial_id", "number", "study_id", "state", "datetime_start", "datetime_complete"])
    let time = "____-__-__ __:__:__.______"
    let query = """
      SELECT trial_id, number, study_id, state, datetime_start LIKE '\(time)',
        datetime_complete LIKE '\(time)' FROM trials ORDER BY number
      """
    #expect(
      try database.rows(query) == [
        "1|0|1|COMPLETE|1|1", "2|1|1|RUNNING|1|NULL", "3|2|1|FAIL|1|1", "4|3|1|WAITING|NULL|NULL",
        "5|4|1|FAIL|1|1", "6|5|1|RUNNING|1|NULL",
      ])
    let shown = "SELECT state FROM results WHERE trial = 1"
    #expect(try database.rows(shown) == ["paused"])
    // Nothing continues a paused trial once the sweep has ended: it was pruned.
    try sweep.finish(.finished)
    #expect(try database.rows(query)[1] == "2|1|1|PRUNED|1|1")
    #expect(try database.rows(shown) == ["pruned"])
    try sweep.finish(.cancelled)
    #expect(try database.rows(query)[1] == "2|1|1|RUNNING|1|NULL")
    #expect(try database.rows(shown) == ["paused"])
  }

  @Test("trial_values has the score, the last one of a paused trial, and infinities by type")
  func values() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let description = sampleSweep(interestSizes: (1...3).map { .integer($0) })
    let sweep = try database.openSweep(description)
    try sweep.runTrial(scores: [0.5])
    try sweep.runTrial(
      scores: [0.5, 0.25, nil], end: paused(epochs: 3))
    try sweep.runTrial(end: paused())
    try sweep.runTrial(end: complete(score: .infinity))
    try sweep.runTrial(end: complete(score: -.infinity))
    try sweep.runTrial(end: complete(score: .nan))
    #expect(
      try database.rows("SELECT * FROM trial_values ORDER BY trial_id") == [
        "1|1|0|0.5|FINITE", "2|2|0|0.25|FINITE", "3|3|0|0.5|FINITE", "4|4|0|NULL|INF_POS",
        "5|5|0|NULL|INF_NEG",
      ])
    #expect(
      try database.columns(of: "trial_values")
        == ["trial_value_id", "trial_id", "objective", "value", "value_type"])
  }

  @Test("trial_intermediate_values has the score of every evaluated epoch")
  func intermediateValues() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial(
      scores: [0.25, nil, .infinity, .nan])
    #expect(
      try database.rows("SELECT * FROM trial_intermediate_values")
        == ["1|1|0|0.25|FINITE", "3|1|2|NULL|INF_POS"])
    #expect(
      try database.columns(of: "trial_intermediate_values") == [
        "trial_intermediate_value_id", "trial_id", "step", "intermediate_value",
        "intermediate_value_type",
      ])
  }

  @Test("trial_params has the index of a choice, the value of a range, and one distribution each")
  func parameters() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep()
    description.space = SearchSpace([
      .init(
        name: "loss_type", domain: .choice([.string("CE"), .string("BPR"), .none, .bool(true)])),
      .init(name: "tau_ratio", domain: .uniform(low: 0.05, high: 1)),
      .init(name: "learning_rate", domain: .loguniform(low: -2, high: 0)),
      .init(name: "interest_size", domain: .quniform(low: 2, high: 8, step: 2)),
    ])
    let sweep = try database.openSweep(description)
    let values: [Literal] = [.string("BPR"), .real(0.5), .real(0.25), .integer(4)]
    let entries = zip(description.space.parameters, values).map {
      Point.Entry(name: $0.name, value: $1)
    }
    _ = try sweep.claim(Point(entries))
    #expect(
      try database.rows("SELECT * FROM trial_params ORDER BY param_id") == [
        #"1|1|loss_type|1.0|{"name": "CategoricalDistribution", "attributes": "#
          + #"{"choices": ["CE", "BPR", null, true]}}"#,
        #"2|1|tau_ratio|0.5|{"name": "FloatDistribution", "attributes": "#
          + #"{"step": null, "low": 0.05, "high": 1.0, "log": false}}"#,
        #"3|1|learning_rate|0.25|{"name": "FloatDistribution", "attributes": "#
          + #"{"step": null, "low": 0.1353352832366127, "high": 1.0, "log": true}}"#,
        #"4|1|interest_size|4|{"name": "FloatDistribution", "attributes": "#
          + #"{"step": 2.0, "low": 2.0, "high": 8.0, "log": false}}"#,
      ])
    #expect(
      try database.columns(of: "trial_params")
        == ["param_id", "trial_id", "param_name", "param_value", "distribution_json"])
  }

  @Test("An enlarged space keeps the index of every choice, for all trials alike")
  func enlargedSpace() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    try database.openSweep(sampleSweep()).runTrial()
    let larger = sampleSweep(learningRates: [.real(0.1), .real(0.001), .real(0.01)])
    try database.openSweep(larger).runTrial()
    #expect(
      try database.rows(
        """
        SELECT trial_id, param_value, distribution_json FROM trial_params
        WHERE param_name = 'learning_rate' ORDER BY trial_id
        """
      )
        == [1, 2].map {
          #"\#($0)|\#($0 == 1 ? 0.0 : 2.0)|{"name": "CategoricalDistribution", "attributes": "#
            + #"{"choices": [0.01, 0.001, 0.1]}}"#
        })
  }

  @Test("trial_user_attributes has everything else, as JSON")
  func attributes() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let sweep = try database.openSweep(sampleSweep())
    try sweep.runTrial(scores: [0.25, 1.0 / 3])
    try sweep.runTrial(end: .failed(.diverged, message: "a \"b\""))
    #expect(
      try database.rows(
        """
        SELECT key, value_json FROM trial_user_attributes WHERE trial_id = 1 AND key <> 'seconds'
        ORDER BY key
        """)
        == [
          "best_epoch|1", "epochs|2", "kernels|\"avx2\"", "seed|1", "test_mrr@10|0.25",
          "test_ndcg@10|0.75", "valid_mrr@10|0.33333333333333331",
          "valid_ndcg@10|0.43333333333333335",
        ])
    #expect(
      try database.rows(
        """
        SELECT key, value_json FROM trial_user_attributes WHERE trial_id = 2 AND key LIKE 'sine:%'
        """) == [#"sine:reason|"diverged""#, #"sine:message|"a \"b\"""#])
    let ids = try database.rows("SELECT trial_user_attribute_id FROM trial_user_attributes")
    #expect(Set(ids).count == ids.count)
  }

  /// Optuna counts steps in decimal numbers, and refuses values that lie outside of its bounds.
  @Test(
    "A step is there only if all values are decimal multiples of it",
    arguments: [
      ([Domain.quniform(low: 0.1, high: 0.7, step: 0.1)], "null", 0.1, 0.7000000000000001),
      ([.quniform(low: 0.2, high: 0.8, step: 0.3)], "null", 0.3, 0.8999999999999999),
      ([.quniform(low: 0.1, high: 0.2, step: 0.1)], "0.1", 0.1, 0.2),
      ([.quniform(low: 0.5, high: 2, step: 0.5)], "0.5", 0.5, 2),
      ([.quniform(low: 2, high: 8, step: 2)], "2.0", 2, 8),
      ([.quniform(low: 1e-5, high: 3e-5, step: 1e-5)], "null", 1e-5, 3.0000000000000004e-5),
      ([.quniform(low: 0, high: 1e6, step: 0.5)], "null", 0, 1e6),
      ([.quniform(low: 2, high: 8, step: 2), .quniform(low: 3, high: 9, step: 3)], "null", 2, 9),
      (
        [
          .quniform(low: 2, high: 8, step: 2), .quniform(low: 3, high: 9, step: 3),
          .quniform(low: 2, high: 8, step: 2),
        ], "null", 2, 9
      ),
    ])
  func steps(domains: [Domain], step: String, low: Double, high: Double) throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    for domain in domains {
      var description = sampleSweep()
      description.space = SearchSpace([.init(name: "x", domain: domain)])
      _ = try database.openSweep(description)
    }
    #expect(
      try database.rows("SELECT distribution FROM parameter") == [
        #"{"name": "FloatDistribution", "attributes": {"step": \#(step), "low": \#(low), "#
          + #""high": \#(high), "log": false}}"#
      ])
  }

  @Test("Bounds that are no number above 0 leave a distribution that Optuna can read")
  func extremeBounds() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    var description = sampleSweep()
    description.space = SearchSpace([.init(name: "x", domain: .loguniform(low: -1000, high: 1000))])
    _ = try database.openSweep(description)
    #expect(
      try database.rows("SELECT distribution FROM parameter") == [
        #"{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "#
          + #""high": 1.7976931348623157e+308, "log": false}}"#
      ])
  }
}
