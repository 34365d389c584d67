import Foundation
import TestSupport
import Testing

/// Wrong input ends with a clear line and exit code 1, and wrong usage with 64. Nothing is written.
@Suite(.startsProcesses) struct WrongInputTests {
  /// Runs a command that has to fail, and checks that it has not changed the folder.
  private func expectFailure(
    _ arguments: [String], in folder: TemporaryFolder, status: Int32 = 1, says parts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = folder.contents
    let result = try await BuiltBinary.run(arguments, in: folder)
    #expect(result.status == status, "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, sourceLocation: sourceLocation)
    for part in parts {
      #expect(
        result.errors.contains(part), "'\(part)' is not in: \(result.errors)",
        sourceLocation: sourceLocation)
    }
    #expect(folder.contents == before, sourceLocation: sourceLocation)
  }

  @Test(
    "A search space that cannot be used is reported with its place",
    arguments: [
      ("", ["hyper.test", "error: "]),
      ("# nothing but a comment\n", ["hyper.test", "error: "]),
      ("learning_rate\u{0}choice", ["hyper.test", "no text file"]),
      ("learning_rate normal 0,1", ["hyper.test:1:15: error: ", "normal"]),
      ("learning_rate choice [0.1,0.2", ["hyper.test:1:", "error: "]),
      ("learning_rate choice []", ["hyper.test:1:", "error: "]),
      ("learning_rate uniform 0.1,inf", ["hyper.test:1:", "error: "]),
      ("learning_rate uniform 0.2,0.1", ["hyper.test:1:", "error: "]),
      (
        "learning_rate choice [0.1]\nlearning_rate choice [0.2]",
        ["hyper.test:2:1: error: ", "learning_rate"]
      ),
      ("lerning_rate choice [0.1]", ["hyper.test:1:1: error: ", "'learning_rate'"]),
      ("prototype_size choice ['a']", ["hyper.test:1:", "error: ", "prototype_size"]),
      ("learning_rate choice [-0.1]", ["hyper.test:1:", "error: ", "learning_rate"]),
      ("learning_rate choice [0.1,0.2,0.1]", ["hyper.test:1:", "error: "]),
      ("learning_rate choice[0.1]", ["hyper.test:1:", "error: "]),
      (
        "prototype_size choice [8,100]\ninterest_size choice [4,16]",
        ["error: ", "interest_size", "16", "prototype_size", "8"]
      ),
    ])
  func space(text: String, parts: [String]) async throws {
    let folder = try SmallLog.folder(space: text)
    try await expectFailure(SmallLog.sweep(), in: folder, says: parts)
  }

  @Test(
    "BPR over one item has no negatives to draw: an error where it is fixed, a failed trial where it is searched"
  )
  func oneItem() async throws {
    let folder = try SmallLog.folder(space: "loss_type choice ['CE','BPR']\n")
    let rows = (1...6).map { "u1\ti1\t\($0)\n" }.joined()
    try folder.write(
      "user_id:token\titem_id:token\ttimestamp:float\n" + rows, to: "data/small/small.inter")
    let keys = ["--topk=[1]", "--valid_metric=MRR@1", "--epochs=1"]
    try await expectFailure(
      ["train", "--loss_type=BPR"] + SmallLog.arguments + keys, in: folder,
      says: ["'loss_type' BPR samples negative items"])
    let sweep = try await BuiltBinary.run(
      ["--params_file", "hyper.test", "--sampler_seed", "1"] + SmallLog.arguments + keys,
      in: folder)
    #expect(sweep.status == 0, "\(sweep.errors)")
    #expect(
      try query("SELECT state, count(*) FROM results GROUP BY 1 ORDER BY 1", in: folder)
        == ["complete|1", "failed|1"])
    #expect(try query("SELECT reason FROM failure", in: folder) == ["invalid_config"])
  }

  @Test("All errors of a space are reported at once")
  func allErrors() async throws {
    let folder = try SmallLog.folder(
      space: "lerning_rate choice [0.1]\nprototype_size choice []\ntau_ratio normal 0,1\n")
    try await expectFailure(
      SmallLog.sweep(), in: folder,
      says: ["hyper.test:1:1: error", "hyper.test:2:", "hyper.test:3:"])
  }

  @Test("A missing space, a folder and a binary file are no spaces")
  func noSpace() async throws {
    let folder = try SmallLog.folder()
    try folder.write(Data([0x7F, 0x45, 0x4C, 0x46, 0, 1, 0xFF, 0xFE]), to: "binary.test")
    for name in ["missing.test", "data", "binary.test"] {
      try await expectFailure(
        ["--params_file", name] + SmallLog.arguments, in: folder, says: ["error: ", "'\(name)'"])
    }
  }

  private static let configurations: [([String], Int32, [String])] = [
    (["--lerning_rate=1"], 64, ["'--lerning_rate'", "'--learning_rate'"]),
    (["--learning_rate=0.1"], 1, ["learning_rate", "hyper.test"]),
    (["--model", "SASRec"], 64, ["SASRec", "SINE"]),
    (["--epochs=two"], 64, ["epochs", "two"]),
    (["--epochs"], 64, ["epochs"]),
    (["--config_files", "missing.yaml"], 1, ["missing.yaml"]),
    (["--valid_metric=MRR@20"], 64, ["valid_metric"]),
    (["--dry-run"], 64, ["--dry_run"]),
    (["status"], 64, ["sine-tune status"]),
  ]

  @Test(
    "A configuration that cannot be used is reported; the code tells the command line from a file",
    arguments: configurations)
  func configuration(arguments: [String], status: Int32, parts: [String]) async throws {
    let folder = try SmallLog.folder()
    try await expectFailure(
      SmallLog.sweep() + arguments, in: folder, status: status, says: ["error: "] + parts)
  }

  @Test("Data that cannot be used are reported before anything is written")
  func data() async throws {
    let folder = try SmallLog.folder()
    try folder.write("user_id:token\titem_id:token\nu\ti\n", to: "data/timeless/timeless.inter")
    let header = "user_id:token\titem_id:token\ttimestamp:float\n"
    try folder.write(header + "u1\ti1\t1\nu2\ti2\t2\n", to: "data/lonely/lonely.inter")
    try folder.write(header + "u1\ti1\t1\nu1\ti2\tsoon\n", to: "data/malformed/malformed.inter")
    try folder.write("", to: "data/empty/empty.inter")
    let cases = [
      ("nowhere", ["data/nowhere/nowhere.inter"]), ("timeless", ["timestamp"]),
      ("lonely", ["interaction"]), ("malformed", ["malformed.inter:3", "soon"]),
      ("empty", ["empty.inter"]),
    ]
    for (name, parts) in cases {
      try await expectFailure(
        ["--params_file", "hyper.test", "--data_path=data", "--dataset", name], in: folder,
        says: ["error: "] + parts)
    }
  }

  @Test("A user with a single interaction gives no example and is no error")
  func lonelyUser() async throws {
    let folder = try SmallLog.folder()
    let log = try folder.text(of: "data/small/small.inter")
    try folder.write(log + "lonely\ti0\t3\t5\n", to: "data/small/small.inter")
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=1", "--max_evals", "1"), in: folder)
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test("A database that cannot be written is reported")
  func unwritable() async throws {
    let folder = try SmallLog.folder()
    try await expectFailure(
      SmallLog.sweep("--db", "hyper.test/results.db"), in: folder,
      says: ["error: ", "'hyper.test' is a file"])
    try await expectFailure(
      SmallLog.sweep("--db", "data"), in: folder, says: ["error: ", "data"])
  }

  @Test("A file that is no results.db stays as it is, byte for byte")
  func foreignFile() async throws {
    let folder = try SmallLog.folder()
    try folder.write("these are my notes, no database\n", to: "notes.txt")
    _ = try await BuiltBinary.shell(
      """
      sqlite3 foreign.db 'CREATE TABLE song (title TEXT)'
      """, in: folder)
    for name in ["notes.txt", "foreign.db"] where folder.contains(name) {
      let before = try Data(contentsOf: folder.file(name))
      try await expectFailure(
        SmallLog.sweep("--db", name), in: folder, says: ["error: ", name])
      #expect(try Data(contentsOf: folder.file(name)) == before)
    }
  }

  @Test("A folder for hyper.result that does not exist is an error before the first trial")
  func outputFile() async throws {
    let folder = try SmallLog.folder()
    try await expectFailure(
      SmallLog.sweep("--output_file", "nowhere/hyper.result"), in: folder,
      says: ["error: ", "nowhere"])
  }

  @Test(
    "A search that has nothing to choose by is an error before the first trial",
    arguments: [
      (["--eval_step=0"], "'eval_step'"),
      (["--eval_args={'split': {'RS': [9,0,1]}, 'order': 'TO', 'mode': 'full'}"], "'eval_args'"),
      (
        ["--eval_args={'split': {'LS': 'test_only'}, 'order': 'TO', 'mode': 'full'}"], "'eval_args'"
      ),
      // Every user has three interactions then: one too few.
      (["--val_interval={'rating': '[1,1]'}"], "no example is left for validation"),
    ], [[], ["--dry_run"]])
  func noScore(keys: ([String], part: String), dry: [String]) async throws {
    let folder = try SmallLog.folder()
    try await expectFailure(
      SmallLog.sweep() + keys.0 + dry, in: folder, says: ["error: ", keys.part])
  }

  @Test("Escape sequences in names, keys, values and data are written as text")
  func escapes() async throws {
    let odd = "a\u{1B}[31m\u{9B}\u{202E}"
    let folder = try SmallLog.folder(space: "tau_ratio choice ['\u{9B}31m']\n")
    try folder.write(
      "user_id:token\titem_id:token\ttimestamp:float\nu\ti\t\(odd)\n",
      to: "data/\(odd)/\(odd).inter")
    for arguments in [
      SmallLog.sweep(), SmallLog.sweep("--\(odd)=1"), ["--params_file", odd],
      ["--params_file", "hyper.test", "--config_files", odd],
      ["train", "--dataset", odd, "--data_path=data"], ["train", "--learner=\(odd)"],
      ["best", "--db", odd], SmallLog.sweep("--sweep", odd),
    ] {
      let result = try await BuiltBinary.run(arguments, in: folder)
      #expect(result.status != 0)
      let raw = result.errors.unicodeScalars.filter {
        ($0.properties.generalCategory == .control && $0 != "\n") || $0 == "\u{202E}"
      }
      #expect(raw.isEmpty, "\(result.errors.debugDescription)")
    }
  }

  @Test(
    "Wrong usage exits 64",
    arguments: [
      ["--params_file"], ["--jobs", "many"], ["--format", "xml"], ["best", "--format", "xml"],
      ["status", "--what"], ["--params_file", "hyper.test", "--jobs", "0"],
      ["--params_file", "hyper.test", "--max_evals", "0"],
      ["--params_file", "hyper.test", "--early_stop", "-1"], ["--db", "x.db"],
      ["--params_file", "hyper.test", "--sweep="],
      ["--params_file", "hyper.test", "--sweep", "a\nb: 1"],
      ["--params_file", "hyper.test", "--sweep", "\u{1B}[31m"],
      ["--params_file", "hyper.test", "--sweep", String(repeating: "x", count: 300)],
    ])
  func usage(arguments: [String]) async throws {
    let folder = try SmallLog.folder()
    try await expectFailure(arguments, in: folder, status: 64, says: ["Usage: sine-tune"])
  }
}
