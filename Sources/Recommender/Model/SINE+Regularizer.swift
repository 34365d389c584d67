import CKernels

extension SINE {
  /// Adds the gradient of reg_loss_ratio·R to the gradients of the prototypes, and returns
  /// reg_loss_ratio·R.
  ///
  /// R = (‖M‖²_F − ‖diag M‖²)/2 with M = Cc Ccᵀ / D and Cc = C minus each row's mean. With the Gram
  /// matrix G = Ccᵀ Cc (D × D), ‖M‖_F = ‖G‖_F / D, and dR/dCc = (2/D)·(Cc G / D − diag(M) Cc). For
  /// dR/dC the mean of each row of dR/dCc is subtracted. The sums run in double precision, because
  /// R is a difference of two large numbers.
  func addRegularizer() -> Double {
    let (width, stride, rows) = (shape.width, shape.stride, shape.prototypes)
    let ratio = configuration.regLossRatio
    let scale = 1 / Double(width)
    let prototypes = parameters[.prototypes]
    let gradient = gradients[.prototypes]

    var centred = [Double](repeating: 0, count: rows * width)
    for i in 0..<rows {
      var mean = 0.0
      for d in 0..<width { mean += Double(prototypes[i * stride + d]) }
      mean *= scale
      for d in 0..<width { centred[i * width + d] = Double(prototypes[i * stride + d]) - mean }
    }
    var gram = [Double](repeating: 0, count: width * width)
    for i in 0..<rows {
      for a in 0..<width {
        let factor = centred[i * width + a]
        for b in 0..<width { gram[a * width + b] += factor * centred[i * width + b] }
      }
    }
    var diagonalSquares = 0.0
    for i in 0..<rows {
      let row = centred[i * width..<(i + 1) * width]
      let diagonal = row.reduce(0) { $0 + $1 * $1 } * scale
      diagonalSquares += diagonal * diagonal
      var d = [Double](repeating: 0, count: width)
      for (a, factor) in zip(0..<width, row) {
        for b in 0..<width { d[b] += factor * gram[a * width + b] }
      }
      for (b, value) in zip(0..<width, row) { d[b] = 2 * scale * (d[b] * scale - diagonal * value) }
      let mean = d.reduce(0, +) * scale
      for b in 0..<width { gradient[i * stride + b] += Float(ratio * (d[b] - mean)) }
    }
    let gramSquares = gram.reduce(0) { $0 + $1 * $1 } * scale * scale
    return ratio * (gramSquares - diagonalSquares) / 2
  }

  /// The bytes of the double-precision matrices that `addRegularizer` makes: Cc and G.
  static func regularizerBytes(_ shape: SINEShape) -> Double {
    8 * (Double(shape.prototypes) + Double(shape.width)) * Double(shape.width)
  }
}
