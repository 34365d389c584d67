import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing
import Trials

@testable import Recommender

@Suite struct CheckpointFileTests {
  private static var checkpoint: Checkpoint {
    Checkpoint(
      identity: ContentDigest(of: Data("id".utf8)), kernels: ["avx2", "generic"], epochs: 3,
      isComplete: false,
      parameters: numbers(1, -2, 0.5, .infinity), bestParameters: numbers(4, 5, 6, 7),
      best: .init(
        epoch: 1, score: 0.25, unroundedScore: 0.2501,
        metrics: [Metric(name: "mrr@10", value: 0.25)]),
      optimizer: OptimizerState(step: 12, moments: [numbers(1, 2, 3, 4), numbers(5, 6, 7, 8)]),
      evaluationsWithoutGain: 1, order: TorchRandom(seed: 1),
      negatives: NumPyRandom(seed: 2))
  }

  /// Numbers in the memory of a training.
  private static func numbers(_ values: Float...) -> CheckpointNumbers {
    let buffer = AlignedBuffer<Float>()
    buffer.reserve(values.count)
    _ = buffer.elements.update(fromContentsOf: values)
    return .live(buffer)
  }

  @Test("A file holds the last checkpoint, and no other file is left")
  func replacement() throws {
    let folder = try TemporaryFolder()
    let file = CheckpointFile(path: folder.file("sweep/trial-0001.checkpoint").path)
    #expect(try file.read() == nil)
    try file.write(Self.checkpoint)
    try file.write(Self.checkpoint)
    #expect(try file.read() == Self.checkpoint)
    #expect(folder.contents == ["sweep", "sweep/trial-0001.checkpoint"])
    try folder.write("torn", to: "sweep/trial-0001.checkpoint.part")
    file.remove()
    #expect(folder.contents == ["sweep"])
    file.remove()
  }

  @Test("A checkpoint is written although others remove its folder whenever it is empty")
  func vanishingFolder() throws {
    let folder = try TemporaryFolder()
    let file = CheckpointFile(path: folder.file("sweep/trial-0001.checkpoint").path)
    let sweep = folder.file("sweep").path
    let failures = Mutex(0)
    let isDone = Atomic(false)
    DispatchQueue.concurrentPerform(iterations: 2) { thread in
      if thread == 1 {
        while !isDone.load(ordering: .relaxed) { rmdir(sweep) }
        return
      }
      for _ in 0..<200 {
        do { try file.write(Self.checkpoint) } catch { failures.withLock { $0 += 1 } }
        file.remove()
      }
      isDone.store(true, ordering: .relaxed)
    }
    #expect(failures.withLock { $0 } == 0)
  }

  @Test("A folder that cannot be written to is an error with the path and the reason")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "sweep")
    let path = folder.file("sweep/trial-0001.checkpoint").path
    #expect(throws: CheckpointError.unwritable(path: path, reason: "not a directory")) {
      try CheckpointFile(path: path).write(Self.checkpoint)
    }
    #expect(throws: CheckpointError.self) {
      try CheckpointFile(path: folder.url.path).read()
    }
    // This folder can never be made.
    #expect(throws: CheckpointError.self) {
      try CheckpointFile(path: "/proc/none/trial-0001.checkpoint").write(Self.checkpoint)
    }
  }

  @Test("A checkpoint that is cut short anywhere, or longer, is noticed")
  func torn() throws {
    let data = Self.checkpoint.encoded
    for count in 0..<data.count {
      #expect(throws: CheckpointError.self) { try Checkpoint(decoding: data.prefix(count)) }
    }
    #expect(throws: CheckpointError.self) { try Checkpoint(decoding: data + [0]) }
    // A slice whose first index is not 0 holds the same bytes.
    #expect(try Checkpoint(decoding: ([7] + data).dropFirst()) == Self.checkpoint)
  }

  @Test("A checkpoint of an earlier version has a message of its own")
  func earlierVersion() throws {
    var data = Self.checkpoint.encoded
    data[MemoryLayout<UInt64>.size] = 1
    #expect(throws: CheckpointError.otherVersion(1)) {
      try Checkpoint(decoding: data)
    }
  }

  @Test("A flipped bit is noticed, whichever it is")
  func flippedBits() throws {
    let data = Self.checkpoint.encoded
    for place in data.indices {
      var damaged = data
      damaged[place] ^= 1 << (place % 8)
      #expect(throws: CheckpointError.self) { try Checkpoint(decoding: damaged) }
    }
  }

  @Test("A damaged checkpoint is noticed, whatever the damage")
  func damaged() throws {
    let data = Self.checkpoint.encoded
    var random = SyntheticRandom(seed: 4)
    for _ in 0..<FuzzingEffort.count(300, full: 2_000) {
      var bytes = data
      for _ in 0...random.below(3) {
        let place = random.below(bytes.count)
        let end = min(place + 1 + random.below(64), bytes.count)
        switch random.below(4) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count))
        case 2: bytes.replaceSubrange(place..<end, with: Data(count: end - place))
        default: bytes[place] = UInt8(random.below(256))
        }
        if bytes.isEmpty { break }
      }
      guard bytes != data else { continue }
      #expect(throws: CheckpointError.self) { try Checkpoint(decoding: bytes) }
    }
  }

  @Test("Damaged values with a right checksum make a checkpoint or an error, never a trap")
  func forged() throws {
    let data = Self.checkpoint.encoded
    let body = data.dropLast(MemoryLayout<UInt64>.size)
    var random = SyntheticRandom(seed: 3)
    var accepted = 0
    for _ in 0..<FuzzingEffort.count(400, full: 2_000) {
      var bytes = Data(body)
      for _ in 0...random.below(4) {
        // The place is after the head, and often after the long random streams.
        let place = random.isTrue(percent: 50) ? random.below(bytes.count) : random.below(100)
        bytes[place] = random.isTrue(percent: 30) ? 255 : UInt8(random.below(256))
      }
      let forged = [CheckpointPiece.bytes(bytes), Checkpoint.seal(of: [.bytes(bytes)])].joined
      guard let checkpoint = try? Checkpoint(decoding: forged) else { continue }
      accepted += 1
      #expect(checkpoint.bestParameters.count == checkpoint.parameters.count)
      #expect(checkpoint.evaluationsWithoutGain <= checkpoint.epochs)
    }
    #expect(accepted > 10)
  }
}
