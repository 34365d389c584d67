import Literals

/// The hyper-parameters of the SINE model.
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
  /// The weight of the prototype regulariser, which RecBole applies under NLL only.
  package var regLossRatio = 0.5
  package var layerNormEpsilon = 1e-12
  package var lossType = LossType.ce

  package init() {}
}

extension ConfigurationKey {
  /// SINE's hyper-parameters, and the key that names the model.
  static let modelKeys: [ConfigurationKey] = [
    ConfigurationKey("model", .sineOnly, "the model: SINE, in any case", isWritten: true),
    ConfigurationKey(
      "embedding_size", .integer(1...16_384), \.model.embeddingSize,
      "width of the item embeddings"),
    ConfigurationKey(
      "prototype_size", .integer(1...10_000_000), \.model.prototypeSize,
      "number of prototypes, the pool of all interests"),
    ConfigurationKey(
      "interest_size", .integer(1...65_536), \.model.interestSize,
      "number of interests of a user, at most prototype_size"),
    ConfigurationKey(
      "tau_ratio", .positive, \.model.tauRatio,
      "temperature with which interests are aggregated"),
    ConfigurationKey(
      "reg_loss_ratio", .nonNegative, \.model.regLossRatio,
      "weight of the prototype regulariser, under loss_type NLL only"),
    ConfigurationKey(
      "layer_norm_eps", .positive, \.model.layerNormEpsilon,
      "added to the variance in layer norms"),
    ConfigurationKey("loss_type", .word, \.model.lossType, "loss: CE, BPR or NLL"),
  ]
}

extension ValueKind where Value == Void {
  fileprivate static let sineOnly = ValueKind(
    "'SINE'",
    read: { literal throws(ValueProblem) in
      guard isSINE(literal) else {
        throw .rule("must be 'SINE', found \(literal.excerpt): this program tunes that one model")
      }
    }, write: { .string("SINE") },
    resolve: { isSINE($0) ? .string("SINE") : $0 })

  private static func isSINE(_ literal: Literal) -> Bool {
    if case .string(let text) = literal { text.lowercased() == "sine" } else { false }
  }
}
