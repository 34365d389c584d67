import Foundation
import TestSupport
import Testing

/// `sine-tune prepare`: from a shop's table to a sweep, by the commands that the program itself shows.
@Suite(.startsProcesses) struct PrepareTests {
  /// The small log as a table with German dates, quotes and a BOM, as a spreadsheet writes it.
  private static let table: String = {
    var text = "\u{FEFF}Customer ID;\"Product, SKU\";Price;Bought\r\n"
    for user in 0..<40 {
      for event in 0..<12 {
        let item = (user * 7 + event * (1 + user % 3)) % 30
        let minute = String(100 + user % 60).dropFirst()
        text += "c\(user);\"item \"\"\(item)\"\"; new\";1,5;\(1 + event).3.2024 10:\(minute)\r\n"
      }
    }
    return text + "\r\n"
  }()

  private static let training = [
    "--embedding_size=8", "--train_batch_size=128", "--MAX_ITEM_LIST_LENGTH=8", "--epochs=1",
  ]

  /// Runs a command that the program has shown.
  private func run(
    shown command: Substring, _ more: [String] = [], in folder: TemporaryFolder
  ) async throws -> CommandResult {
    let words = String(command).replacing("sine-tune", with: "\"$SINE_TUNE\"", maxReplacements: 1)
    return try await BuiltBinary.shell(
      ([words] + more).joined(separator: " "), in: folder)
  }

