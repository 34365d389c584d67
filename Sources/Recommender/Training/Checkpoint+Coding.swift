import Foundation
import Trials

/// The bytes of a checkpoint: magic, version, length, the values, and a checksum of these bytes.
extension Checkpoint {
  private static let magic: UInt64 = 0x5453_4E4B_4345_4953
  private static let version: UInt32 = 2

  /// The bytes of the file, as pieces in order.
  var pieces: [CheckpointPiece] {
    var body = CheckpointWriter()
    append(to: &body)
    var head = CheckpointWriter()
    head.append(Self.magic)
    head.append(Self.version)
    head.append(Int64(body.pieces.reduce(0) { $0 + $1.count }))
    let pieces = head.pieces + body.pieces
    return pieces + [Self.seal(of: pieces)]
  }

  private func append(to body: inout CheckpointWriter) {
    body.append(identity.value)
    body.append(Int64(kernels.count))
    for name in kernels { body.append(name) }
    body.append(Int64(epochs))
    body.append(UInt8(isComplete ? 1 : 0))
    body.append(best?.epoch)
    if let best {
      body.append(best.score)
      body.append(best.unroundedScore)
      body.append(Int64(best.metrics.count))
      for metric in best.metrics {
        body.append(metric.name)
        body.append(metric.value)
      }
    }
    body.append(Int64(evaluationsWithoutGain))
    body.append(array: order.generator.words)
    body.append(order.spare)
    body.append(array: negatives.generator.words)
    body.append(negatives.spare)
    body.append(numbers: parameters)
    body.append(numbers: bestParameters)
    body.append(Int64(optimizer.step))
    body.append(Int64(optimizer.moments.count))
    for values in optimizer.moments { body.append(numbers: values) }
  }

  /// Returns the checksum that follows these bytes in the file.
  static func seal(of pieces: [CheckpointPiece]) -> CheckpointPiece {
    var digest = ContentDigest()
    for piece in pieces { piece.withBytes { digest.update($0.bindMemory(to: UInt8.self)) } }
    return .bytes(withUnsafeBytes(of: digest.value) { Data($0) })
  }

  /// Reads a checkpoint. Any bytes give a checkpoint or an error, never a trap.
  init(decoding data: Data) throws(CheckpointError) {
    let sealSize = MemoryLayout<UInt64>.size
    var file = CheckpointReader(data)
    guard let magic = file.number(UInt64.self), magic == Self.magic else {
      throw .damaged("it does not begin as one")
    }
    guard let version = file.number(UInt32.self) else { throw .damaged("it is cut short") }
    guard version == Self.version else { throw .otherVersion(version) }
    let head = data.count - file.count
    guard let length = file.integer(), length == data.count - head - 2 * sealSize else {
      throw .damaged("it is cut short or too long")
    }
    var seal = CheckpointReader(data.suffix(sealSize))
    guard seal.number(UInt64.self) == ContentDigest(of: data.dropLast(sealSize)).value else {
      throw .damaged("its checksum is wrong")
    }
    var body = CheckpointReader(data.dropFirst(head + sealSize).dropLast(sealSize))
    guard let checkpoint = Self.read(&body), body.isAtEnd else {
      throw .damaged("its values make no training")
    }
    self = checkpoint
  }

  private static func read(_ body: inout CheckpointReader) -> Checkpoint? {
    guard let digest = body.number(UInt64.self), let kernels = readTexts(&body),
      let epochs = body.integer(),
      let isComplete = body.number(UInt8.self), isComplete <= 1,
      let best = readBest(&body),
      let evaluationsWithoutGain = body.integer(),
      let order = readStream(&body), let negatives = readStream(&body),
      let parameters = body.numbers(), let bestParameters = body.numbers(),
      let optimizer = readOptimizer(&body)
    else { return nil }
    guard evaluationsWithoutGain <= epochs, best.map({ $0.epoch < epochs }) ?? true,
      bestParameters.count == (best == nil ? 0 : parameters.count)
    else { return nil }
    return Checkpoint(
      identity: ContentDigest(value: digest), kernels: kernels, epochs: epochs,
      isComplete: isComplete == 1,
      parameters: parameters, bestParameters: bestParameters,
      best: best, optimizer: optimizer, evaluationsWithoutGain: evaluationsWithoutGain,
      order: TorchRandom(generator: order.generator, spare: order.spare),
      negatives: NumPyRandom(generator: negatives.generator, spare: negatives.spare))
  }

  private static func readTexts(_ body: inout CheckpointReader) -> [String]? {
    guard let count = body.integer() else { return nil }
    var texts: [String] = []
    for _ in 0..<count {
      guard let text = body.text() else { return nil }
      texts.append(text)
    }
    return texts
  }

  /// Reads the best epoch. The outer nil is an error, the inner nil says that there is none.
  private static func readBest(_ body: inout CheckpointReader) -> Best?? {
    guard let epoch = body.optional({ $0.integer() }) else { return .none }
    guard let epoch else { return .some(nil) }
    guard let score = body.number(Double.self), let unroundedScore = body.number(Double.self),
      let metrics = readMetrics(&body)
    else { return .none }
    return Best(epoch: epoch, score: score, unroundedScore: unroundedScore, metrics: metrics)
  }

  private static func readMetrics(_ body: inout CheckpointReader) -> [Metric]? {
    guard let count = body.integer() else { return nil }
    var metrics: [Metric] = []
    for _ in 0..<count {
      guard let name = body.text(), let value = body.number(Double.self) else { return nil }
      metrics.append(Metric(name: name, value: value))
    }
    return metrics
  }

  private static func readStream(
    _ body: inout CheckpointReader
  ) -> (generator: MersenneTwister, spare: Double?)? {
    guard let words = body.array(UInt32.self), let generator = MersenneTwister(words: words),
      let spare = body.optional({ $0.number(Double.self) })
    else { return nil }
    return (generator, spare)
  }

  private static func readOptimizer(_ body: inout CheckpointReader) -> OptimizerState? {
    guard let step = body.integer(), step <= Int32.max, let count = body.integer() else {
      return nil
    }
    var moments: [CheckpointNumbers] = []
    for _ in 0..<count {
      guard let values = body.numbers() else { return nil }
      moments.append(values)
    }
    return OptimizerState(step: step, moments: moments)
  }
}
