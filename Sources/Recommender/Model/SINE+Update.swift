import CKernels

extension SINE {
  /// Updates all parameters with the gradients that `lossAndGradients` has computed.
  ///
  /// The items of a tiled catalogue get the rest of their gradients and their update tile by tile.
  /// If an item without a gradient cannot change, only the items of the batch are visited.
  func update(with optimizer: inout Optimizer) {
    guard shape.tilesItems else {
      optimizer.update(parameters, with: gradients, team: team)
      return
    }
    optimizer.beginStep()
    if let clipping = optimizer.clipping { clip(clipping) }
    updateAllButItems(with: optimizer)
    if configuration.lossType == .bpr && !optimizer.movesEverything {
      updateItemsOfBatch(with: optimizer)
    } else {
      updateAllItems(with: optimizer)
    }
  }

  /// Updates everything but the items, whose rows lie between the two parts.
  private func updateAllButItems(with optimizer: Optimizer) {
    let gradient = gradients.buffer.pointer
    let items = parameters.range(of: .items)
    optimizer.update(0..<items.lowerBound, of: parameters, with: gradient)
    optimizer.update(
      items.upperBound..<parameters.buffer.count, of: parameters,
      with: gradient + gradients.range(of: .items).upperBound)
  }

  private func updateAllItems(with optimizer: Optimizer) {
    let start = parameters.range(of: .items).lowerBound
    team.perform(shape.items, inRunsOf: BlockWorkspace.tileItems) { lane, tile in
      let lane = workspace.lanes[lane]
      makeItemGradients(tile, lane: lane)
      let run = tile.lowerBound * shape.stride..<tile.upperBound * shape.stride
      optimizer.update(
        start + run.lowerBound..<start + run.upperBound, of: parameters,
        with: lane.tileGradients.pointer)
    }
  }

  private func updateItemsOfBatch(with optimizer: Optimizer) {
    let start = parameters.range(of: .items).lowerBound
    team.perform(workspace.rows.count, inRunsOf: Self.rowsAtOnce) { _, rows in
      for row in rows {
        let place = start + workspace.rows[row] * shape.stride
        optimizer.update(
          place..<place + shape.stride, of: parameters,
          with: gradients[.items] + row * shape.stride)
      }
    }
  }

  /// Scales the gradients if their norm is too large.
  ///
  /// The norm must be known before the first update. If the loss is a softmax, the gradients of the
  /// items are therefore computed once for the norm and again for the update, from a v that has
  /// been scaled.
  private func clip(_ clipping: TrainingConfiguration.GradientClipping) {
    let (kept, all) = (gradients.buffer.pointer, gradients.buffer.count)
    var sum: Double
    if configuration.lossType == .bpr {
      sum = kernels.powerSum(all, kept, clipping.normType)
    } else {
      let rows = gradients.range(of: .items)
      sum = clipping.joined(
        kernels.powerSum(rows.lowerBound, kept, clipping.normType),
        kernels.powerSum(all - rows.upperBound, kept + rows.upperBound, clipping.normType))
      for part in powerSums(ofItems: clipping) { sum = clipping.joined(sum, part) }
    }
    guard let factor = clipping.factor(powerSum: sum) else { return }
    kernels.scale(all, kept, factor)
    workspace.softmax.scale(by: factor, kernels)
  }

  /// The power sums of the gradients of the items, one for each tile.
  private func powerSums(ofItems clipping: TrainingConfiguration.GradientClipping) -> [Double] {
    team.results(shape.items, inRunsOf: BlockWorkspace.tileItems) { lane, tile in
      let lane = workspace.lanes[lane]
      makeItemGradients(tile, lane: lane)
      return kernels.powerSum(
        tile.count * shape.stride, lane.tileGradients.pointer, clipping.normType)
    }
  }
}
