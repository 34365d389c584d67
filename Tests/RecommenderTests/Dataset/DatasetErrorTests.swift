import Foundation
import Literals
import Testing

@testable import Recommender

/// The messages about atomic files and options that cannot be used.
struct DatasetErrorTests {
  static let good = AtomicText.file("u a 1", "u b 2", "u c 3", "u d 4")

  @Test(
    "Malformed rows are reported with their place",
    arguments: [
      (
        AtomicText.file("u a 1", "u b", "u c 3"),
        "x.inter:3:1: error: a row has 3 fields as the header has, found 2"
      ),
      (
        AtomicText.file("u a 1 2"),
        "x.inter:2:1: error: a row has 3 fields as the header has, found 4"
      ),
      (
        AtomicText.file("u a 1", "ü b soon"),
        "x.inter:3:5: error: the column 'timestamp' holds numbers, found 'soon'"
      ),
      (
        AtomicText.file("u a inf"),
        "x.inter:2:5: error: a time is finite, found 'inf'"
      ),
      (
        AtomicText.file("u a 1", "\"u b 2", "u c 3"),
        "x.inter:3:1: error: a field that starts with a quote also ends with one; a quote inside "
          + "is written twice"
      ),
      (
        AtomicText.file("u a \u{1B}[31m\u{7}"),
        "x.inter:2:5: error: the column 'timestamp' holds numbers, found '\\u{1B}[31m\\u{07}'"
      ),
    ])
  func malformedRows(text: String, message: String) {
    #expect(AtomicText.problems(text) == message)
  }

