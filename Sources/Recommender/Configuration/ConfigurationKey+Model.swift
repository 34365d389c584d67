import Literals

extension ConfigurationKey {
  /// SINE's hyper-parameters, and the two keys that say what is trained on what.
  static let modelKeys: [ConfigurationKey] = [
    ConfigurationKey(
      "model", .sineOnly, .string("SINE"), "the model: SINE, in any case", searchable: false),
    ConfigurationKey(
      "embedding_size", .integer(1...16_384), .integer(64), "width of the item embeddings"),
    ConfigurationKey(
      "prototype_size", .integer(1...10_000_000), .integer(50),
      "number of prototypes, the pool of all interests"),
    ConfigurationKey(
      "interest_size", .integer(1...65_536), .integer(3),
      "number of interests of a user, at most prototype_size"),
    ConfigurationKey(
      "tau_ratio", .positive, .real(0.1), "temperature with which interests are aggregated"),
    ConfigurationKey(
      "reg_loss_ratio", .nonNegative, .real(0.5),
      "weight of the prototype regulariser, under loss_type NLL only"),
    ConfigurationKey(
      "layer_norm_eps", .positive, .real(1e-12), "added to the variance in layer norms"),
    ConfigurationKey(
      "loss_type", .word(ModelConfiguration.LossType.allCases.map(\.rawValue)), .string("CE"),
      "loss: CE, BPR or NLL"),
  ]
}

extension ValueKind {
  fileprivate static let sineOnly = ValueKind("'SINE'") { value in
    if case .string(let text) = value, text.lowercased() == "sine" { return nil }
    return "must be 'SINE', found \(value): this program tunes that one model"
  }
}
