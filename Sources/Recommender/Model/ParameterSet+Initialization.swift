extension ParameterSet {
  /// Sets the values that RecBole's SINE starts from with this seed. Returns numpy's random stream,
  /// from which negative sampling draws next.
  ///
  /// numpy draws w1, w2, w3, w4, w_k_1 and w_k_2 from N(0, 0.01²). torch draws the two embeddings
  /// twice: their constructors draw from N(0, 1), and Xavier's N(0, 2/(rows + D)) replaces these
  /// values, also those of item 0. Layer norms start with weight 1 and bias 0.
  func initialize(seed: Int) -> NumPyRandom {
    var numpy = NumPyRandom(seed: seed)
    for tensor in [ParameterTensor.w1, .w2, .w3, .w4, .wk1, .wk2] {
      let count = tensor.rows(shape) * shape.width
      set(tensor, to: (0..<count).map { _ in Float(numpy.normal(standardDeviation: 0.01)) })
    }
    var torch = TorchRandom(seed: seed)
    let embeddings = [ParameterTensor.prototypes, .items]
    for tensor in embeddings {
      torch.skipNormals(count: tensor.rows(shape) * shape.width)
    }
    for tensor in embeddings {
      let rows = tensor.rows(shape)
      let deviation = (2 / Double(rows + shape.width)).squareRoot()
      let (start, width, stride) = (self[tensor], shape.width, shape.stride)
      torch.normals(count: rows * width, standardDeviation: deviation) { place, value in
        start[place / width * stride + place % width] = value
      }
    }
    for tensor in [ParameterTensor.ln2Weight, .ln4Weight] {
      set(tensor, to: [Float](repeating: 1, count: shape.width))
    }
    for tensor in [ParameterTensor.ln2Bias, .ln4Bias] {
      set(tensor, to: [Float](repeating: 0, count: shape.width))
    }
    return numpy
  }
}
