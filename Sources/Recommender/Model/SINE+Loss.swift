import CKernels

extension SINE {
  /// Computes the mean loss of the batch and every gradient of it.
  ///
  /// CE: mean over examples of log Σ_i exp(v·E_i) − v·E_target, all V items as classes.
  /// NLL: the same plus reg_loss_ratio·R (`addRegularizer`).
  /// BPR: mean over examples and negatives of −log(1e-10 + sigmoid(v·E_target − v·E_negative)).
  func lossAndGradients() -> Double {
    let model = makeTables()
    let negatives = configuration.lossType == .bpr ? batch.negativesPerExample : 1
    let scale = 1 / Double(batch.count * negatives)
    let largestNorm = kernels.largestNorm(shape.items, shape.stride, parameters[.items])
    let shards = GradientShard.count(shape, blocks: batch.blocks)
    team.perform(shards) { lane, shard in
      let blocks = batch.blocks * shard / shards..<batch.blocks * (shard + 1) / shards
      run(
        blocks, lane: workspace.lanes[lane], shard: shard, model: model, scale: Float(scale),
        largestNorm: largestNorm)
    }
    join(shards: shards)
    finishGradients(from: workspace.shards[0].gradients)
    var loss = (0..<shards).reduce(0) { $0 + workspace.shardLoss.pointer[$1] } * scale
    if configuration.lossType == .nll { loss += addRegularizer() }
    return loss
  }

  /// Takes a run of blocks through forward, loss and backward.
  private func run(
    _ blocks: Range<Int>, lane: BlockWorkspace, shard: Int, model: ck_model, scale: Float,
    largestNorm: Float
  ) {
    var model = model
    workspace.shards[shard].clear(shape, slots: batch.slots)
    var gradients = workspace.shards[shard].gradients
    var loss = 0.0
    for index in blocks {
      var block = lane.block(index, of: batch, shape: shape)
      kernels.forward(&model, &block)
      let start = index * Batch.blockSize
      switch configuration.lossType {
      case .ce, .nll:
        kernels.crossEntropy(
          &block, shape.stride, shape.items, parameters[.items], batch.target.pointer + start,
          scale, largestNorm, lane.panel.pointer, lane.panelItems, gradients.items,
          lane.loss.pointer)
      case .bpr:
        kernels.bpr(
          &block, shape.stride, parameters[.items], batch.target.pointer + start,
          batch.negative.pointer + start, batch.negativesPerExample, batch.count, scale,
          gradients.items, lane.loss.pointer)
      }
      for e in 0..<block.examples { loss += lane.loss.pointer[e] }
      kernels.backward(&model, &block, &gradients)
    }
    workspace.shardLoss.pointer[shard] = loss
  }

  /// Floats that are one piece of elementwise work.
  static let elementsAtOnce = 1 << 16

  /// Adds all other shards to the first.
  private func join(shards: Int) {
    guard shards > 1 else { return }
    let first = workspace.shards[0].buffer
    team.perform(first.count, inRunsOf: Self.elementsAtOnce) { _, run in
      let sources = workspace.shards[1..<shards].map {
        UnsafePointer($0.buffer.pointer + run.lowerBound) as UnsafePointer<Float>?
      }
      kernels.addAll(run.count, sources.count, sources, first.pointer + run.lowerBound)
    }
  }
}
