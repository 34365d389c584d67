import CKernels
import Testing

/// Rows rounded to bytes and their products.
@Suite struct ByteTests {
  @Test(
    "products of bytes equal their naive twin", .enabled(if: ck_multiplies_bytes()),
    arguments: [(1, 1), (5, 4), (6, 16), (7, 3), (48, 16), (13, 40)])
  func products(rows: Int, groups: Int) {
    var numbers = Numbers(seed: 5)
    let depth = 4 * groups
    let a = (0..<rows * depth).map { _ in Int8(127 * numbers.next()) }
    let b = (0..<depth * 64).map { _ in UInt8(127.5 + 127.5 * numbers.next()) }
    let offset = (0..<rows).map { _ in Int32(1e6 * numbers.next()) }
    var c = [Int32](repeating: 0, count: rows * 64)
    ck_multiply_bytes(rows, groups, a, offset, b, &c)
    for i in 0..<rows {
      for e in 0..<64 {
        let expected = (0..<depth).reduce(offset[i]) {
          $0 + Int32(a[i * depth + $1]) * Int32(b[($1 / 4 * 64 + e) * 4 + $1 % 4])
        }
        #expect(c[i * 64 + e] == expected)
      }
    }
  }

  private struct Rounded {
    var q: [Int8]
    var offset: [Int32]
    var unit: [Float]
    var slack: [Float]

    init(_ rows: [Float], width: Int, stride: Int, table: KernelTable) {
      let count = rows.count / stride
      q = Array(repeating: 0, count: rows.count)
      offset = Array(repeating: 0, count: count)
      unit = Array(repeating: 0, count: count)
      slack = Array(repeating: 0, count: count)
      q.withUnsafeMutableBufferPointer { q in
        offset.withUnsafeMutableBufferPointer { offset in
          unit.withUnsafeMutableBufferPointer { unit in
            slack.withUnsafeMutableBufferPointer { slack in
              var bytes = ck_byte_rows(
                row: q.baseAddress, offset: offset.baseAddress, unit: unit.baseAddress,
                slack: slack.baseAddress)
              table.kernels.roundRows(count, width, stride, rows, &bytes)
            }
          }
        }
      }
    }
  }

  @Test(
    "a number is rounded to the next multiple, and the largest is 127 of them",
    arguments: KernelTable.all, [1e-8, 0.3, 1, 1e12] as [Float])
  func rounding(table: KernelTable, scale: Float) {
    var numbers = Numbers(seed: 6)
    let (width, stride) = (37, 48)
    let rows = (0..<9 * stride).map { $0 % stride < width ? scale * numbers.next() : 0 }
    let rounded = Rounded(rows, width: width, stride: stride, table: table)
    for i in 0..<9 {
      let own = i * stride..<(i + 1) * stride
      let unit = rounded.unit[i]
      #expect(rounded.q[own].map { abs(Int($0)) }.max() == 127)
      for d in own { #expect(abs(rows[d] / unit - Float(rounded.q[d])) <= 0.5005) }
      #expect(rounded.offset[i] == -128 * rounded.q[own].reduce(0) { $0 + Int32($1) })
      let norm = rows[own].reduce(0.0) { $0 + Double(abs($1)) } / Double(unit)
      #expect(abs(Double(rounded.slack[i]) / norm - 0.501 - 37 * 8e-6) < 1e-5)
    }
  }

  @Test(
    "a row of zeros has a unit, and one without bounds an infinite one", arguments: KernelTable.all)
  func extremes(table: KernelTable) {
    for number in [0, 1e-38, .leastNonzeroMagnitude] as [Float] {
      let row = [number] + [Float](repeating: 0, count: 15)
      let rounded = Rounded(row, width: 16, stride: 16, table: table)
      #expect(rounded.unit[0] > 1e-13 && rounded.unit[0] < 1e-11)
      #expect(rounded.q.allSatisfy { $0 == 0 })
    }
    for number in [.nan, .infinity, -.infinity, 1e19, -3e38] as [Float] {
      let row = [Float](repeating: 1, count: 15) + [number]
      #expect(Rounded(row, width: 16, stride: 16, table: table).unit == [.infinity])
    }
  }
}
