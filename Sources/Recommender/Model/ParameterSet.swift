/// A parameter tensor of SINE, in the order of RecBole's `state_dict`.
package enum ParameterTensor: String, CaseIterable, Sendable {
  case w1, w2, w3, w4
  case wk1 = "w_k_1"
  case wk2 = "w_k_2"
  case prototypes = "C.weight"
  case items = "item_embedding.weight"
  case ln2Weight = "ln2.weight"
  case ln2Bias = "ln2.bias"
  case ln4Weight = "ln4.weight"
  case ln4Bias = "ln4.bias"

  /// The number of rows, which are D numbers each.
  package func rows(_ shape: SINEShape) -> Int {
    let (count, rows) = matrices(shape)
    return count * rows
  }

  /// The floats of all rows, padding included.
  func floats(_ shape: SINEShape) -> Double {
    let (count, rows) = matrices(shape)
    return Double(count) * Double(rows) * Double(shape.stride)
  }

  /// How many matrices the tensor is made of, and the rows of each.
  private func matrices(_ shape: SINEShape) -> (count: Int, rows: Int) {
    switch self {
    case .w1, .w3: (1, shape.width)
    case .wk1: (shape.interests, shape.width)
    case .wk2: (1, shape.interests)
    case .prototypes: (1, shape.prototypes)
    case .items: (1, shape.items)
    case .w2, .w4, .ln2Weight, .ln2Bias, .ln4Weight, .ln4Bias: (1, 1)
    }
  }
}

/// All parameters of a SINE, or all their gradients, in one flat buffer.
///
/// Rows of D numbers start `stride` floats apart. The floats between two rows are zero.
package final class ParameterSet {
  package let shape: SINEShape
  package let buffer: AlignedBuffer<Float>
  private let offsets: [ParameterTensor: Int]

  /// Lays the tensors out in `buffer`, which grows to the needed size and is cleared.
  package init(_ shape: SINEShape, in buffer: AlignedBuffer<Float> = AlignedBuffer()) {
    self.shape = shape
    self.buffer = buffer
    var offsets: [ParameterTensor: Int] = [:]
    var count = 0
    for tensor in ParameterTensor.allCases {
      offsets[tensor] = count
      count += tensor.rows(shape) * shape.stride
    }
    self.offsets = offsets
    buffer.reserve(Int(Self.floats(shape)))
    buffer.clear()
  }

  /// The floats of the buffer for a shape.
  static func floats(_ shape: SINEShape) -> Double {
    ParameterTensor.allCases.reduce(0) { $0 + $1.floats(shape) }
  }

  /// The first row of a tensor.
  package subscript(tensor: ParameterTensor) -> UnsafeMutablePointer<Float> {
    buffer.pointer + offsets[tensor, default: 0]
  }

  /// The places of a tensor's floats in the buffer.
  func range(of tensor: ParameterTensor) -> Range<Int> {
    let start = offsets[tensor, default: 0]
    return start..<start + tensor.rows(shape) * shape.stride
  }

  /// The numbers of a tensor without padding, row by row.
  package func values(_ tensor: ParameterTensor) -> [Float] {
    let start = self[tensor]
    return (0..<tensor.rows(shape)).flatMap { row in
      (0..<shape.width).map { start[row * shape.stride + $0] }
    }
  }

  /// Replaces the numbers of a tensor.
  ///
  /// - Precondition: there are as many values as `values(_:)` returns.
  package func set(_ tensor: ParameterTensor, to values: some Collection<Float>) {
    let rows = tensor.rows(shape)
    precondition(values.count == rows * shape.width)
    let start = self[tensor]
    for (i, value) in values.enumerated() {
      start[i / shape.width * shape.stride + i % shape.width] = value
    }
  }
}
