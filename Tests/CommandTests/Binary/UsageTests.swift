import Foundation
import TestSupport
import Testing

/// Mistyped words, and words of other programs: exit code 64 and the word that was meant.
@Suite(.startsProcesses) struct UsageTests {
  private func expectUsage(
    _ arguments: [String], says parts: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let folder = try SmallLog.folder()
    let before = folder.contents
    let result = try await BuiltBinary.run(arguments, in: folder)
    // Line ends of our own are line ends.
    #expect(!result.errors.contains("\\n"), "\(result.errors)")
    #expect(result.status == 64, "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, sourceLocation: sourceLocation)
    for part in parts {
      #expect(
        result.errors.contains(part), "'\(part)' is not in: \(result.errors)",
        sourceLocation: sourceLocation)
    }
    #expect(folder.contents == before, sourceLocation: sourceLocation)
  }

  @Test(
    "A first word that is no command gets the nearest one",
    arguments: [
      (["stat"], "unknown command 'stat'; did you mean 'sine-tune status'"),
      (["trian", "--epochs=2"], "unknown command 'trian'; did you mean 'sine-tune train'"),
      (["results"], "'sine-tune best' shows the best trial and 'sine-tune status' all sweeps"),
      (["show", "3"], "unknown command 'show'; 'sine-tune best' shows"),
      (["resume"], "to resume a sweep, repeat the command that began it"),
      (["hyper.test"], "write 'sine-tune --params_file hyper.test'"),
      (["nonsense"], "known are train, status, best, verify, bench"),
      (["help", "nonsense"], "unknown command 'nonsense'"),
      (["help", "train", "best"], "'help' takes one command, found 'train best'"),
    ])
  func commands(arguments: [String], message: String) async throws {
    try await expectUsage(arguments, says: ["error: ", message])
  }

  @Test(
    "An unknown option gets the nearest one",
    arguments: [
      (["-v"], "unknown option '-v'; did you mean '--version'"),
      (["-p", "hyper.test"], "unknown option '-p'; did you mean '--params_file'"),
      (["--params-file", "hyper.test"], "'--params-file'; did you mean '--params_file'"),
      (["--param_file", "hyper.test"], "'--param_file'; did you mean '--params_file'"),
      (["--params_file", "hyper.test", "--max-evals=3"], "did you mean '--max_evals'"),
      (["--params_file", "hyper.test", "--n_trials", "3"], "did you mean '--max_evals'"),
      (["--resume"], "to resume a sweep, repeat the command"),
      (["train", "--lerning_rate=1"], "'--lerning_rate'; did you mean '--learning_rate'"),
      (["train", "--max_evals", "3"], "'--max_evals' is an option of a sweep"),
      (["best", "--max"], "unknown option '--max'; 'sine-tune best --help' lists the options"),
      (["best", "--sweeps", "a"], "unknown option '--sweeps'; did you mean '--sweep'"),
      (["status", "-d", "x.db"], "unknown option '-d'"),
    ])
  func options(arguments: [String], message: String) async throws {
    try await expectUsage(arguments, says: ["error: ", message])
  }

  @Test(
    "A bad value of an option exits 64, whoever reads it",
    arguments: [
      (["--max_evals", "three"], "invalid for '--max_evals <n>'; it takes a whole number"),
      (["--max_evals", "-3"], "'--max_evals' is at least 1, found -3"),
      (["--jobs", "-1"], "'--jobs' is at least 1, found -1"),
      (["--epochs", "two"], "'--epochs' takes an integer from 1 to 1000000, found 'two'"),
      (["--epochs", "-3"], "'--epochs' takes an integer from 1 to 1000000, found -3"),
      (["--timeout", "-5s"], "it takes a time such as 90s, 15m or 2h"),
      (["--valid_metric=MRR@20"], "has none of the cut-offs"),
      (["--verbose", "--quiet"], "exclude each other"),
    ])
  func values(options: [String], message: String) async throws {
    try await expectUsage(["--params_file", "hyper.test"] + options, says: [message])
  }

  @Test("A bad value in a file exits 1")
  func files() async throws {
    let folder = try SmallLog.folder()
    try folder.write("epochs: two\n", to: "a.yaml")
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--config_files", "a.yaml"), in: folder)
    #expect(result.status == 1, "\(result.errors)")
  }

  @Test("Configuration files may follow each other without quotes, and later ones win")
  func configFiles() async throws {
    let folder = try SmallLog.folder()
    try folder.write("epochs: 3\n", to: "a.yaml")
    try folder.write("epochs: 2\n", to: "b.yaml")
    for files in [["a.yaml", "b.yaml"], ["a.yaml b.yaml"]] {
      let result = try await BuiltBinary.run(
        SmallLog.sweep() + ["--config_files"] + files + ["--dry_run"], in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("at most 2 epochs each"))
    }
  }

  @Test("The search space can come from standard input")
  func standardInput() async throws {
    let folder = try SmallLog.folder()
    let sweep = SmallLog.sweep("--epochs=1").filter { $0 != "hyper.test" }.joined(separator: " ")
      .replacingOccurrences(of: "--params_file", with: "--params_file -")
    for done in ["new sweep small-1", "resuming small-1: 6 of 6 trials done"] {
      let result = try await BuiltBinary.shell("\"$SINE_TUNE\" \(sweep) < hyper.test", in: folder)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.errors.contains(done))
    }
    // A file on standard input is one of the sweep's files.
    let output = try await BuiltBinary.shell(
      "\"$SINE_TUNE\" \(sweep) --output_file hyper.test < hyper.test", in: folder)
    #expect(output.status == 64, "\(output.errors)")
    let wrong = try await BuiltBinary.shell(
      "echo 'lerning_rate choice [1]' | \"$SINE_TUNE\" \(sweep)", in: folder)
    #expect(wrong.status == 1)
    #expect(wrong.errors.contains("/dev/stdin:1:1: error: "))
  }
}
