import Foundation
import Literals
import TestSupport
import Testing

@testable import Recommender

/// Tables of all forms, and the atomic files that are made of them.
@Suite struct PreparationTests {
  /// What a preparation has come to.
  private struct Outcome {
    var text = ""
    var messages = ""
    var result: PreparationResult?
    var files: [String] = []
  }

  private func prepare(
    _ text: String, user: String = "user", item: String = "item", time: String = "time",
    _ change: (inout Preparation) -> Void = { _ in }
  ) throws -> Outcome {
    try prepare(Data(text.utf8), user: user, item: item, time: time, change)
  }

  private func prepare(
    _ data: Data, user: String = "user", item: String = "item", time: String = "time",
    _ change: (inout Preparation) -> Void = { _ in }
  ) throws -> Outcome {
    let folder = try TemporaryFolder()
    let table = try folder.write(data, to: "shop.csv")
    var preparation = Preparation(file: table.path, user: user, item: item, time: time)
    preparation.output = folder.file("out/shop/shop.inter").path
    change(&preparation)
    var outcome = Outcome()
    do {
      outcome.result = try preparation.run()
      outcome.text = try folder.text(of: "out/shop/shop.inter")
      outcome.messages = outcome.result?.warnings.map(\.description).joined(separator: "\n") ?? ""
    } catch let error as InvalidInput {
      outcome.messages = error.description
    }
    outcome.messages = outcome.messages.replacing(folder.url.path(percentEncoded: false), with: "")
      .replacing(folder.url.path, with: "")
    outcome.files = folder.contents
    return outcome
  }

  static let header = "user_id:token\titem_id:token\ttimestamp:float\n"

  @Test(
    "Tables are read as CSV has them",
    arguments: [
      ("user,item,time\nu,a,1\n", "u\ta\t1\n"),
      ("user;item;time\r\nu;a;1\r\n\r\n", "u\ta\t1\n"),
      ("user\titem\ttime\nu\ta\t1", "u\ta\t1\n"),
      ("user|item|time\nu|a|1\n", "u\ta\t1\n"),
      ("user::item::time\nu::a::1\n", "u\ta\t1\n"),
      ("user item time\nu a 1\n", "u\ta\t1\n"),
      ("\u{FEFF}\"user\",\"item\",\"time\"\n\"u\",\"a, b\",\"1\"\n", "u\ta, b\t1\n"),
      ("user,item,time\nu,\"say \"\"a\"\"\",1\n", "u\tsay \"a\"\t1\n"),
      ("user,item,time\nu,5\" disk,1\n", "u\t5\" disk\t1\n"),
      ("User , ITEM,Time\nu,a,1\n", "u\ta\t1\n"),
      ("user_x,item,note,time\nu,a,\"line\nline\",1\nv,a,,2\n", "u\ta\t1\nv\ta\t2\n"),
      // An atomic file whose times are dates.
      ("user:token\titem:token\ttime:token\nu\ta\t1970-01-02\n", "u\ta\t86400\n"),
    ])
  func tables(text: String, rows: String) throws {
    let outcome = try prepare(text, user: text.contains("user_x") ? "user_x" : "user")
    #expect(outcome.text == Self.header + rows, "\(outcome.messages)")
  }

