import CKernels

extension SINE {
  /// Appends the rank of every target of the batch among all items but item 0, and, where `top` is
  /// given, the `top` best items of each example.
  func rank(top: Int?, ranks: inout [Int32], topItems: inout [Int32]) {
    let w = workspace
    var model = makeTables()
    var blockRanks = [Int32](repeating: 0, count: Batch.blockSize)
    var best = [Int32](repeating: 0, count: Batch.blockSize * (top ?? 0))
    var bestScores = [Float](repeating: 0, count: best.count)
    for index in 0..<batch.blocks {
      var block = workspace.block(index)
      forward(&model, &block)
      kernels.rank(
        &block, shape.stride, shape.items, parameters[.items],
        batch.target.pointer + index * Batch.blockSize, w.panel.pointer, w.panelItems, &blockRanks)
      ranks += blockRanks.prefix(block.examples)
      if let top {
        kernels.topItems(
          &block, shape.stride, shape.items, parameters[.items], top, w.panel.pointer,
          w.panelItems, &bestScores, &best)
        topItems += best.prefix(block.examples * top)
      }
    }
  }
}