  @Test("An error that many rows have in one column is one line, with its first place and a count")
  func manyMalformedRows() {
    let text = AtomicText.header + "\nu\ta\tsoon\n" + String(repeating: "u\ta\n", count: 33)
    #expect(
      AtomicText.problems(text + "u\ta\tlater\n") == """
        x.inter:2:5: error: the column 'timestamp' holds numbers, found 'soon', and so in 1 more \
        row (line 36)
        x.inter:3:1: error: a row has 3 fields as the header has, found 2, and so in 32 more rows \
        (lines 4, 5, 6, 7, 8, …)
        """)
  }

  @Test("The errors of many columns are counted, but only twenty are shown")
  func manyMalformedColumns() {
    let names = (1...33).map { "x\($0):float\t" }.joined()
    let row = String(repeating: "bad\t", count: 33)
    let text = "\(names)\(AtomicText.header)\n\(row)u\ta\t1\n"
    let lines = AtomicText.problems(text) { $0.loadedColumns = nil }.split(separator: "\n")
    #expect(lines.count == 21)
    #expect(lines.last == "error: and 13 more")
  }

  /// The CPU time of this thread in seconds, which other tests and a busy machine do not change.
  private static var threadTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  @Test("Ten times as many bad rows take about ten times as long, and no more memory and lines")
  func millionsOfBadRows() {
    func read(_ count: Int) -> (seconds: Double, length: Int) {
      let text = AtomicText.header + "\n" + String(repeating: "u\ta\t2024-01-01\n", count: count)
      let start = Self.threadTime
      let length = AtomicText.problems(text).count
      return (Self.threadTime - start, length)
    }
    _ = read(1000)
    let (few, many) = (read(20_000), read(200_000))
    #expect(abs(few.length - many.length) < 10)
    // Quadratic work would take a hundred times as long.
    #expect(many.seconds < 40 * few.seconds)
  }

  @Test("Dates in the column of the times are one hint with a command that makes numbers of them")
  func dates() {
    let rows = (0..<740).map { "u\ta\t2024-01-01 10:00:\(10 + $0 % 50)\n" }.joined()
    #expect(
      AtomicText.problems(AtomicText.header + "\n" + rows) { $0.dataset = "x" } == """
        x.inter:2:5: error: the column 'timestamp' holds numbers, found '2024-01-01 10:00:10', \
        and so in 739 more rows (lines 3, 4, 5, 6, 7, …); times are seconds since 1970, into \
        which dates are turned by: sine-tune prepare x.inter --user user_id --item item_id --time \
        timestamp --output dataset/x-prepared/x-prepared.inter
        """)
    let header = AtomicText.header.replacing("timestamp:float", with: "timestamp:token")
    #expect(
      AtomicText.problems(header + "\n" + rows).hasPrefix(
        "error: the column 'timestamp', which 'TIME_FIELD' names, must be of type 'float', found "
          + "'token'; times are seconds since 1970, into which dates are turned by: sine-tune"))
  }

  @Test("Bytes that are no UTF-8 are reported with their place")
  func invalidEncoding() {
    let data = Data(AtomicText.file("u a 1").utf8) + [0x75, 0x09, 0xFF, 0x09, 0x31]
    let error = #expect(throws: InvalidInput.self) { try AtomicText.dataset(data) }
    #expect(
      error?.description
        == "x.inter:3:3: error: a token is UTF-8 text, found '\u{FFFD}'; convert the file, such as "
        + "with 'iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW'")
  }

  private static let badHeaders: [(String, String)] = [
    ("", "'x.inter' is empty: the first line names the columns"),
    ("\n\n", "'x.inter' is empty: the first line names the columns"),
    (AtomicText.header, "'x.inter' has no interaction"),
    ("\u{0}\u{1}\u{2}", "'x.inter' is not a text file"),
    (
      "user_id:token\titem_id:token\ttimestamp:float\t\n",
      "error: a column is written 'name:type', found '' (a separator too many in the line)"
    ),
    (
      "user_id:token item_id:token timestamp:float\nu a 1\n",
      "the columns are separated by a blank, and 'field_separator' says a tab: set it with "
        + "'--field_separator= '"
    ),
    ("something\n", "the line lacks a tab: is 'field_separator' right?"),
    (
      "1\t2\t900000000\n",
      "x.inter:1:1: error: the first line names the columns, found data ('1', '2', '900000000'); "
        + "put above it 'user_id:token\\titem_id:token\\ttimestamp:float' (\\t is a tab), or run: "
        + "sine-tune prepare x.inter --user 1 --item 2 --time 3 --output "
    ),
    (
      "user_id\titem_id\tprice\tcity\ttimestamp\nu\ta\t1.5\tRome\t3\n",
      "x.inter:1:1: error: the first line gives each column a type, found none ('user_id', "
        + "'item_id', 'price', 'city', 'timestamp'); write 'user_id:token\\titem_id:token\\t"
        + "price:float\\tcity:token\\ttimestamp:float' (\\t is a tab), or run: sine-tune prepare"
    ),
    (
      "userId\tmovieId\tdate\nu\ta\t2024-01-01\n",
      "found none ('userId', 'movieId', 'date'); such a file is written by: sine-tune prepare "
        + "x.inter --user userId --item movieId --time date --output"
    ),
    (
      "user_id,item_id,timestamp\n1,2,3\n",
      "has a tab between them, found ',' and no types ('user_id', 'item_id', 'timestamp'); such "
        + "a file is written by: sine-tune prepare x.inter --user user_id --item item_id --time"
    ),
    (
      "user_id:token,item_id:token,timestamp:float\n1,2,3\n",
      "the columns are separated by ',', and 'field_separator' says a tab: set it with "
        + "--field_separator=,"
    ),
    (
      "user_id:token\titem_id:int\ttimestamp:float\n",
      "x.inter:1:15: error: the type of column 'item_id' is one of 'token', 'float', "
        + "'token_seq', 'float_seq', found 'int'; write 'token'"
    ),
    ("a:token\tb:float\ta:token\n", "x.inter:1:17: error: the column 'a' occurs twice"),
    (
      "user_id:token\titem_id:token\n",
      "'x.inter' has no column 'timestamp', which 'TIME_FIELD' names; the columns are "
        + "'user_id', 'item_id'"
    ),
    (
      "user_id:float\titem_id:token\ttimestamp:float\n",
      "the column 'user_id', which 'USER_ID_FIELD' names, must be of type 'token', found "
        + "'float'; write 'user_id:token' in the first line"
    ),
    (
      "user_id:token\titem_id:token\ttimestamp:token\n",
      "the column 'timestamp', which 'TIME_FIELD' names, must be of type 'float', found "
        + "'token'; write 'timestamp:float' in the first line"
    ),
    (
      "userId:token\t item_id:token\ttimestamp:float\n",
      "'userId', ' item_id', 'timestamp'; did you mean 'userId' (--USER_ID_FIELD=userId)"
    ),
    (
      "user_id:token\t item_id:token\ttimestamp:float\n",
      "'user_id', ' item_id', 'timestamp'; did you mean ' item_id', without the blank"
    ),
    (String(repeating: "a:token\t", count: 3000), "a header has at most 1024 columns"),
  ]

  @Test("Headers that name no usable columns are reported", arguments: badHeaders)
  func headers(text: String, message: String) {
    #expect(AtomicText.problems(text).contains(message))
  }

  @Test("Everything wrong with a header is reported at once")
  func allHeaderProblems() {
    let problems = AtomicText.problems("user:token\titem_id:token\tx:float\n")
    #expect(problems.split(separator: "\n").count == 2)
    #expect(problems.contains("'USER_ID_FIELD'"))
    #expect(problems.contains("'TIME_FIELD'"))
  }

  @Test("Options that do not fit the columns are reported")
  func options() {
    func problems(_ change: (inout DataConfiguration) -> Void) -> String {
      AtomicText.problems(Self.good, change)
    }
    let interval = IntervalSet(text: "[3,inf)")
    #expect(
      problems { $0.loadedColumns = ["user_id", "item_id"] }
        == "error: the column 'timestamp' is needed but not loaded: add it to 'load_col' "
        + "(or take it out of 'unload_col')")
    #expect(problems { $0.unloadedColumns = ["x"] }.contains("exclude each other"))
    #expect(
      problems { $0.valueFilters = ["rating": .intervals(interval)] }.contains(
        "'val_interval' names 'rating'; the columns are 'user_id', 'item_id', 'timestamp'"))
    #expect(
      problems { $0.valueFilters = ["timestamp": .tokens(["1"])] }.contains("is an interval"))
    #expect(
      problems { $0.valueFilters = ["item_id": .intervals(interval)] }.contains(
        "is a list of values"))
    #expect(problems { $0.normalizedFields = ["price"] }.contains("'normalize_field'"))
    #expect(
      problems {
        $0.normalizeAll = true
        $0.normalizedFields = ["timestamp"]
      }.contains("exclude each other"))
    #expect(problems { $0.itemField = "user_id" }.contains("three different columns"))
    #expect(problems { $0.fieldSeparator = "" }.contains("'field_separator'"))
    #expect(problems { $0.maxItemListLength = 0 }.contains("'MAX_ITEM_LIST_LENGTH'"))
  }

  @Test(
    "Ratios that split nothing are reported",
    arguments: [[0.5, 0.5], [0, 0, 0], [1, -1, 1], [.nan, 1, 1], [.infinity, 1, 1], []])
  func ratios(ratios: [Double]) {
    let problems = AtomicText.problems(Self.good) { $0.split = .ratio(ratios) }
    #expect(problems.contains("'RS' takes three ratios"))
  }

  @Test("If no training example remains, the counts of every step are reported")
  func nothingRemains() {
    #expect(
      AtomicText.problems(AtomicText.file("u a 1", "v a 2", "v a 3")) {
        $0.duplicateRemoval = .first
      }
        == "error: 'x.inter' gives no training example (3 interactions read, 2 after "
        + "'rm_dup_inter'): a user needs at least two interactions, and none of the 2 users that "
        + "remain has an example for training")
    #expect(
      AtomicText.problems(Self.good) { $0.userInteractions = IntervalSet(text: "[5,inf)") }
        == "error: 'x.inter' gives no training example (4 interactions read, 0 after "
        + "'user_inter_num_interval'): the filters leave nothing")
    #expect(
      AtomicText.problems(AtomicText.file("u a ", "u b nan"))
        == "error: the column 'timestamp' of 'x.inter' holds no time at all")
  }

  @Test("One of a kind is singular")
  func singular() {
    #expect(
      AtomicText.problems(AtomicText.file("u a 1"))
        == "error: 'x.inter' gives no training example (1 interaction read): a user needs at least "
        + "two interactions, and the only user that remains has no example for training")
  }

  @Test("A user with one interaction gives no example and changes no other user")
  func singleInteraction() throws {
    let dataset = try AtomicText.dataset(AtomicText.file("w z 9", "u a 1", "u b 2"))
    #expect(dataset.userTokens == ["[PAD]", "w", "u"])
    #expect(dataset.train.count == 1)
    #expect(dataset.valid.isEmpty && dataset.test.isEmpty)
    #expect(dataset.train.first?.user == 2)
  }
}
