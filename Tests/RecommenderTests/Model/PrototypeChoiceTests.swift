import CKernels
import Testing

@testable import Recommender

/// Compares the k best prototypes found with products of bytes to those found from all scores.
@Suite(.enabled(if: KernelSet.fastest.table.pointee.multipliesBytes()))
struct PrototypeChoiceTests {
  struct Sizes: Sendable, CustomTestStringConvertible {
    let width: Int
    let prototypes: Int
    let interests: Int
    var testDescription: String { "D \(width), L \(prototypes), k \(interests)" }
  }

  static let sizes = [
    Sizes(width: 64, prototypes: 5000, interests: 16),
    Sizes(width: 64, prototypes: SINEShape.fewestPrototypesInBytes, interests: 1),
    Sizes(width: 13, prototypes: 777, interests: 4),
    Sizes(width: 100, prototypes: 600, interests: 33),
    Sizes(width: 1, prototypes: 510, interests: 3),
    Sizes(width: 300, prototypes: 1000, interests: 8),
  ]

  private struct Choice: Equatable {
    var index: [Int32] = []
    var sigma: [UInt32] = []
    var outputs: [UInt32] = []
    /// The blocks whose prototypes were chosen by bytes and not from all scores.
    var fromBytes = 0

    static func == (a: Choice, b: Choice) -> Bool {
      a.index == b.index && a.sigma == b.sigma && a.outputs == b.outputs
    }
  }

  private func model(_ sizes: Sizes, scale: Float = 0.5) -> ModelUnderTest {
    var configuration = ModelConfiguration()
    configuration.embeddingSize = sizes.width
    configuration.prototypeSize = sizes.prototypes
    configuration.interestSize = sizes.interests
    var random = SeededValues(seed: 21)
    let dataset = random.dataset(items: 90, positions: 9, examples: 150)
    let model = ModelUnderTest(configuration, dataset: dataset, kernels: .fastest)
    for tensor in ParameterTensor.allCases {
      let offset: Float = tensor == .ln2Weight || tensor == .ln4Weight ? 1 : 0
      let count = tensor.rows(model.sine.shape) * sizes.width
      model.sine.parameters.set(
        tensor, to: (0..<count).map { _ in offset + scale * random.value() })
    }
    return model
  }

  private func choice(_ test: ModelUnderTest, bytes: Bool) -> Choice {
    let sine = test.sine
    var choice = Choice()
    var model = sine.makeTables()
    if !bytes { model.bytes = ck_byte_rows() }
    for index in 0..<sine.batch.blocks {
      var block = sine.workspace.lanes[0].block(index, of: sine.batch, shape: sine.shape)
      sine.kernels.forward(&model, &block)
      let (examples, k) = (block.examples, sine.shape.interests)
      choice.index += (0..<examples * k).map { block.index[$0] }
      choice.sigma += (0..<examples * k).map { block.sigma[$0].bitPattern }
      choice.outputs += (0..<examples * sine.shape.stride).map { block.v[$0].bitPattern }
      if !holdsScores(block, sine) { choice.fromBytes += 1 }
    }
    return choice
  }

  /// True if `block.score` holds scores of the last prototypes, and not products of bytes.
  private func holdsScores(_ block: ck_block, _ sine: SINE) -> Bool {
    let (stride, last) = (sine.shape.stride, (sine.shape.prototypes - 1) / 48 * 48)
    let c = sine.parameters[.prototypes] + last * stride
    let score = (0..<stride).reduce(0.0) { $0 + Double(c[$1]) * Double(block.z[$1]) }
    return abs(Double(block.score[0]) - score) < 1e-4 * abs(score)
  }

  @Test("The choice, its scores and v are the same to the last bit", arguments: sizes)
  func everySize(sizes: Sizes) {
    for scale in [1e-3, 0.5, 4] as [Float] {
      let model = model(sizes, scale: scale)
      let found = choice(model, bytes: true)
      #expect(found.fromBytes == model.sine.batch.blocks)
      let isEqual = found == choice(model, bytes: false)
      #expect(isEqual)
    }
  }

  /// A change of the prototypes. `isBounded` is true if bounds still exclude enough prototypes after
  /// the change.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let isBounded: Bool
    let apply: @Sendable (UnsafeMutablePointer<Float>, _ rows: Int, _ stride: Int) -> Void

    init(
      _ name: String, bounded: Bool,
      _ apply: @escaping @Sendable (UnsafeMutablePointer<Float>, Int, Int) -> Void
    ) {
      (testDescription, isBounded, self.apply) = (name, bounded, apply)
    }
  }

  static let changes = [
    Change("each prototype occurs three times", bounded: true) { c, rows, stride in
      for i in 0..<rows { (c + i * stride).update(from: c + i / 3 * 3 * stride, count: stride) }
    },
    Change("prototypes of very different lengths", bounded: true) { c, rows, stride in
      for i in 0..<rows * stride { c[i] *= Float(1 + i / stride % 50) * 0.1 }
    },
    Change("scores that grow from prototype to prototype", bounded: false) { c, rows, stride in
      for i in 0..<rows * stride { c[i] = Float(i / stride) * (i % stride == 0 ? 1 : 0.001) }
    },
    Change("one number of a row dwarfs the others", bounded: false) { c, rows, stride in
      for i in 0..<rows { c[i * stride] *= 200 }
    },
    Change("some prototypes are zero", bounded: true) { c, rows, stride in
      for i in 0..<rows where i % 7 == 1 { (c + i * stride).update(repeating: 0, count: stride) }
    },
    Change("all prototypes are the same", bounded: false) { c, rows, stride in
      for i in 1..<rows { (c + i * stride).update(from: c, count: stride) }
    },
    Change("all prototypes are zero", bounded: false) { c, rows, stride in
      c.update(repeating: 0, count: rows * stride)
    },
    Change("a NaN", bounded: false) { c, _, stride in c[400 * stride + 3] = .nan },
    Change("an infinity", bounded: false) { c, _, stride in c[400 * stride] = -.infinity },
    Change("a number near the largest", bounded: false) { c, _, stride in c[5] = 3e38 },
  ]

  @Test("Ties, extremes and numbers without bounds change no bit either", arguments: changes)
  func extremes(change: Change) {
    let model = model(Sizes(width: 64, prototypes: 700, interests: 5))
    let shape = model.sine.shape
    change.apply(model.sine.parameters[.prototypes], shape.prototypes, shape.stride)
    let found = choice(model, bytes: true)
    if change.isBounded { #expect(found.fromBytes == model.sine.batch.blocks) }
    let isEqual = found == choice(model, bytes: false)
    #expect(isEqual)
    #expect(found.index.allSatisfy { (0..<Int32(shape.prototypes)).contains($0) })
  }

  @Test("An item without bounds makes only its own block compute all scores")
  func unboundedItem() throws {
    let model = model(Sizes(width: 64, prototypes: 700, interests: 5))
    // The blocks of 64 examples that have each item in a history.
    var blocks: [Int32: Set<Int>] = [:]
    for (e, example) in model.dataset.train.enumerated() {
      let history = Int(example.start)..<Int(example.start + example.length)
      for item in model.dataset.items[history] { blocks[item, default: []].insert(e / 64) }
    }
    let item = Int(try #require(blocks.filter { $0.value.count == 1 }.keys.min()))
    model.sine.parameters[.items][item * model.sine.shape.stride] = .nan
    let found = choice(model, bytes: true)
    #expect(found.fromBytes == model.sine.batch.blocks - 1)
    let isEqual = found == choice(model, bytes: false)
    #expect(isEqual)
  }
}
