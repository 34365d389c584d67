import CKernels

/// SINE (Tan et al., WSDM 2021) as RecBole 1.2.1 trains it: forward pass, losses, all gradients.
///
/// What depends on an item alone is computed once a batch for its distinct items ("slots"), what
/// depends on a prototype alone once a batch for the prototypes; examples go through forward, loss
/// and backward in blocks of 64. The formulas stand above the kernels that compute them.
final class SINE {
  let shape: SINEShape
  let configuration: ModelConfiguration
  let parameters: ParameterSet
  let gradients: ParameterSet
  let kernels: ck_kernels
  let workspace: SINEWorkspace

  /// - Parameter largestBatch: the most examples that a batch will hold.
  init(
    _ configuration: ModelConfiguration, shape: SINEShape, parameters: ParameterSet,
    gradients: ParameterSet, kernels: KernelSet, workspace: SINEWorkspace, largestBatch: Int
  ) {
    self.shape = shape
    self.configuration = configuration
    self.parameters = parameters
    self.gradients = gradients
    self.kernels = kernels.table.pointee
    self.workspace = workspace
    workspace.reserve(shape, examples: largestBatch)
  }

  var batch: Batch { workspace.batch }

  /// Computes v of every example of a block of the batch.
  ///
  /// - Precondition: `makeTables()` has run for this batch and these parameters.
  func forward(_ model: inout ck_model, _ block: inout ck_block) {
    kernels.forward(&model, &block)
  }

  /// Fills the tables over slots and prototypes and returns the view of the model that blocks read.
  ///
  /// alpha = tanh(x w1)·w2, n = normalize(x w3), beta_j = tanh(x w_k_1[j])·w_k_2[j], C·w3.
  func makeTables() -> ck_model {
    let w = workspace
    let (slots, stride, width) = (batch.slots, shape.stride, shape.width)
    kernels.gatherRows(slots, stride, batch.slotItem.pointer, parameters[.items], w.x.pointer)

    product(w.x, rows: slots, parameters[.w1], into: w.conceptTanh.pointer)
    kernels.tanhDot(slots, stride, w.conceptTanh.pointer, parameters[.w2], w.alpha.pointer)

    product(w.x, rows: slots, parameters[.w3], into: w.n.pointer)
    kernels.normalize(slots, stride, w.n.pointer, w.inverseNorm.pointer)

    for j in 0..<shape.interests {
      let table = interestTanh(j)
      product(w.x, rows: slots, parameters[.wk1] + j * width * stride, into: table)
      kernels.tanhDot(
        slots, stride, table, parameters[.wk2] + j * stride, w.beta.pointer + j * slots)
    }

    kernels.transpose(
      shape.prototypes, width, parameters[.prototypes], stride, w.prototypeTransposed.pointer,
      shape.prototypeStride)
    kernels.gemm(
      shape.prototypes, stride, width, parameters[.prototypes], stride, 1, parameters[.w3], stride,
      w.prototypeW3.pointer, stride, false)
    return model()
  }

  /// The tanh table of interest j, slots × stride.
  func interestTanh(_ j: Int) -> UnsafeMutablePointer<Float> {
    workspace.interestTanh.pointer + j * batch.slots * shape.stride
  }

  /// out (rows × D) = left (rows × D) · right (D × D).
  private func product(
    _ left: AlignedBuffer<Float>, rows: Int, _ right: UnsafeMutablePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) {
    let stride = shape.stride
    kernels.gemm(
      rows, stride, shape.width, left.pointer, stride, 1, right, stride, out, stride, false)
  }

  private func model() -> ck_model {
    let w = workspace
    return ck_model(
      width: shape.width, stride: shape.stride, prototypes: shape.prototypes,
      prototypeStride: shape.prototypeStride, interests: shape.interests,
      tau: Float(configuration.tauRatio), epsilon: Float(configuration.layerNormEpsilon),
      laneMask: w.laneMask.pointer, prototype: parameters[.prototypes],
      prototypeTransposed: w.prototypeTransposed.pointer, prototypeW3: w.prototypeW3.pointer,
      w4: parameters[.w4], ln2Weight: parameters[.ln2Weight], ln2Bias: parameters[.ln2Bias],
      ln4Weight: parameters[.ln4Weight], ln4Bias: parameters[.ln4Bias], slots: batch.slots,
      x: w.x.pointer, alpha: w.alpha.pointer, n: w.n.pointer, beta: w.beta.pointer)
  }
}
