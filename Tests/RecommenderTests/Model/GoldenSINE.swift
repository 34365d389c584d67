import Foundation
import TestSupport
import Testing

@testable import Recommender

/// A file of `golden/sine`: what RecBole's SINE computes in float64.
struct GoldenSINE: Decodable, Sendable, CustomTestStringConvertible {
  struct Sizes: Decodable, Sendable {
    let n_items: Int
    let embedding_size: Int
    let prototype_size: Int
    let interest_size: Int
    let max_len: Int
    let tau_ratio: Double
    let layer_norm_eps: Double
    let reg_loss_ratio: Double
    let loss_type: String
    let learning_rate: Double
    let weight_decay: Double
  }

  struct Step: Decodable, Sendable {
    let loss: Double
    let parameters: [String: [Double]]?
  }

  let config: Sizes
  let parameters: [String: [Double]]
  let item_seq: [[Int32]]
  let item_seq_len: [Int]
  let pos_items: [Int32]
  let neg_items: [Int32]
  let seq_output: [Double]
  let scores: [Double]
  let gradients: [String: [Double]?]
  let steps: [Step]
  var name = ""

  private enum CodingKeys: String, CodingKey {
    case config, parameters, item_seq, item_seq_len, pos_items, neg_items, seq_output, scores
    case gradients, steps
  }

  static let all: [GoldenSINE] = Fixture.goldenFiles("sine").compactMap { url in
    guard let data = try? Data(contentsOf: url),
      var golden = try? JSONDecoder().decode(GoldenSINE.self, from: data)
    else { return nil }
    golden.name = url.deletingPathExtension().lastPathComponent
    return golden
  }

  var testDescription: String { name }

  var model: ModelConfiguration {
    var model = ModelConfiguration()
    model.embeddingSize = config.embedding_size
    model.prototypeSize = config.prototype_size
    model.interestSize = config.interest_size
    model.tauRatio = config.tau_ratio
    model.regLossRatio = config.reg_loss_ratio
    model.layerNormEpsilon = config.layer_norm_eps
    model.lossType = ModelConfiguration.LossType(rawValue: config.loss_type) ?? .ce
    return model
  }

  /// The sequences as a data set of their own, one training example each.
  var dataset: Dataset {
    var items: [Int32] = []
    var examples: [Example] = []
    for (user, sequence) in item_seq.enumerated() {
      let length = item_seq_len[user]
      examples.append(
        Example(
          user: Int32(user), start: Int32(items.count), length: Int32(length),
          target: pos_items[user]))
      items += sequence.prefix(length)
    }
    return Dataset(
      userTokens: [], itemTokens: (0..<config.n_items).map { "\($0)" }, items: items,
      train: examples, valid: [], test: [], maxItemListLength: config.max_len)
  }
}
