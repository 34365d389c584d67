import Foundation
import GRDB
import TestSupport
import Testing

@Suite(.startsProcesses) struct VerifyTests {
  private func sweep(kernels: String? = nil) async throws -> TemporaryFolder {
    let folder = try SmallLog.folder()
    let result = try await BuiltBinary.run(
      SmallLog.sweep("--epochs=4", "--max_evals", "3"), in: folder,
      environment: kernels.map { ["SINE_TUNE_KERNELS": $0] } ?? [:])
    #expect(result.status == 0, "\(result.errors)")
    return folder
  }

  private func verify(
    _ arguments: String..., in folder: TemporaryFolder, environment: [String: String] = [:]
  ) async throws -> CommandResult {
    try await BuiltBinary.run(
      ["verify"] + arguments + ["--data_path", "data"], in: folder, environment: environment)
  }

  @Test("A trial that is trained again from its row has the same figures to the bit")
  func same() async throws {
    let folder = try await sweep()
    let files = { folder.contents.filter { !$0.contains("results.db-") } }
    let before = files()
    let best = try await verify(in: folder)
    #expect(best.status == 0, "\(best.errors)")
    #expect(best.output.hasSuffix(": every figure is the same to the bit\n"))
    let two = try await verify("0", "2", in: folder)
    #expect(two.status == 0, "\(two.errors)")
    #expect(two.outputLines.count == 2)
    #expect(two.outputLines.last?.hasPrefix("trial 2: 4 epochs with the kernels ") == true)
    #expect(files() == before)
  }

  @Test("A row made with kernels that this machine has is verified with them")
  func otherKernels() async throws {
    let folder = try await sweep(kernels: "generic")
    let own = try await verify("1", in: folder)
    #expect(own.status == 0, "\(own.errors)")
    #expect(own.output.contains("with the kernels generic: every figure is the same to the bit"))
  }

  @Test("Kernels that differ from the row's are named, and compared within a tolerance")
  func tolerance() async throws {
    let folder = try await sweep()
    let queue = try DatabaseQueue(path: folder.file("runs/results.db").path)
    // As if a machine with other kernels had made the row.
    try await queue.write { try $0.execute(sql: "UPDATE trial SET kernels = 'neon'") }
    let near = try await verify("1", in: folder)
    #expect(near.status == 0, "\(near.errors)")
    #expect(near.output.contains("the row was made with neon: within the tolerance"))
    try await queue.write {
      try $0.execute(sql: "UPDATE epoch SET trainLoss = trainLoss * 1.02 WHERE number = 2")
    }
    let far = try await verify("1", in: folder)
    #expect(far.status == 1)
    #expect(far.output.contains("\n  epoch 2: loss: "))
    try queue.close()
  }

  @Test("A figure that differs in its last bit is found and named")
  func lastBit() async throws {
    let folder = try await sweep()
    let queue = try DatabaseQueue(path: folder.file("runs/results.db").path)
    try await queue.write {
      try $0.execute(
        sql: """
          UPDATE epoch SET trainLoss = trainLoss * (1 + 2.3e-16)
          WHERE number = 3 AND trial = (SELECT id FROM trial WHERE number = 1)
          """)
    }
    try queue.close()
    #expect(try await verify("0", in: folder).status == 0)
    let result = try await verify("1", in: folder)
    #expect(result.status == 1)
    #expect(result.outputLines.count == 2)
    #expect(result.outputLines.last?.hasPrefix("  epoch 3: loss: ") == true)
  }

  @Test("A trial that cannot be verified is an error")
  func errors() async throws {
    let folder = try await sweep()
    let unknown = try await verify("9", in: folder)
    #expect(unknown.status == 1)
    #expect(unknown.errors == "error: 'small-1' has no trial 9\n")
    #expect(try await verify("one", in: folder).status == 64)
    let data = try folder.text(of: "data/small/small.inter")
    try folder.write(data + "u0\ti1\t1\t99999\n", to: "data/small/small.inter")
    let changed = try await verify(in: folder)
    #expect(changed.status == 1)
    #expect(changed.errors.contains("error: the data are not those of 'small-1'"))
  }
}
