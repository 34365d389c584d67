extension ParameterSet {
  /// Sets the values that RecBole's SINE starts from with this seed, and returns numpy's stream as
  /// it stands afterwards: negative sampling goes on with it.
  ///
  /// numpy's stream draws N(0, 0.01²) for w1, w2, w3, w4, w_k_1, w_k_2. torch's draws the two
  /// embeddings twice: N(0, 1) by their constructors, thrown away, then Xavier's N(0, 2/(rows + D)),
  /// which covers item 0 too. Layer norms start at weight 1, bias 0.
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
