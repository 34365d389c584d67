import CKernels
import Foundation
import Testing

/// Row-wise kernels against libm and plain loops.
@Suite struct RowTests {
  @Test(
    "tanh is right to 4 units in the last place, for small and for large numbers",
    arguments: KernelTable.all)
  func tanhAccuracy(table: KernelTable) {
    var values: [Float] = [0, -0.0, 1e-30, 8.99, 9, 9.01, 50, -50, 1e30, -.infinity]
    for exponent in -20...3 {
      for mantissa in 0..<37 {
        values.append(Float(1 + Double(mantissa) / 37) * pow(2, Float(exponent)))
      }
    }
    values += values.map { -$0 }
    while values.count % 16 != 0 { values.append(0) }
    let inputs = values
    let ones = [Float](repeating: 1, count: values.count)
    var sum: Float = 0
    table.kernels.tanhDot(1, values.count, &values, ones, &sum)
    for (x, y) in zip(inputs, values) {
      let expected = tanh(Double(x))
      #expect(abs(Double(y) - expected) <= 4 * Double(Float(expected).ulp), "tanh(\(x))")
    }
  }

  @Test("a NaN comes through tanh", arguments: KernelTable.all)
  func notANumber(table: KernelTable) {
    var values = [Float](repeating: .nan, count: 16)
    let ones = [Float](repeating: 1, count: 16)
    var sum: Float = 0
    table.kernels.tanhDot(1, 16, &values, ones, &sum)
    #expect(sum.isNaN)
    #expect(values.allSatisfy { $0.isNaN })
  }

  @Test("rows become unit vectors, and a row of zeros stays one", arguments: KernelTable.all)
  func normalize(table: KernelTable) {
    var numbers = Numbers(seed: 3)
    let rows = numbers.array(3 * 32)
    var values = rows
    for d in 0..<32 { values[32 + d] = 0 }
    var inverse = [Float](repeating: 0, count: 3)
    table.kernels.normalize(3, 32, &values, &inverse)
    #expect(values[32..<64].allSatisfy { $0 == 0 })
    for row in [0, 2] {
      let norm = rows[row * 32..<row * 32 + 32].reduce(0.0) { $0 + Double($1) * Double($1) }
        .squareRoot()
      #expect(abs(Double(inverse[row]) * norm - 1) < 1e-6)
      for d in 0..<32 {
        #expect(abs(Double(values[row * 32 + d]) - Double(rows[row * 32 + d]) / norm) < 1e-6)
      }
    }
  }

  @Test("rows are gathered by id and scattered back with repetitions", arguments: KernelTable.all)
  func gather(table: KernelTable) {
    var numbers = Numbers(seed: 4)
    let source = numbers.array(5 * 16)
    let ids: [Int32] = [3, 0, 3]
    var gathered = [Float](repeating: 0, count: 3 * 16)
    table.kernels.gatherRows(3, 16, ids, source, &gathered)
    #expect(Array(gathered[0..<16]) == Array(source[48..<64]))
    #expect(Array(gathered[16..<32]) == Array(source[0..<16]))
    var target = [Float](repeating: 0, count: 5 * 16)
    table.kernels.scatterRows(1, 3, 16, ids, gathered, &target)
    #expect(Array(target[0..<16]) == Array(source[0..<16]))
    #expect(Array(target[48..<64]) == Array(source[48..<64]))
    #expect(target[16..<48].allSatisfy { $0 == 0 })
  }

  @Test("sums of powers in double precision", arguments: KernelTable.all)
  func powers(table: KernelTable) {
    let values: [Float] = [3, -4, 0, 1]
    #expect(table.kernels.powerSum(4, values, 2) == 26)
    #expect(table.kernels.powerSum(4, values, 1) == 8)
    #expect(table.kernels.powerSum(4, values, .infinity) == 4)
    #expect(abs(table.kernels.powerSum(4, values, 3) - 92) < 1e-9)
  }
}
