import Literals
import TestSupport
import Testing

@testable import Recommender

@Suite struct ConfigurationMutationTests {
  private static let yaml = """
    # a configuration
    learning_rate: 1e-3
    topk: [5, 10]
    metrics: ["Recall", 'MRR']
    eval_args: &e
      split: {'LS': 'valid_and_test'}
      order: TO
      mode: full
    val_interval: {rating: "[3,inf)", tag: [a, 1]}
    train_neg_sample_args: {distribution: uniform, sample_num: 1}
    clip_grad_norm: {max_norm: 5, norm_type: 2}
    user_inter_num_interval: "[5,inf);(1,2]"
    load_col:
      inter: [user_id, item_id, rating, timestamp, tag]
    valid_metric: MRR@10
    gpu_id: !!str 0
    seed: 0x7E4

    """

  @Test(
    "no mutation of a configuration is ever more than an error", arguments: 0..<8 as Range<UInt64>)
  func configurations(seed: UInt64) throws {
    var mutator = TextMutator(seed: seed)
    for _ in 0..<FuzzingEffort.count(250, full: 2_500) {
      let yaml = mutator.mutate(Self.yaml)
      let argument = mutator.mutate("--eval_args={'split': {'RS': [0.8,0.1,0.1]}, 'order': 'TO'}")
      do {
        let layers = try ConfigurationLayers(
          files: [ConfigurationFile(text: yaml, path: "c.yaml")], arguments: [argument])
        let configuration = try ConfigurationTemplate(layers).configuration()
        let file = try ConfigurationFile(text: configuration.recBoleYAML(), path: "again.yaml")
        let again = try ConfigurationTemplate(ConfigurationLayers(files: [file])).configuration()
        #expect(again == configuration)
      } catch let error as InvalidInput {
        #expect(error.diagnostics.contains { $0.severity == .error })
      }
    }
  }

  @Test("no value of a key causes anything worse than an error")
  func values() throws {
    let values: [Literal] = [
      .none, .bool(true), .integer(.min), .integer(0), .integer(.max), .real(.nan),
      .real(.infinity),
      .real(-1), .string(""), .string("@"), .string("[,]"), .list([]), .list([.none]), .tuple([]),
      .dictionary([:]), .dictionary(["": .none]), .dictionary(["inter": .dictionary([:])]),
      .dictionary(["split": .dictionary([:])]), .dictionary(["order": .string("TO")]),
      .dictionary(["LS": .list([])]), .dictionary(["max_norm": .string("inf")]),
    ]
    for key in ConfigurationKey.all {
      for value in values {
        let problem = ConfigurationKey.validate(name: key.name, value: value)
        #expect(problem?.isEmpty != true)
        let template = try ConfigurationTemplate(ConfigurationLayers())
        _ = try? template.configuration(with: [(key.name, value)])
      }
    }
  }
}
