import GRDB

/// Rows whose owner is gone, which only a statement that gets around the triggers can leave.
///
/// They belong to no sweep, no reader sees them, and their ids are never used again: they are removed,
/// never adopted.
enum Orphans {
  /// Looks for orphans among the few tables that others hang on, and removes all there are if it finds
  /// one.
  static func remove(from db: Database) throws {
    let isFound = try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (SELECT 1 FROM trial WHERE sweep NOT IN (SELECT id FROM sweep))
          OR EXISTS (SELECT 1 FROM decision WHERE trial NOT IN (SELECT id FROM trial))
          OR EXISTS (SELECT 1 FROM decision WHERE sweep NOT IN (SELECT id FROM sweep))
          OR EXISTS (SELECT 1 FROM parameter WHERE sweep NOT IN (SELECT id FROM sweep))
          OR EXISTS (SELECT 1 FROM setting WHERE sweep NOT IN (SELECT id FROM sweep))
          OR EXISTS (SELECT 1 FROM sweepRevision WHERE sweep NOT IN (SELECT id FROM sweep))
          OR EXISTS (SELECT 1 FROM studies WHERE study_id NOT IN (SELECT id FROM sweep))
        """)
    if isFound == true { try db.execute(sql: Schema.orphans3) }
  }
}
