import CKernels

/// A table with a row for each slot, and the D × D matrix that it is computed with:
/// values = f(x · weight).
private struct ItemTable {
  let weight: ParameterTensor
  /// The first row of the matrix in its tensor.
  let row: Int
  /// The gradient of x · weight, slots × stride.
  let gradient: UnsafeMutablePointer<Float>
}

extension SINE {
  /// Turns the gradients of the tables into gradients of weights, prototypes and items.
  ///
  /// `gradients` already holds what reaches C, the items and the layer norms without a table.
  func finishGradients(from sums: ck_gradients) {
    clearWeightGradients()
    gradients[.w4].update(from: sums.w4, count: shape.stride)
    if let affinity = sums.affinity { addFromAffinity(affinity, to: sums) }
    let tables = itemTables(sums)
    team.perform(tables.count) { _, index in finishTable(tables[index], number: index, sums) }
    addToPrototypes(sums)
    team.perform(batch.slots, inRunsOf: Self.rowsAtOnce) { _, rows in
      addToItems(from: tables, rows)
    }
  }

  private func clearWeightGradients() {
    for tensor in [ParameterTensor.w1, .w2, .w3, .wk1, .wk2] {
      gradients[tensor].update(repeating: 0, count: tensor.rows(shape) * shape.stride)
    }
  }

  /// The tables of alpha, of n and of each beta_j.
  private func itemTables(_ sums: ck_gradients) -> [ItemTable] {
    [
      ItemTable(weight: .w1, row: 0, gradient: workspace.conceptTanh.pointer),
      ItemTable(weight: .w3, row: 0, gradient: sums.n),
    ]
      + (0..<shape.interests).map {
        ItemTable(weight: .wk1, row: $0 * shape.width, gradient: interestTanh($0))
      }
  }

  /// Turns a table's gradient into d, the gradient of x · weight, and adds dWeight = xᵀ·d.
  ///
  /// The gradient before the tanh overwrites the table of tanh values.
  private func finishTable(_ table: ItemTable, number: Int, _ sums: ck_gradients) {
    let w = workspace
    let (slots, stride, width) = (batch.slots, shape.stride, shape.width)
    switch table.weight {
    case .w1:
      kernels.tanhDotBackward(
        slots, stride, table.gradient, parameters[.w2], sums.alpha, gradients[.w2])
    case .w3:
      kernels.normalizeBackward(slots, stride, w.n.pointer, w.inverseNorm.pointer, table.gradient)
    default:
      let j = table.row / width
      kernels.tanhDotBackward(
        slots, stride, table.gradient, parameters[.wk2] + j * stride, sums.beta + j * slots,
        gradients[.wk2] + j * stride)
    }
    kernels.gemm(
      width, stride, slots, w.x.pointer, 1, stride, table.gradient, stride,
      gradients[table.weight] + table.row * stride, stride, true)
    kernels.transpose(
      width, width, parameters[table.weight] + table.row * stride, stride,
      transposed(number), stride)
  }

  private func transposed(_ number: Int) -> UnsafeMutablePointer<Float> {
    workspace.weightsTransposed.pointer + number * shape.width * shape.stride
  }

  /// Adds to the gradients of n and of `weighted` from d, the gradient of affinity = n·weightedᵀ:
  /// dn += d·weighted, dWeighted += dᵀ·n.
  private func addFromAffinity(_ affinity: UnsafeMutablePointer<Float>, to sums: ck_gradients) {
    let (stride, row) = (shape.stride, shape.prototypes.roundedToRow)
    team.perform(batch.slots, inRunsOf: Self.rowsAtOnce) { _, rows in
      let first = rows.lowerBound
      kernels.gemm(
        rows.count, stride, shape.prototypes, affinity + first * row, row, 1,
        workspace.weighted.pointer, stride, sums.n + first * stride, stride, true)
    }
    kernels.gemm(
      shape.prototypes, stride, batch.slots, affinity, 1, row, workspace.n.pointer, stride,
      sums.weighted, stride, true)
  }

  /// Adds to the gradients of C and of w3 from d, the gradient of C·w3: dC += d·w3ᵀ, dw3 += Cᵀ·d.
  /// Adds the gradient of C through LN2 as well.
  private func addToPrototypes(_ sums: ck_gradients) {
    let (stride, width) = (shape.stride, shape.width)
    team.perform(shape.prototypes, inRunsOf: Self.rowsAtOnce) { _, rows in
      let start = rows.lowerBound * stride
      kernels.gemm(
        rows.count, stride, width, sums.prototypeW3 + start, stride, 1, transposed(1), stride,
        gradients[.prototypes] + start, stride, true)
    }
    kernels.gemm(
      width, stride, shape.prototypes, parameters[.prototypes], 1, stride, sums.prototypeW3,
      stride, gradients[.w3], stride, true)
    var model = model()
    kernels.centreBackward(
      &model, sums.weighted, sums.variance, gradients[.prototypes], gradients[.ln2Weight])
  }

  /// Adds dX = Σ over tables of d·weightᵀ to the gradients of the items.
  ///
  /// Item 0 gets nothing: it stands for padding, and torch's `padding_idx` stops its gradient.
  private func addToItems(from tables: [ItemTable], _ rows: Range<Int>) {
    let (first, stride) = (rows.lowerBound, shape.stride)
    let dX = workspace.dX.pointer + first * stride
    for (number, table) in tables.enumerated() {
      kernels.gemm(
        rows.count, stride, shape.width, table.gradient + first * stride, stride, 1,
        transposed(number), stride, dX, stride, number > 0)
    }
    kernels.scatterRows(
      first == 0 ? 1 : 0, rows.count, stride, slotRows + first, dX, gradients[.items])
  }
}
