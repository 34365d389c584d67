import TestSupport

/// A made-up interaction log that trains quickly: 40 users with 12 events each, and 30 items.
enum SmallLog {
  /// Arguments that name the log and keep training short.
  static let arguments = [
    "--dataset", "small", "--data_path=data", "--embedding_size=8", "--train_batch_size=128",
    "--MAX_ITEM_LIST_LENGTH=8",
  ]

  static func write(to folder: TemporaryFolder) throws {
    var text = "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
    for user in 0..<40 {
      for event in 0..<12 {
        // Each user goes through the items with a stride of its own, which can be learned.
        let item = (user * 7 + event * (1 + user % 3)) % 30
        text += "u\(user)\ti\(item)\t\(1 + event % 5)\t\(1000 + event * 10 + user)\n"
      }
    }
    try folder.write(text, to: "data/small/small.inter")
  }

  /// A folder with the log and a space of six cells.
  static func folder(space: String = SmallLog.space) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try write(to: folder)
    try folder.write(space, to: "hyper.test")
    return folder
  }

  static let space = """
    learning_rate choice [0.01,0.005,0.001]
    prototype_size choice [8,16]

    """

  /// The arguments of the sweep over the space, with more options at the end.
  static func sweep(_ options: String...) -> [String] {
    ["--params_file", "hyper.test"] + arguments + options
  }
}
