import CKernels
import Testing

/// Matrix products against three plain loops in double precision.
@Suite struct ProductTests {
  struct Sizes: Sendable, CustomTestStringConvertible {
    let m: Int
    let n: Int
    let depth: Int
    var testDescription: String { "\(m)×\(n)×\(depth)" }
  }

  static let sizes = [
    Sizes(m: 1, n: 16, depth: 1), Sizes(m: 5, n: 16, depth: 3), Sizes(m: 6, n: 64, depth: 64),
    Sizes(m: 7, n: 80, depth: 17), Sizes(m: 13, n: 48, depth: 33), Sizes(m: 64, n: 32, depth: 10),
    Sizes(m: 65, n: 112, depth: 1), Sizes(m: 3, n: 16, depth: 1683),
  ]

  @Test("a product equals its naive twin", arguments: sizes, KernelTable.all)
  func product(sizes: Sizes, table: KernelTable) {
    var numbers = Numbers(seed: 1)
    let (m, n, depth) = (sizes.m, sizes.n, sizes.depth)
    let a = numbers.array(m * depth)
    let b = numbers.array(depth * n)
    let start = numbers.array(m * n)
    for accumulate in [false, true] {
      var c = start
      // a is stored by columns here: element (i, l) at l·m + i.
      table.kernels.gemm(m, n, depth, a, 1, m, b, n, &c, n, accumulate)
      var worst = 0.0
      for i in 0..<m {
        for j in 0..<n {
          var expected = accumulate ? Double(start[i * n + j]) : 0
          for l in 0..<depth { expected += Double(a[l * m + i]) * Double(b[l * n + j]) }
          worst = max(worst, abs(Double(c[i * n + j]) - expected))
        }
      }
      // Each of `depth` roundings is at most half an ulp of a partial sum below √depth·4.
      #expect(worst < 1e-6 * Double(depth).squareRoot() + 1e-6)
    }
  }

  @Test("rows of c with other strides keep what lies between them", arguments: KernelTable.all)
  func strides(table: KernelTable) {
    var numbers = Numbers(seed: 2)
    let a = numbers.array(4 * 8)
    let b = numbers.array(8 * 16)
    var c = [Float](repeating: 7, count: 4 * 20)
    table.kernels.gemm(4, 16, 8, a, 8, 1, b, 16, &c, 20, false)
    for i in 0..<4 {
      for j in 16..<20 { #expect(c[i * 20 + j] == 7) }
      let expected = (0..<8).reduce(0.0) { $0 + Double(a[i * 8 + $1]) * Double(b[$1 * 16 + 3]) }
      #expect(abs(Double(c[i * 20 + 3]) - expected) < 1e-5)
    }
  }
}
