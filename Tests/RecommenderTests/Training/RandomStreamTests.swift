import Testing

@testable import Recommender

/// Compares the random generators with the output of numpy 1.26 and torch 2.13.
@Suite struct RandomStreamTests {
  private func expect(_ values: [Float], near expected: [Float]) {
    #expect(values.count == expected.count)
    for (value, reference) in zip(values, expected) { #expect(abs(value - reference) < 2e-6) }
  }

  @Test("MT19937 gives the reference outputs for its reference seed")
  func reference() {
    var generator = MersenneTwister(seed: 5489)
    #expect(generator.next() == 3_499_211_612)
    for _ in 0..<9_998 { _ = generator.next() }
    #expect(generator.next() == 4_123_659_995)
  }

  @Test("numpy's normals come in pairs, and its integers continue the same stream")
  func numpy() {
    var random = NumPyRandom(seed: 2020)
    let normals = (0..<3).map { _ in random.normal(standardDeviation: 0.01) }
    #expect(normals == [-0.01768845705575951, 0.0007555227120810953, -0.011306297028053422])
    #expect((0..<5).map { _ in random.integer(in: 1..<1683) } == [1185, 921, 692, 140, 56])
    #expect((0..<5).map { _ in random.integer(in: 1..<10) } == [3, 4, 7, 6, 1])
  }

  @Test("torch keeps a spare normal if fewer than 16 values are drawn")
  func fewTorchNormals() {
    var random = TorchRandom(seed: 7)
    expect(
      normals(3, &random), near: [-0.1467951, 0.7861413, 0.9468216])
    expect(
      normals(3, &random), near: [-1.1143440, 1.6907902, -0.8948279])
  }

  @Test("torch draws 16 or more normals in runs of 16, and draws the last run again for a rest")
  func manyTorchNormals() {
    var random = TorchRandom(seed: 7)
    let values = normals(21, &random)
    expect(
      Array(values.prefix(6)),
      near: [-0.8201345, 0.3956312, 0.8989085, -1.3884039, -0.1669960, 0.7820727])
    expect(Array(values.suffix(2)), near: [-0.3567225, 1.0955805])
    expect(
      normals(3, &random), near: [0.1736421, -1.2732713, 1.0841876])
  }

  @Test("Skipped normals leave the stream as drawn normals do", arguments: [1, 2, 15, 16, 21, 32])
  func skipping(count: Int) {
    var drawn = TorchRandom(seed: 7)
    var skipped = drawn
    _ = normals(count, &drawn)
    skipped.skipNormals(count: count)
    #expect(drawn == skipped)
  }

  private func normals(_ count: Int, _ random: inout TorchRandom) -> [Float] {
    var values = [Float](repeating: .nan, count: count)
    random.normals(count: count, standardDeviation: 1) { values[$0] = $1 }
    return values
  }

  @Test("Permutations are torch's")
  func permutations() {
    var random = TorchRandom(seed: 11)
    #expect(random.permutation(count: 10) == [1, 7, 2, 0, 9, 3, 5, 6, 4, 8])
    #expect(random.permutation(count: 7) == [1, 5, 2, 4, 0, 3, 6])
  }
}