  @Test("A table becomes an atomic file, and the command that is shown next tunes on it")
  func preparesAndTunes() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "shop.csv")
    try folder.write("learning_rate choice [0.01]\n", to: "hyper.test")
    let result = try await BuiltBinary.run(
      [
        "prepare", "shop.csv", "--user", "customer id", "--item", "2", "--time", "Bought",
        "--time_format", "%d.%m.%Y %H:%M",
      ], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.outputLines.prefix(5) == [
        "wrote dataset/shop/shop.inter", "  rows   480", "  users  40", "  items  30",
        "  times  2024-03-01 10:00:00 to 2024-03-12 10:39:00 UTC, read as %d.%m.%Y %H:%M",
      ])
    #expect(
      result.errors == "shop.csv:2:1: note: times without a time zone are taken as UTC\n")
    let text = try folder.text(of: "dataset/shop/shop.inter")
    #expect(
      text.hasPrefix(
        "user_id:token\titem_id:token\ttimestamp:float\nc0\titem \"0\"; new\t1709287200\n"))
    let next = try #require(result.outputLines.last).dropFirst(2)
    #expect(next.hasSuffix("--params_file hyper.test --dataset shop"))
    let sweep = try await BuiltBinary.shell(
      "'\(BuiltBinary.url.path)'" + next.drop { $0 != " " } + " "
        + Self.training.joined(separator: " "),
      in: folder)
    #expect(sweep.status == 0, "\(sweep.errors)")
    #expect(sweep.errors.contains("data shop: 40 users, 30 items, 480 interactions"))
    #expect(sweep.output.contains("best model, of trial 0"))
  }

  @Test("Without columns they are shown, and the command that is shown works")
  func showsColumns() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Self.table.replacing(/(\d+)\.3\.2024/) {
        "2024-03-\(String(100 + (Int($0.1) ?? 0)).dropFirst())"
      },
      to: "my shop.csv")
    let result = try await BuiltBinary.run(["prepare", "my shop.csv"], in: folder)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(
      result.errors == """
        error: columns are not named: '--user', '--item', '--time'
        the columns are 1 'Customer ID', 2 'Product, SKU', 3 'Price', 4 'Bought'; try: sine-tune \
        prepare 'my shop.csv' --user 'Customer ID' --item 'Product, SKU' --time Bought

        """)
    let command = try #require(result.errorLines.last?.firstRange(of: "try: "))
    let shown = try #require(result.errorLines.last)[command.upperBound...]
    let made = try await run(shown: shown, ["--format", "json"], in: folder)
    #expect(made.status == 0, "\(made.errors)")
    let json = try JSONDecoder().decode(JSONValue.self, from: Data(made.output.utf8))
    guard case .object(let fields) = json else {
      Issue.record("no object: \(json)")
      return
    }
    #expect(fields["dataset"] == .string("my shop"))
    #expect(fields["rows"] == .number(480))
    #expect(folder.contains("dataset/my shop/my shop.inter"))
  }

  @Test(
    "The command of a message about data makes data that can be used",
    arguments: [
      // A table beside the missing file.
      ("shop.csv", "user,item,ts\n", ",", "with: ", "shop"),
      // A table in place of the atomic file, with a comma, and with a tab.
      ("dataset/shop/shop.inter", "user,item,ts\n", ",", "written by: ", "shop-prepared"),
      ("dataset/shop/shop.inter", "user\titem\tts\n", "\t", "written by: ", "shop-prepared"),
      (
        "dataset/shop/shop.inter", "user_id:token::item_id:token::timestamp:float\n", "::",
        "written by: ", "shop-prepared"
      ),
      // No header at all, and a header whose times are dates.
      ("dataset/shop/shop.inter", "", "\t", "written by: ", "shop-prepared"),
      (
        "dataset/shop/shop.inter", "user_id:token\titem_id:token\ttimestamp:float\n", "\t",
        "turned by: ", "shop-prepared"
      ),
      (
        "dataset/shop/shop.inter", "user_id:token\titem_id:token\ttimestamp:token\n", "\t",
        "turned by: ", "shop-prepared"
      ),
    ])
  func shownCommands(
    file: String, header: String, separator: String, mark: String, name: String
  ) async throws {
    let folder = try TemporaryFolder()
    var text = header
    for user in 0..<9 {
      for event in 0..<9 {
        let row = ["u\(user)", "i\((3 * event + user) % 20)", "2024-01-0\(event + 1)"]
        text += row.joined(separator: separator) + "\n"
      }
    }
    try folder.write(text, to: file)
    let train = ["train", "--dataset", "shop"] + Self.training
    let failed = try await BuiltBinary.run(train, in: folder)
    #expect(failed.status == 1)
    #expect(failed.errorLines.count == 1)
    let line = try #require(failed.errorLines.first)
    let place = try #require(line.firstRange(of: mark), "\(line)")
    let made = try await run(shown: line[place.upperBound...], in: folder)
    #expect(made.status == 0, "\(made.errors)")
    let trained = try await BuiltBinary.run(
      ["train", "--dataset", name] + Self.training, in: folder)
    #expect(trained.status == 0, "\(trained.errors)")
  }

  @Test("An output that exists stays, unless --force is given")
  func existingOutput() async throws {
    let folder = try TemporaryFolder()
    try folder.write("u,i,t\na,b,1\n", to: "x.csv")
    try folder.write("old", to: "o/o.inter")
    let command = [
      "prepare", "x.csv", "--user", "u", "--item", "i", "--time", "t", "--output", "o/o.inter",
    ]
    let refused = try await BuiltBinary.run(command, in: folder)
    #expect(refused.status == 1)
    #expect(
      refused.errors
        == "error: 'o/o.inter' exists: name another output, or let it be replaced with '--force'\n")
    #expect(try folder.text(of: "o/o.inter") == "old")
    let forced = try await BuiltBinary.run(command + ["--force"], in: folder)
    #expect(forced.status == 0)
    #expect(forced.outputLines.last?.hasSuffix("--data_path . --dataset o") == true)
    #expect(folder.contents == ["o", "o/o.inter", "x.csv"])
  }

  @Test(
    "Wrong usage exits 64",
    arguments: [
      ["--time_format", "noon"], ["--time_format", "%q"], ["--separator", ""],
      ["--separator", "\""],
      ["--what"],
    ])
  func usage(options: [String]) async throws {
    let folder = try TemporaryFolder()
    try folder.write("u,i,t\na,b,1\n", to: "x.csv")
    let result = try await BuiltBinary.run(
      ["prepare", "x.csv", "--user", "u", "--item", "i", "--time", "t"] + options, in: folder)
    #expect(result.status == 64)
    #expect(folder.contents == ["x.csv"])
  }
}
