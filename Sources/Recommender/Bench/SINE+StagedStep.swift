import CKernels

extension SINE {
  /// `lossAndGradients()` for CE on one thread, with a look at the clock after each stage.
  ///
  /// It is a second copy of the order of stages, so that training itself carries no clocks; a test
  /// holds the two against each other, bit for bit.
  func stagedLossAndGradients(_ watch: inout StageWatch) -> Double {
    let model = makeTables()
    watch.end(.tables)
    let largestNorm = kernels.largestNorm(shape.items, shape.stride, parameters[.items])
    watch.end(.loss)
    let scale = 1 / Double(batch.count)
    let shards = GradientShard.count(shape, blocks: batch.blocks)
    var loss = 0.0
    for shard in 0..<shards {
      workspace.shards[shard].clear(shape, slots: batch.slots)
      watch.end(.clearing)
      loss += staged(
        batch.blocks * shard / shards..<batch.blocks * (shard + 1) / shards, model: model,
        gradients: workspace.shards[shard].gradients, scale: Float(scale),
        largestNorm: largestNorm, &watch)
    }
    let sums = workspace.shards[0].buffer
    kernels.addAll(
      sums.count, shards - 1,
      workspace.shards[1..<shards].map { UnsafePointer($0.buffer.pointer) }, sums.pointer)
    watch.end(.joining)
    finishGradients(from: workspace.shards[0].gradients)
    watch.end(.tableGradients)
    return loss * scale
  }

  /// Takes the blocks of a shard through forward, loss and backward; returns the sum of losses.
  private func staged(
    _ blocks: Range<Int>, model: ck_model, gradients: ck_gradients, scale: Float,
    largestNorm: Float, _ watch: inout StageWatch
  ) -> Double {
    var (model, gradients) = (model, gradients)
    let lane = workspace.lanes[0]
    var loss = 0.0
    for index in blocks {
      var block = lane.block(index, of: batch, shape: shape)
      kernels.forward(&model, &block)
      watch.end(.forward)
      kernels.crossEntropy(
        &block, shape.stride, shape.items, parameters[.items],
        batch.target.pointer + index * Batch.blockSize, scale, largestNorm, lane.panel.pointer,
        lane.panelItems, gradients.items, lane.loss.pointer)
      for e in 0..<block.examples { loss += lane.loss.pointer[e] }
      watch.end(.loss)
      kernels.backward(&model, &block, &gradients)
      watch.end(.backward)
    }
    return loss
  }
}
