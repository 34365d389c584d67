import CKernels

/// SINE (Tan et al., WSDM 2021) as RecBole 1.2.1 trains it: forward pass, losses, all gradients.
///
/// What depends on an item alone is computed once a batch for each distinct item, which is called a
/// slot. What depends on a prototype alone is computed once a batch for each prototype. Examples go
/// through forward, loss and backward in blocks of 64. With a tiled catalogue, all blocks go
/// through the loss first, and then each block repeats its forward pass before its backward pass,
/// which costs little in comparison. The formulas stand above the kernels that compute them.
final class SINE {
  let shape: SINEShape
  let configuration: ModelConfiguration
  let parameters: ParameterSet
  private let trainedGradients: ParameterSet?
  let kernels: ck_kernels
  let workspace: SINEWorkspace
  let team: ThreadTeam

  /// - Parameters:
  ///   - gradients: the memory for the gradients, nil if the model only ranks.
  ///   - largestBatch: the most examples that a batch will hold.
  ///   - negatives: the most negatives that an example will have.
  init(
    _ configuration: ModelConfiguration, parameters: ParameterSet,
    gradients: AlignedBuffer<Float>?, kernels: KernelSet, workspace: SINEWorkspace,
    largestBatch: Int, negatives: Int, team: ThreadTeam = .single
  ) {
    shape = parameters.shape
    self.configuration = configuration
    self.parameters = parameters
    let gradientShape = shape.gradientShape(examples: largestBatch, negatives: negatives)
    trainedGradients = gradients.map { ParameterSet(gradientShape, in: $0) }
    self.kernels = kernels.table.pointee
    self.workspace = workspace
    self.team = team
    workspace.reserve(
      shape, examples: largestBatch, negatives: negatives, gradients: trainedGradients?.shape,
      lanes: team.limit)
  }

  var batch: Batch { workspace.batch }

  /// The gradients. Their items are the rows of `workspace.rows` if the catalogue is tiled.
  ///
  /// - Precondition: the model does not only rank.
  var gradients: ParameterSet {
    guard let trainedGradients else { preconditionFailure("a model that ranks has no gradients") }
    return trainedGradients
  }

  /// The slots or prototypes of one piece of work when tables are computed.
  static let rowsAtOnce = 240

  /// Whether this batch has the products of every distinct item with every prototype.
  var hasAffinity: Bool {
    shape.hasAffinity(slots: batch.slots, positions: batch.positions)
  }

  /// Whether the prototypes are also kept as bytes. The bytes change no result, so that a CPU
  /// without products of bytes computes the same.
  var hasBytes: Bool { shape.boundsScores && kernels.multipliesBytes() }

  /// Computes the tables of slots and of prototypes, and returns the model as the kernels read it.
  ///
  /// - For every slot: alpha = tanh(x w1)·w2, n = normalize(x w3), and for every interest j
  ///   beta_j = tanh(x w_k_1[j])·w_k_2[j].
  /// - For every prototype: C·w3, and the centred C of LN2.
  /// - For every slot and prototype, if `hasAffinity` is true: n times the centred C.
  func makeTables() -> ck_model {
    let w = workspace
    if hasBytes { w.prototypeBytes.reserve(shape) }
    team.perform(shape.prototypes, inRunsOf: Self.rowsAtOnce) { _, rows in
      let start = rows.lowerBound * shape.stride
      product(
        parameters[.prototypes] + start, rows: rows.count, parameters[.w3],
        into: w.prototypeW3.pointer + start)
      if hasBytes {
        var bytes = w.prototypeBytes.rows(from: rows.lowerBound)
        kernels.roundRows(
          rows.count, shape.width, shape.stride, parameters[.prototypes] + start, &bytes)
      }
    }
    if hasAffinity { w.affinity.reserve(Int(shape.affinityFloats(slots: batch.slots))) }
    var model = model()
    if hasBytes { model.bytes = w.prototypeBytes.rowsIfBounded(kernels) }
    kernels.centre(&model, w.weighted.pointer, w.variance.pointer)
    if hasAffinity {
      kernels.transpose(
        shape.prototypes, shape.stride, w.weighted.pointer, shape.stride,
        w.weightedTransposed.pointer, shape.prototypes.roundedToRow)
    }
    team.perform(batch.slots, inRunsOf: Self.rowsAtOnce) { _, rows in makeItemTables(rows) }
    return model
  }

  private func makeItemTables(_ rows: Range<Int>) {
    let w = workspace
    let (first, count, stride) = (rows.lowerBound, rows.count, shape.stride)
    let x = w.x.pointer + first * stride
    kernels.gatherRows(count, stride, batch.slotItem.pointer + first, parameters[.items], x)

    let concepts = w.conceptTanh.pointer + first * stride
    product(x, rows: count, parameters[.w1], into: concepts)
    kernels.tanhDot(count, stride, concepts, parameters[.w2], w.alpha.pointer + first)

    let n = w.n.pointer + first * stride
    product(x, rows: count, parameters[.w3], into: n)
    kernels.normalize(count, stride, n, w.inverseNorm.pointer + first)
    if hasAffinity {
      let row = shape.prototypes.roundedToRow
      kernels.gemm(
        count, row, shape.width, n, stride, 1, w.weightedTransposed.pointer, row,
        w.affinity.pointer + first * row, row, false)
    }

    for j in 0..<shape.interests {
      let table = interestTanh(j) + first * stride
      product(x, rows: count, parameters[.wk1] + j * shape.width * stride, into: table)
      kernels.tanhDot(
        count, stride, table, parameters[.wk2] + j * stride,
        w.beta.pointer + j * batch.slots + first)
    }
  }

  /// The tanh table of interest j, slots × stride.
  func interestTanh(_ j: Int) -> UnsafeMutablePointer<Float> {
    workspace.interestTanh.pointer + j * batch.slots * shape.stride
  }

  /// For every slot, its row among the gradients of the items.
  var slotRows: UnsafePointer<Int32> {
    shape.tilesItems ? workspace.rows.ofSlots : UnsafePointer(batch.slotItem.pointer)
  }

  /// out (rows × D) = left (rows × D) · right (D × D).
  private func product(
    _ left: UnsafeMutablePointer<Float>, rows: Int, _ right: UnsafeMutablePointer<Float>,
    into out: UnsafeMutablePointer<Float>
  ) {
    let stride = shape.stride
    kernels.gemm(rows, stride, shape.width, left, stride, 1, right, stride, out, stride, false)
  }

  func model() -> ck_model {
    let w = workspace
    return ck_model(
      width: shape.width, stride: shape.stride, prototypes: shape.prototypes,
      interests: shape.interests, tau: Float(configuration.tauRatio),
      epsilon: Float(configuration.layerNormEpsilon), laneMask: w.laneMask.pointer,
      prototype: parameters[.prototypes], prototypeW3: w.prototypeW3.pointer,
      weighted: w.weighted.pointer, variance: w.variance.pointer, w4: parameters[.w4],
      ln2Weight: parameters[.ln2Weight], ln4Weight: parameters[.ln4Weight],
      ln4Bias: parameters[.ln4Bias], bytes: ck_byte_rows(), slots: batch.slots,
      slotItem: slotRows, x: w.x.pointer, alpha: w.alpha.pointer, n: w.n.pointer,
      beta: w.beta.pointer,
      affinity: hasAffinity ? w.affinity.pointer : nil,
      affinityRow: shape.prototypes.roundedToRow)
  }
}
