import CKernels

extension SINE {
  func clearTableGradients() {
    let w = workspace
    for buffer in [w.dX, w.dAlpha, w.dN, w.dBeta, w.dPrototypeW3] { buffer.clear() }
  }

  /// Where the backward pass of a block adds to.
  func tableGradients() -> ck_gradients {
    let w = workspace
    return ck_gradients(
      prototype: gradients[.prototypes], prototypeW3: w.dPrototypeW3.pointer, w4: gradients[.w4],
      ln2Weight: gradients[.ln2Weight], ln2Bias: gradients[.ln2Bias],
      ln4Weight: gradients[.ln4Weight], ln4Bias: gradients[.ln4Bias], x: w.dX.pointer,
      alpha: w.dAlpha.pointer, n: w.dN.pointer, beta: w.dBeta.pointer)
  }

  /// Carries the gradients of the tables on to the weights behind them and to the items.
  ///
  /// Item 0 is read at padding, where torch's `padding_idx` stops its gradient.
  func finishTableGradients() {
    let w = workspace
    let (slots, stride, width) = (batch.slots, shape.stride, shape.width)

    kernels.tanhDotBackward(
      slots, stride, w.conceptTanh.pointer, parameters[.w2], w.dAlpha.pointer, gradients[.w2])
    addProductGradient(w.conceptTanh.pointer, weight: .w1, row: 0)

    for j in 0..<shape.interests {
      kernels.tanhDotBackward(
        slots, stride, interestTanh(j), parameters[.wk2] + j * stride,
        w.dBeta.pointer + j * slots, gradients[.wk2] + j * stride)
      addProductGradient(interestTanh(j), weight: .wk1, row: j * width)
    }

    kernels.normalizeBackward(slots, stride, w.n.pointer, w.inverseNorm.pointer, w.dN.pointer)
    addProductGradient(w.dN.pointer, weight: .w3, row: 0)

    // C·w3: dC += d·w3ᵀ (w3ᵀ stands in weightTransposed still), dw3 += Cᵀ·d.
    kernels.gemm(
      shape.prototypes, stride, width, w.dPrototypeW3.pointer, stride, 1,
      w.weightTransposed.pointer, stride, gradients[.prototypes], stride, true)
    kernels.gemm(
      width, stride, shape.prototypes, parameters[.prototypes], 1, stride, w.dPrototypeW3.pointer,
      stride, gradients[.w3], stride, true)

    kernels.scatterRows(
      1, slots, stride, batch.slotItem.pointer, w.dX.pointer, gradients[.items])
  }

  /// From d of x·weight (slots × D): dWeight += xᵀ·d, dX += d·weightᵀ.
  private func addProductGradient(
    _ d: UnsafeMutablePointer<Float>, weight: ParameterTensor, row: Int
  ) {
    let w = workspace
    let (stride, width) = (shape.stride, shape.width)
    let matrix = parameters[weight] + row * stride
    kernels.transpose(width, width, matrix, stride, w.weightTransposed.pointer, stride)
    kernels.gemm(
      width, stride, batch.slots, w.x.pointer, 1, stride, d, stride,
      gradients[weight] + row * stride, stride, true)
    kernels.gemm(
      batch.slots, stride, width, d, stride, 1, w.weightTransposed.pointer, stride, w.dX.pointer,
      stride, true)
  }
}
