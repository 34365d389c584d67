import CKernels

/// The softmax over a tiled catalogue.
///
/// The logits and the gradients of all items never exist at the same time. A first pass over the
/// items computes the sums of the softmax and dv. A second pass computes the gradients of one tile
/// of items after another, and each tile is used before the next one.
extension SINE {
  /// Runs the forward pass and the first pass of the softmax for the whole batch.
  ///
  /// Afterwards the workspace holds the losses, dv, and what `makeItemGradients` needs. Every
  /// example meets the items in the same order, so that no number depends on the groups of blocks
  /// or on the threads.
  func computeSoftmax(
    _ model: ck_model, scale: Float, largestNorm: Float, _ ended: (StepStage) -> Void
  ) {
    team.perform(batch.blocks) { lane, index in
      var model = model
      var block = workspace.lanes[lane].block(index, of: batch, shape: shape)
      workspace.softmax.attachBuffers(ofBlock: index, to: &block)
      kernels.forward(&model, &block)
    }
    ended(.forward)
    workspace.softmax.clear()
    team.perform(batch.blocks, inRunsOf: blocksPerGroup) { lane, group in
      sumExponentials(
        of: group, lane: workspace.lanes[lane], scale: scale, largestNorm: largestNorm)
    }
    ended(.loss)
  }

  /// The blocks of a group, which share each tile of items while the tile is in the cache. There
  /// are at most four, because more would save no time, and few enough that threads share eight
  /// groups.
  private var blocksPerGroup: Int { max(1, min(4, batch.blocks / 8)) }

  private func sumExponentials(
    of group: Range<Int>, lane: BlockWorkspace, scale: Float, largestNorm: Float
  ) {
    lane.reserve(shape)
    let (softmax, stride, items) = (workspace.softmax, shape.stride, parameters[.items])
    var blocks = group.map { softmax.block($0, of: batch) }
    for (i, index) in group.enumerated() {
      kernels.logitShifts(
        &blocks[i], stride, shape.items, items, largestNorm, lane.panel.pointer,
        softmax.shifts(index))
    }
    for first in Swift.stride(from: 0, to: shape.items, by: BlockWorkspace.tileItems) {
      let count = min(BlockWorkspace.tileItems, shape.items - first)
      for (i, index) in group.enumerated() {
        kernels.addExponentials(
          &blocks[i], stride, items, first, count, softmax.shifts(index), lane.panel.pointer,
          softmax.sums(index))
      }
    }
    for (i, index) in group.enumerated() {
      kernels.endSoftmax(
        &blocks[i], stride, items, batch.target.pointer + index * Batch.blockSize, scale,
        softmax.shifts(index), softmax.sums(index), softmax.losses(index))
    }
  }

  /// Writes the gradients of the items `tile` to the first rows of the lane's `tileGradients`.
  ///
  /// - Precondition: `lossAndGradients` has run, and none of these items has been updated since.
  func makeItemGradients(_ tile: Range<Int>, lane: BlockWorkspace) {
    lane.reserveTileGradients(shape)
    let (first, stride) = (tile.lowerBound, shape.stride)
    let gradients = lane.tileGradients.pointer
    gradients.update(repeating: 0, count: tile.count * stride)
    if configuration.lossType != .bpr {
      for index in 0..<batch.blocks {
        var block = workspace.softmax.block(index, of: batch)
        kernels.addItemGradients(
          &block, stride, parameters[.items], first, tile.count, workspace.softmax.shifts(index),
          lane.panel.pointer, gradients)
      }
    }
    kernels.addRows(
      tile.count, stride, workspace.rows.ofItems + first, self.gradients[.items], gradients)
  }
}
