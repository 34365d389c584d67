import CKernels

extension SINE {
  /// Computes the mean loss of the batch and every gradient of it.
  ///
  /// CE: mean over examples of log Σ_i exp(v·E_i) − v·E_target, all V items as classes.
  /// NLL: the same plus reg_loss_ratio·R (`addRegularizer`).
  /// BPR: mean over examples and negatives of −log(1e-10 + sigmoid(v·E_target − v·E_negative)).
  func lossAndGradients() -> Double {
    gradients.buffer.clear()
    var model = makeTables()
    clearTableGradients()
    var to = tableGradients()
    let negatives = configuration.lossType == .bpr ? batch.negativesPerExample : 1
    let scale = 1 / Double(batch.count * negatives)
    let largestNorm = kernels.largestNorm(shape.items, shape.stride, parameters[.items])
    var loss = 0.0
    for index in 0..<batch.blocks {
      var block = workspace.block(index)
      forward(&model, &block)
      addLoss(&block, index: index, scale: Float(scale), largestNorm: largestNorm)
      for e in 0..<block.examples { loss += workspace.loss.pointer[e] }
      kernels.backward(&model, &block, &to)
    }
    finishTableGradients()
    loss *= scale
    if configuration.lossType == .nll { loss += addRegularizer() }
    return loss
  }

  private func addLoss(_ block: inout ck_block, index: Int, scale: Float, largestNorm: Float) {
    let w = workspace
    let start = index * Batch.blockSize
    let target = batch.target.pointer + start
    switch configuration.lossType {
    case .ce, .nll:
      kernels.crossEntropy(
        &block, shape.stride, shape.items, parameters[.items], target, scale, largestNorm,
        w.panel.pointer, w.panelItems, gradients[.items], w.loss.pointer)
    case .bpr:
      kernels.bpr(
        &block, shape.stride, parameters[.items], target, batch.negative.pointer + start,
        batch.negativesPerExample, batch.count, scale, gradients[.items], w.loss.pointer)
    }
  }
}