  @Test("A table may have many columns, and one with too many is a message")
  func manyColumns() throws {
    func table(_ count: Int) -> String {
      let names = (1...count).map { "x\($0)," }.joined()
      return "\(names)user,item,time\n\(String(repeating: "0,", count: count))u,a,1\n"
    }
    #expect(try prepare(table(1000)).text == Self.header + "u\ta\t1\n")
    #expect(
      try prepare(table(2000)).messages
        == "shop.csv:1:1: error: a table has fewer than 1024 columns, found more")
  }

  @Test("A name that would reach the terminal raw is shown as a number or escaped")
  func namesOfColumns() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("user,item\u{1B}[31m,time\nu,a,1\n", to: "shop.csv")
    let text = try Preparation.columns(ofTable: table.path)
    #expect(text.contains("2 'item\\u{1B}[31m'"))
    #expect(text.contains("--user user --item 2 --time time"))
    let header = AtomicText.problems("user\titem\u{1B}[31m\ttime\nu\ta\t1\n")
    #expect(!header.contains("\u{1B}"), "\(header)")
  }

  @Test("Columns have numbers, and a table without a header loses no row")
  func numbers() throws {
    let table = "196\t242\t3\t881250949\n186\t302\t3.5\t891717742\n"
    let outcome = try prepare(table, user: "1", item: "2", time: "4") { $0.rating = "3" }
    #expect(
      outcome.text == """
        user_id:token\titem_id:token\trating:float\ttimestamp:float
        196\t242\t3.0\t881250949
        186\t302\t3.5\t891717742

        """)
    let named = try prepare("a,b,c\n" + "1,2,3\n", user: "1", item: "2", time: "3")
    #expect(named.text == Self.header + "1\t2\t3\n")
  }

  @Test("Rows are written in the order of their exact times, equal ones as they stand")
  func order() throws {
    let outcome = try prepare(
      "user,item,time\nu,c,2024-01-31 12:30:02\nu,a,2024-01-31 12:30:01\nv,x,2024-01-31 12:30:02\n"
        + "u,b,2024-01-31T12:30:01.500Z\n")
    #expect(
      outcome.text == Self.header
        + "u\ta\t1706704201\nu\tb\t1706704201.5\nu\tc\t1706704202\nv\tx\t1706704202\n")
    // float32 has one number for all four times, and the events are in order all the same.
    var configuration = DataConfiguration()
    configuration.exactTime = false
    let dataset = try Dataset.parse(Data(outcome.text.utf8), file: "x", configuration)
    #expect(dataset.sequence(ofUser: "u") == ["a", "b", "c"])
    #expect(dataset.warnings.isEmpty)
    #expect(outcome.result?.firstTime == "2024-01-31 12:30:01")
    #expect(outcome.result?.lastTime == "2024-01-31 12:30:02")
    #expect(
      outcome.messages.hasPrefix("shop.csv:2:1: note: times without a time zone are taken as"))
  }

  @Test("Numbers are seconds, milliseconds or less by the largest one")
  func units() throws {
    func form(_ times: String...) throws -> String {
      let rows = times.map { "u,a,\($0)\n" }.joined()
      let outcome = try prepare("user,item,time\n" + rows)
      return "\(outcome.result?.timeForm ?? outcome.messages) "
        + (outcome.text.split(separator: "\n").last?.split(separator: "\t").last ?? "")
    }
    #expect(try form("0", "1706704200") == "seconds 1706704200")
    #expect(try form("0", "1706704200250") == "milliseconds 1706704200.25")
    #expect(try form("1706704200000001") == "microseconds 1706704200.000001")
    #expect(try form("170670420000000000") == "nanoseconds 170670420")
    #expect(
      try form("20240131", "20240201").hasPrefix(
        "shop.csv:2:1: error: times such as 20240201 may be dates or numbers of seconds: say "
          + "which, with the time format '%Y%m%d' or 'seconds'"))
    let seconds = try prepare("user,item,time\nu,a,20240131\n") { $0.timeForm = .seconds }
    #expect(seconds.text == Self.header + "u\ta\t20240131\n")
    let dates = try prepare("user,item,time\nu,a,20240131\n") {
      $0.timeForm = TimeForm("%Y%m%d") ?? .automatic
    }
    #expect(dates.text == Self.header + "u\ta\t1706659200\n")
  }

  @Test("A token that holds a tab or a line break is quoted, and the reader has it back")
  func escaping() throws {
    let outcome = try prepare(
      "user,item,time\nu,\"a\tb\",1\nu,\"c\nd\",2\nu,\"\"\"e\"\" f\",3\nu,\"g\"\"h\",4\n")
    #expect(
      outcome.text == Self.header
        + "u\t\"a\tb\"\t1\nu\t\"c\nd\"\t2\nu\t\"\"\"e\"\" f\"\t3\nu\tg\"h\t4\n")
    let dataset = try Dataset.parse(Data(outcome.text.utf8), file: "x", DataConfiguration())
    #expect(dataset.itemTokens == ["[PAD]", "a\tb", "c\nd", "\"e\" f", "g\"h"])
  }

  @Test("Rows that RecBole would drop are left out and counted, and blanks and repeats are noted")
  func remarks() throws {
    let outcome = try prepare(
      "user,item,time\nu,a,1\n,a,2\nu,NA,3\nu,a,\nu, b,4\nu,a,1\nv,a,1\n,,\n")
    #expect(outcome.text == Self.header + "u\ta\t1\nu\ta\t1\nv\ta\t1\nu\t b\t4\n")
    #expect(outcome.result?.droppedRows == 4)
    #expect(outcome.result?.users == 2)
    #expect(outcome.result?.items == 2)
    #expect(
      outcome.messages == """
        shop.csv:3:1: warning: rows without a user, an item or a time are left out: 4, the first \
        one here
        shop.csv:6:1: warning: users and items that begin or end with a blank are kept as they \
        are: 1, the first one here
        note: interactions that repeat another one (same user, item and time) are kept: 1; \
        'rm_dup_inter: first' drops them
        """)
  }

  private static let badTables: [(String, String)] = [
    ("", "error: 'shop.csv' is empty"),
    ("\n\n", "error: 'shop.csv' has no rows"),
    ("user,item,time\n", "error: 'shop.csv' has no row with a user, an item and a time below its"),
    ("user,item,time\nu,,1\n", "item and a time: what it has lacks one of them (1 row)"),
    (
      "nothing\nx\n", "shop.csv:1:1: error: the first line has no tab, ',', ';', '|', '::' or blank"
    ),
    ("user,item,time\ru,a,1\r", "shop.csv:1:1: error: a line ends with a line feed, found lone"),
    ("usr,item,time\nu,a,1\n", "there is no column 'user' for the user; did you mean 'usr'"),
    ("usr,item,time\nu,a,1\n", "note: the columns are 1 'usr', 2 'item', 3 'time'"),
    ("user,User,item,time\nu,a,1\n", ""),
    ("User,USER,item,time\nu,v,a,1\n", "the columns 1, 2 have the name 'user': give the number of"),
    ("user,item,time\nu,a\n", "shop.csv:2:1: error: a row has 3 fields as the header has, found 2"),
    (
      "user,item,time\nu,a,b,1\nu,a,b,1\n",
      "found 4, and so in 1 more row (line 3); a field with a separator inside stands in quotes"
    ),
    ("user,item,time\nu,\"a,1\n", "shop.csv:2:3: error: a field that starts with a quote"),
    (
      "user,item,time\nu,a,31/01/2024\n",
      "shop.csv:2:5: error: the column 'time' holds dates such as '2024-01-31 12:30:00' or seconds "
        + "since 1970, found '31/01/2024'; name its form, the time format '%d/%m/%Y'"
    ),
    ("user,item,time\nu,a,1/2/2024 10:30\n", "'%d/%m/%Y %H:%M' or '%m/%d/%Y %H:%M'"),
    ("user,item,time\nu,a,soon\n", "another form is named by its pattern, such as"),
    (
      "user,item,time\nu,a,2024-01-31\nu,a,1706704200\n",
      "shop.csv:3:5: error: the column 'time' holds dates, as in line 2, found '1706704200'"
    ),
    ("user,item,time\nu,a\u{0}b,1\n", "error: 'shop.csv' is not a text file: it has zero bytes"),
    ("PAR1\u{15}", "error: 'shop.csv' is a Parquet file"),
  ]

  @Test("What is wrong with a table is reported with its place", arguments: badTables)
  func errors(text: String, message: String) throws {
    let outcome = try prepare(text)
    if message.isEmpty {
      // The name as it is written comes first.
      #expect(!outcome.messages.contains("the columns 1, 2"))
      return
    }
    #expect(outcome.messages.contains(message), "\(outcome.messages)")
    #expect(outcome.files == ["shop.csv"])
  }

  @Test("Text that is not UTF-8 is one error, and only in the columns that are used")
  func encoding() throws {
    let latin = Data("user,item,note,time\nu,a,".utf8) + [0xE9] + Data(",1\n".utf8)
    #expect(try prepare(latin).text == Self.header + "u\ta\t1\n")
    let bad =
      Data("user,item,time\nu,".utf8) + [0xE9] + Data(",1\nu,".utf8) + [0xE8]
      + Data(",1\n".utf8)
    #expect(
      try prepare(bad).messages
        == "shop.csv:2:3: error: a token is UTF-8 text, found '\u{FFFD}', and so in 1 more row "
        + "(line 3); convert the file, such as with 'iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW'")
  }

  @Test("An output that exists, that is the table or that is no file is refused")
  func outputs() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write("user,item,time\nu,a,1\n", to: "shop.csv")
    try folder.write("old", to: "old.inter")
    try FileManager.default.createSymbolicLink(
      at: folder.file("link.inter"), withDestinationURL: folder.file("old.inter"))
    try FileManager.default.createSymbolicLink(
      at: folder.file("self.inter"), withDestinationURL: table)
    try #require(mkfifo(folder.file("fifo").path, 0o600) == 0)
    let before = folder.contents
    func problem(_ output: String, replaces: Bool = true) -> String {
      var preparation = Preparation(file: table.path, user: "user", item: "item", time: "time")
      preparation.output = folder.file(output).path
      preparation.replaces = replaces
      do {
        _ = try preparation.run()
        return ""
      } catch {
        return error.description
      }
    }
    #expect(problem("old.inter", replaces: false).contains("exists: name another output"))
    #expect(problem("shop.csv").contains("is the table itself"))
    #expect(problem("self.inter").contains("is the table itself"))
    #expect(problem("fifo").contains("is not a regular file"))
    #expect(problem("x.inter.gz").contains("is not compressed"))
    #expect(problem("shop.csv/x.inter").contains("is no writable folder"))
    #expect(problem("").contains("the output is a file such as"))
    #expect(folder.contents == before)
    #expect(try folder.text(of: "old.inter") == "old")
    // A link stays one, and its file is replaced.
    #expect(problem("link.inter").isEmpty)
    #expect(try folder.text(of: "old.inter") == Self.header + "u\ta\t1\n")
    #expect(folder.contents == before)
  }

  @Test("A cancelled preparation leaves nothing behind")
  func cancellation() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<70_000).map { "u,a,\($0)\n" }.joined()
    let table = try folder.write("user,item,time\n" + rows, to: "shop.csv")
    var preparation = Preparation(file: table.path, user: "user", item: "item", time: "time")
    preparation.output = folder.file("shop/shop.inter").path
    let error = #expect(throws: InvalidInput.self) {
      try preparation.run(isCancelled: { true })
    }
    #expect(error?.description == "error: interrupted: nothing was written")
    #expect(folder.contents == ["shop.csv"])
  }

  @Test("A place of a data set is known by its path")
  func places() {
    #expect(DatasetPlace("dataset/shop/shop.inter")?.isUsual == true)
    #expect(DatasetPlace("data/shop/shop.inter")?.dataPath == "data")
    #expect(DatasetPlace("shop/shop.inter")?.dataPath == ".")
    #expect(DatasetPlace("/shop/shop.inter")?.dataPath == "/")
    #expect(DatasetPlace("shop.inter") == nil)
    #expect(DatasetPlace("a/shop.inter") == nil)
    #expect(Preparation.usualOutput(forTable: "x/shop.csv.gz") == "dataset/shop/shop.inter")
  }

  @Test("Damaged tables give an atomic file that can be read, or messages", arguments: 0..<4)
  func mutations(seed: Int) throws {
    var random = SyntheticRandom(seed: UInt64(seed))
    let folder = try TemporaryFolder()
    let original = Array(
      ("user,item,time\r\n"
        + (0..<20).map { "u\($0 % 5),\"i, \($0)\",2024-01-31 12:30:\(10 + $0)\r\n" }.joined()).utf8)
    let spice = Array("\t\n\r\",;\u{0}-9 :".utf8)
    var accepted = 0
    for round in 0..<FuzzingEffort.count(150, full: 2500) {
      var bytes = original
      for _ in 0...random.below(3) {
        let place = random.below(bytes.count + 1)
        let end = min(place + random.below(8), bytes.count)
        switch random.below(4) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes.insert(spice[random.below(spice.count)], at: place)
        case 2: bytes.replaceSubrange(place..<end, with: [UInt8(random.below(256))])
        default: bytes.removeLast(random.below(bytes.count / 4 + 1))
        }
      }
      let table = try folder.write(Data(bytes), to: "shop.csv")
      var preparation = Preparation(file: table.path, user: "1", item: "2", time: "3")
      preparation.output = folder.file("\(round).inter").path
      do {
        let result = try preparation.run()
        accepted += 1
        var configuration = DataConfiguration()
        configuration.groupByUser = true
        let data = try Data(contentsOf: folder.file("\(round).inter"))
        let interactions = try? Dataset.parse(data, file: "x", configuration)
        // A table of lonely events has no example; any other one is read with all its rows.
        if let interactions { #expect(interactions.items.count == result.rows) }
      } catch let error as InvalidInput {
        #expect(error.diagnostics.contains { $0.severity == .error })
      }
    }
    #expect(accepted > 3)
  }
}
