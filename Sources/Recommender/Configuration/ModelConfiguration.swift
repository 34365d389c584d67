/// The hyper-parameters of SINE itself.
package struct ModelConfiguration: Hashable, Sendable {
  package enum LossType: String, Hashable, Sendable, CaseIterable {
    case ce = "CE"
    case bpr = "BPR"
    case nll = "NLL"
  }

  package var embeddingSize = 64
  package var prototypeSize = 50
  package var interestSize = 3
  package var tauRatio = 0.1
  /// Weight of the prototype regulariser; RecBole applies it under NLL only.
  package var regLossRatio = 0.5
  package var layerNormEpsilon = 1e-12
  package var lossType = LossType.ce

  package init() {}
}
