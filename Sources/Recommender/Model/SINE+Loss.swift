import CKernels

extension SINE {
  /// Computes the mean loss of the batch and its gradients.
  ///
  /// One part is missing for a tiled catalogue: `makeItemGradients` computes what the softmax adds
  /// to the gradients of the items.
  ///
  /// CE: mean over examples of log Σ_i exp(v·E_i) − v·E_target, all V items as classes.
  /// NLL: the same plus reg_loss_ratio·R (`addRegularizer`).
  /// BPR: mean over examples and negatives of −log(1e-10 + sigmoid(v·E_target − v·E_negative)).
  ///
  /// - Parameter ended: called after every stage, for measurements. Several threads would call it
  ///   at the same time, so that it is of use on one thread only.
  func lossAndGradients(_ ended: (StepStage) -> Void = { _ in }) -> Double {
    let model = makeTables()
    ended(.tables)
    let negatives = configuration.lossType == .bpr ? batch.negativesPerExample : 1
    let scale = 1 / Double(batch.count * negatives)
    let largestNorm = configuration.lossType == .bpr ? 0 : largestItemNorm()
    ended(.loss)
    if shape.tilesItems {
      workspace.rows.assign(to: batch)
      ended(.layout)
      if configuration.lossType != .bpr {
        computeSoftmax(model, scale: Float(scale), largestNorm: largestNorm, ended)
      }
    }
    let shards = GradientShard.count(gradients.shape, blocks: batch.blocks)
    let sums = (0..<shards).map { shard in
      workspace.shards[shard].sums(
        gradients.shape, slots: batch.slots, hasAffinity: hasAffinity,
        into: shard == 0 ? gradients : nil)
    }
    team.perform(shards) { lane, shard in
      sums[shard].clear()
      ended(.clearing)
      let blocks = batch.blocks * shard / shards..<batch.blocks * (shard + 1) / shards
      workspace.shardLoss.pointer[shard] = run(
        blocks, lane: workspace.lanes[lane], into: sums[shard].gradients, model: model,
        scale: Float(scale), largestNorm: largestNorm, ended)
    }
    join(sums.map(\.direct))
    join(sums.map(\.tables))
    ended(.joining)
    finishGradients(from: sums[0].gradients)
    var loss = (0..<shards).reduce(0) { $0 + workspace.shardLoss.pointer[$1] } * scale
    if configuration.lossType == .nll { loss += addRegularizer() }
    ended(.tableGradients)
    return loss
  }

  /// Runs some blocks through forward, loss and backward, and returns the sum of their losses.
  private func run(
    _ blocks: Range<Int>, lane: BlockWorkspace, into sums: ck_gradients, model: ck_model,
    scale: Float, largestNorm: Float, _ ended: (StepStage) -> Void
  ) -> Double {
    var model = model
    var sums = sums
    var loss = 0.0
    for index in blocks {
      var block = lane.block(index, of: batch, shape: shape)
      kernels.forward(&model, &block)
      ended(.forward)
      let start = index * Batch.blockSize
      var losses = lane.loss.pointer
      if configuration.lossType == .bpr {
        var pairs = pairs(from: start)
        kernels.bpr(&block, shape.stride, parameters[.items], &pairs, scale, sums.items, losses)
      } else if shape.tilesItems {
        block.dv = workspace.softmax.dv(index)
        losses = workspace.softmax.losses(index)
        kernels.subtractTargets(
          &block, shape.stride, workspace.rows.ofTargets + start, scale, sums.items)
      } else {
        kernels.crossEntropy(
          &block, shape.stride, shape.items, parameters[.items], batch.target.pointer + start,
          scale, largestNorm, lane.panel.pointer, sums.items, losses)
      }
      for e in 0..<block.examples { loss += losses[e] }
      ended(.loss)
      kernels.backward(&model, &block, &sums)
      ended(.backward)
    }
    return loss
  }

  /// The positive and negative items of the examples from `start` on, for BPR.
  private func pairs(from start: Int) -> ck_pairs {
    let rows = workspace.rows
    let (positive, negative) = (batch.target.pointer + start, batch.negative.pointer + start)
    return ck_pairs(
      positive: positive,
      positiveRow: shape.tilesItems ? rows.ofTargets + start : UnsafePointer(positive),
      negative: negative,
      negativeRow: shape.tilesItems ? rows.ofNegatives + start : UnsafePointer(negative),
      negatives: batch.negativesPerExample, negativeStride: batch.count)
  }

  /// max‖E_i‖, which bounds every logit.
  private func largestItemNorm() -> Float {
    let norms = team.results(shape.items, inRunsOf: Self.itemsAtOnce) { _, run in
      kernels.largestNorm(
        run.count, shape.stride, parameters[.items] + run.lowerBound * shape.stride)
    }
    return norms.reduce(0) { $1 <= $0 ? $0 : $1 }  // NaN counts as large
  }

  /// The items of one piece of work when norms are computed.
  private static let itemsAtOnce = 1 << 15

  /// The floats of one piece of elementwise work.
  static let elementsAtOnce = 1 << 16

  /// Adds the sums of all other shards to the sums of the first shard.
  private func join(_ sums: [UnsafeMutableBufferPointer<Float>]) {
    guard sums.count > 1 else { return }
    team.perform(sums[0].count, inRunsOf: Self.elementsAtOnce) { _, run in
      let places = sums.map { $0.baseAddress.map { $0 + run.lowerBound } }
      kernels.addAll(
        run.count, places.count - 1, places.dropFirst().map { UnsafePointer($0) }, places[0])
    }
  }
}

/// A part of a training step, in the order in which they begin.
package enum StepStage: String, CaseIterable, Sendable {
  /// Laying out the histories of the batch.
  case layout
  /// Computing the tables of slots and of prototypes.
  case tables
  /// Setting gradients to zero.
  case clearing
  /// Computing v of every example from the tables, concept scores included.
  case forward
  case loss
  case backward
  /// Adding up the gradients of the shards.
  case joining
  /// Turning the gradients of the tables into gradients of weights and items.
  case tableGradients = "table_gradients"
  /// Updating the parameters. With a tiled catalogue, this stage also computes gradients of items.
  case learner
}
