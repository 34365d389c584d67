import Foundation
import TestSupport
import Testing

/// `bench`, end to end. The speed of the machine does not matter.
@Suite(.startsProcesses) struct BenchTests {
  private static func arguments(rounds: Int = 1) -> [String] {
    [
      "bench", "--dataset", "synthetic", "--data_path=data", "--batches", "2",
      "--rounds", "\(rounds)", "--sizes", "50,3 8,4", "--embedding_size=16",
      "--train_batch_size=256",
    ]
  }

  @Test("bench writes one JSON object with every figure, and leaves nothing behind")
  func json() async throws {
    let folder = try TemporaryFolder()
    let result = try await BuiltBinary.run(Self.arguments() + ["--format", "json"], in: folder)
    #expect(result.status == 0, "\(result.errors)")
    #expect(folder.contents.isEmpty)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    for name in [
      "durable_rows_per_second", "peak_flops_per_second", "preparation_seconds",
    ] {
      #expect(try #require(object[name] as? Double) > 0, "\(name)")
    }
    let cases = try #require(object["cases"] as? [[String: Any]])
    #expect(cases.map { $0["prototype_size"] as? Int } == [50, 8])
    for item in cases {
      #expect(item["batch_size"] as? Int == 256)
      #expect((item["stages"] as? [Any])?.count == 9)
      #expect(try #require(item["flops_per_batch"] as? Double) > 0)
      #expect(try #require(item["seconds_per_batch"] as? Double) > 0)
      let jobs = try #require(item["jobs"] as? [[String: Any]])
      #expect(jobs.first?["jobs"] as? Int == 1)
      #expect(jobs.last?["jobs"] as? Int == object["cores"] as? Int)
    }
  }

  @Test("bench prints tables on standard output and progress on standard error")
  func table() async throws {
    let result = try await BuiltBinary.run(Self.arguments(), in: try TemporaryFolder())
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.outputLines[0].hasPrefix("machine "))
    #expect(
      result.output.contains("a step on one thread, ms of CPU time a batch of 256 examples\n"))
    #expect(result.errors.contains("round 1 of 1: 8,4\n"))
  }

  @Test("A signal ends bench at once and leaves nothing behind", arguments: [SIGINT, SIGTERM])
  func interruption(number: Int32) async throws {
    let folder = try TemporaryFolder()
    let command = try RunningCommand(
      BuiltBinary.url, Self.arguments(rounds: 100_000), in: folder)
    let hasBegun = try await command.waits { command.errorsSoFar.contains("the results file") }
    #expect(hasBegun)
    #expect(!folder.contents.isEmpty)
    command.signal(number)
    #expect(try await command.result().status == 128 + number)
    #expect(folder.contents.isEmpty)
  }

  @Test("bench compares as many jobs and threads as it is told, under BPR too")
  func counts() async throws {
    let result = try await BuiltBinary.run(
      Self.arguments() + ["--format", "json", "--jobs=1", "--threads=2", "--loss_type=BPR"],
      in: try TemporaryFolder())
    #expect(result.status == 0, "\(result.errors)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    for item in try #require(object["cases"] as? [[String: Any]]) {
      let jobs = try #require(item["jobs"] as? [[String: Any]])
      let threads = try #require(item["threads"] as? [[String: Any]])
      #expect(jobs.map { $0["jobs"] as? Int } == [1])
      #expect(threads.map { $0["threads"] as? Int } == [1, 2])
    }
  }

  @Test(
    "Wrong numbers are wrong usage",
    arguments: [
      ["--batches", "0"], ["--rounds", "0"], ["--sizes", "50"], ["--jobs", "0"],
      ["--threads", "0"],
    ])
  func wrongUsage(option: [String]) async throws {
    let result = try await BuiltBinary.run(["bench"] + option, in: try TemporaryFolder())
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
  }
}
