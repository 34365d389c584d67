import Foundation
import TestSupport
import Testing

/// The figures and the tables of `Benchmarks/against_recbole.py`, without running RecBole.
@Suite(.startsProcesses, .enabled(if: Python.isInstalled, "python3 is not installed"))
struct AgainstRecBoleTests {
  private func python(_ arguments: String...) async throws -> CommandResult {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    return try await RunningCommand(
      URL(filePath: "/usr/bin/env"), ["python3", "-B"] + arguments, in: folder,
      environment: [
        "PYTHONPATH": Fixture.repository.appending(path: "Benchmarks").path, "COLUMNS": "80",
      ]
    ).result()
  }

  /// Two rounds of one pair of sizes; RecBole is better with two threads, then with one.
  private static let sample = """
    from against_recbole import *
    item = Measured((50, 3))
    for anomaly, threads, seconds in [
        (True, 1, [2.0, 2.0, 9.0]), (True, 2, [1.0]), (False, 1, [0.5]), (False, 2, [0.8]),
        (True, 1, [3.0]), (True, 2, [4.0]), (False, 1, [0.7]), (False, 2, [0.6]),
    ]:
        item.add_peer(anomaly, threads, seconds)
    item.ours = {"train": [0.02, 0.03], "sweep": [0.01, 0.02]}
    item.memory = {"recbole": [3e9, 4e9], "train": [50e6, 60e6], "sweep": [9e7, 8e7]}

    """

  @Test("Ratios are to the better count of threads of the same round, the median over the rounds")
  func ratios() async throws {
    let result = try await python(
      "-c", Self.sample + "print([item.ratio(k, a) for k in item.ours for a in (True, False)])")
    #expect(result.status == 0, "\(result.errors)")
    // 1.0/0.02 and 3.0/0.03; 0.5/0.02 and 0.6/0.03; 1.0/0.01 and 3.0/0.02; 0.5/0.01 and 0.6/0.02.
    let numbers = try JSONDecoder().decode([Double].self, from: Data(result.output.utf8))
    for (number, expected) in zip(numbers, [75, 22.5, 125, 40]) {
      #expect(abs(number - expected) < 1e-9)
    }
  }

  @Test("The tables look as recorded")
  func tables() async throws {
    let options = "type('Options', (), {'threads': [1, 2], 'jobs': 2})"
    let result = try await python("-c", Self.sample + "print(tables([item], \(options)))")
    #expect(result.status == 0, "\(result.errors)")
    try expectSnapshot(result.output, named: "bench/against_recbole.md")
  }

  @Test("The figures are JSON")
  func json() async throws {
    let result = try await python("-c", Self.sample + "print(json.dumps(item.report()))")
    #expect(result.status == 0, "\(result.errors)")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["rounds"] as? Int == 2)
    #expect((object["recbole_seconds_per_batch"] as? [Any])?.count == 4)
    #expect((object["peak_memory"] as? [String: Double])?["sweep"] == 9e7)
  }

  @Test("A command that takes too long is ended and named")
  func limit() async throws {
    let result = try await python(
      "-c",
      """
      from against_recbole import *
      try:
          run(["sleep", "60"], 0.2, ".")
      except Failure as failure:
          print(failure)
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "not done after 0 s: sleep 60\n")
  }

  @Test("Its help needs no RecBole")
  func help() async throws {
    let script = Fixture.repository.appending(path: "Benchmarks/against_recbole.py").path
    let result = try await python(script, "--help")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("--rounds"))
  }
}

private enum Python {
  static let isInstalled = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/python3") }
}
