import Literals

/// The command that makes an atomic file of a table, for messages:
/// `sine-tune prepare shop.csv --user customer --item sku --time bought`.
struct PreparationCommand: CustomStringConvertible {
  let file: String
  var user: String?
  var item: String?
  var time: String?
  /// nil for the place that follows from the name of the table.
  private var output: String?
  private var hasPreview = false

  /// The command that makes the data set of the configuration of a table.
  init(making configuration: DataConfiguration, of file: String, _ preview: TablePreview?) {
    self.init(
      file, preview, configuration,
      output: Dataset.path(ofDataset: configuration.dataset, in: configuration.dataPath))
  }

  /// The command with the columns that the table most likely has.
  init(of file: String, _ preview: TablePreview?) {
    self.init(
      file, preview, DataConfiguration(), output: Preparation.usualOutput(forTable: file))
  }

  /// The command that makes a new data set of a file that is no atomic file, beside this file.
  init(repairing file: String, _ preview: TablePreview?, _ configuration: DataConfiguration) {
    self.init(
      file, preview, configuration,
      output: Dataset.path(
        ofDataset: configuration.dataset + "-prepared", in: configuration.dataPath))
  }

  private init(
    _ file: String, _ preview: TablePreview?, _ configuration: DataConfiguration, output: String
  ) {
    self.file = file
    self.output = output == Preparation.usualOutput(forTable: file) ? nil : output
    guard let preview else { return }
    hasPreview = true
    let guess = ColumnGuess(preview, configuration)
    func name(_ column: Int?) -> String? {
      column.map { preview.shownName($0) ?? "\($0 + 1)" }
    }
    user = name(guess.user)
    item = name(guess.item)
    time = name(guess.time)
  }

  var description: String {
    var words = ["sine-tune", "prepare", file]
    // Without any column the command shows those of the table.
    if hasPreview {
      for (option, column) in [("--user", user), ("--item", item), ("--time", time)] {
        words += [option, column ?? "COLUMN"]
      }
    }
    if let output { words += ["--output", output] }
    return ShellWord.line(words)
  }
}
