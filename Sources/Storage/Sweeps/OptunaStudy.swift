import GRDB

/// The rows by which Optuna knows a sweep as a study. Its trials are views and need none.
enum OptunaStudy {
  static func create(
    _ description: SweepDescription, name: String, sampler: String, id: Int64, in db: Database
  ) throws {
    try db.execute(
      sql: "INSERT INTO studies (study_id, study_name) VALUES (?, ?)", arguments: [id, name])
    try db.execute(
      sql: "INSERT INTO study_directions (direction, study_id, objective) VALUES (?, ?, 0)",
      arguments: [description.direction.rawValue.uppercased(), id])
    try db.execute(
      sql: "INSERT INTO study_system_attributes (study_id, key, value_json) VALUES (?, ?, ?)",
      arguments: [id, "study:metric_names", "[\(jsonString(description.validMetric))]"])
    let settings = description.settings.sorted { $0.name < $1.name }
      .map { "\(jsonString($0.name)): \(jsonString($0.value))" }.joined(separator: ", ")
    let attributes = [
      ("model", jsonString(description.model)), ("dataset", jsonString(description.dataset)),
      ("data_digest", jsonString(description.dataDigest)),
      ("sampler", jsonString(sampler)), ("seed", "\(description.samplerSeed)"),
      ("configuration", "{\(settings)}"), ("sine-tune", jsonString(description.toolVersion)),
    ]
    for (key, json) in attributes {
      try db.execute(
        sql: "INSERT INTO study_user_attributes (study_id, key, value_json) VALUES (?, ?, ?)",
        arguments: [id, key, json])
    }
  }
}
