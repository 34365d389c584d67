extension Schema {
  /// Format 6: a budget of epochs is kept as the user gave it, beside the work that it stands for. Never to
  /// be edited: files in the field were made by it.
  static let migration6 = """
    ALTER TABLE sweepRevision ADD COLUMN epochs INTEGER;

    """
}
