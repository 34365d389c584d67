extension Schema {
  /// The byte that the process of an attempt keeps locked; NULL if there is none, and in old files.
  static let owners3 = "ALTER TABLE attempt ADD COLUMN lock TEXT;\n"
}
