import CKernels

extension SINE {
  /// Appends the rank of every target of the batch among all items but item 0. If `top` is given,
  /// also appends the `top` best items of each example.
  func rank(top: Int?, ranks: inout [Int32], topItems: inout [Int32]) {
    let model = makeTables()
    let listLength = top ?? 0
    var batchRanks = [Int32](repeating: 0, count: batch.count)
    var best = [Int32](repeating: 0, count: batch.count * listLength)
    batchRanks.withUnsafeMutableBufferPointer { ranks in
      best.withUnsafeMutableBufferPointer { best in
        // Every block writes to its own part of both arrays.
        let (ranks, best) = (ranks.baseAddress, best.baseAddress)
        team.perform(batch.blocks) { lane, index in
          let start = index * Batch.blockSize
          rank(
            index, lane: workspace.lanes[lane], model: model, top: listLength,
            ranks: ranks.map { $0 + start }, best: best.map { $0 + start * listLength })
        }
      }
    }
    ranks += batchRanks
    topItems += best
  }

  private func rank(
    _ index: Int, lane: BlockWorkspace, model: ck_model, top: Int,
    ranks: UnsafeMutablePointer<Int32>?, best: UnsafeMutablePointer<Int32>?
  ) {
    var model = model
    var block = lane.block(index, of: batch, shape: shape)
    kernels.forward(&model, &block)
    kernels.rank(
      &block, shape.stride, shape.items, parameters[.items],
      batch.target.pointer + index * Batch.blockSize, lane.panel.pointer, lane.panelItems, ranks)
    if top > 0 {
      var scores = [Float](repeating: 0, count: block.examples * top)
      kernels.topItems(
        &block, shape.stride, shape.items, parameters[.items], top, lane.panel.pointer,
        lane.panelItems, &scores, best)
    }
  }
}
