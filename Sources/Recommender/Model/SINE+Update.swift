import CKernels

extension SINE {
  /// Moves all parameters one step along the gradients that `lossAndGradients` has left.
  ///
  /// The items of a tiled catalogue get the rest of their gradients and their step tile by tile. Where
  /// nothing else can move, only those that the batch touches are visited.
  func update(with optimizer: inout Optimizer) {
    guard shape.tilesItems else {
      optimizer.update(parameters, with: gradients, team: team)
      return
    }
    optimizer.beginStep()
    if let clipping = optimizer.clipping { clip(clipping) }
    update(others: optimizer)
    if configuration.lossType == .bpr && !optimizer.movesEverything {
      update(touchedItems: optimizer)
    } else {
      update(allItems: optimizer)
    }
  }

  /// Everything but the items; their rows lie between the two parts.
  private func update(others optimizer: Optimizer) {
    let gradient = gradients.buffer.pointer
    let items = parameters.range(of: .items)
    optimizer.update(0..<items.lowerBound, of: parameters, with: gradient)
    optimizer.update(
      items.upperBound..<parameters.buffer.count, of: parameters,
      with: gradient + gradients.range(of: .items).upperBound)
  }

  private func update(allItems optimizer: Optimizer) {
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

  private func update(touchedItems optimizer: Optimizer) {
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

  /// Scales everything that the gradients are made of, where their norm is too large.
  ///
  /// The norm needs every gradient before the first step: under a softmax over a tiled catalogue
  /// those of the items are made twice.
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

  /// The power sums of the gradients of the items, tile by tile.
  private func powerSums(ofItems clipping: TrainingConfiguration.GradientClipping) -> [Double] {
    team.results(shape.items, inRunsOf: BlockWorkspace.tileItems) { lane, tile in
      let lane = workspace.lanes[lane]
      makeItemGradients(tile, lane: lane)
      return kernels.powerSum(
        tile.count * shape.stride, lane.tileGradients.pointer, clipping.normType)
    }
  }
}
