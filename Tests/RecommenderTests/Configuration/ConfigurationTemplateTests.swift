import Literals
import Testing

@testable import Recommender

@Suite struct ConfigurationTemplateTests {
  @Test("without any options, the configuration is RecBole's for ml-100k")
  func defaults() throws {
    var expected = Configuration()
    expected.data.normalizeAll = true
    expected.data.loadedColumns = nil
    #expect(try template().configuration() == expected)
  }

  @Test("another data set is not normalised and keeps all of its users")
  func otherDataset() throws {
    let data = try template("dataset: toy").configuration().data
    #expect(data.dataset == "toy" && !data.normalizeAll)
    #expect(data.userInteractions?.contains(0) == true && data.loadedColumns == nil)
  }

  @Test("every key has a name of its own, a summary and a default that it takes")
  func keys() {
    #expect(Set(ConfigurationKey.all.map(\.name)).count == ConfigurationKey.all.count)
    for key in ConfigurationKey.all {
      #expect(!key.summary.isEmpty)
      #expect(ConfigurationKey.validate(name: key.name, value: key.defaultValue) == nil)
    }
  }

  @Test("every key reaches its property")
  func typed() throws {
    let configuration = try template(
      """
      embedding_size: 32
      prototype_size: 70
      interest_size: 5
      tau_ratio: 1
      reg_loss_ratio: 1e-2
      layer_norm_eps: 1e-6
      loss_type: NLL
      seed: 7
      epochs: 3
      train_batch_size: 10
      learner: RMSprop
      learning_rate: 1e-4
      weight_decay: 0.5
      clip_grad_norm: {max_norm: 5, norm_type: inf}
      train_neg_sample_args: {sample_num: 3}
      shuffle: no
      eval_step: -1
      stopping_step: 0
      metrics: [ndcg, Hit, NDCG]
      topk: [20, 5, 20]
      valid_metric: hit@5
      metric_decimal_place: 6
      eval_batch_size: 9
      tail_ratio: 0.2
      data_path: elsewhere
      field_separator: '\\t'
      USER_ID_FIELD: u
      ITEM_ID_FIELD: i
      TIME_FIELD: t
      load_col: {inter: [u, i, t, rating, genre]}
      MAX_ITEM_LIST_LENGTH: 20
      rm_dup_inter: last
      val_interval: {rating: '[3,inf);(0,1]', genre: [a, 1]}
      user_inter_num_interval: [5, 10]
      item_inter_num_interval: ~
      normalize_all: ~
      normalize_field: [rating]
      exact_time: True
      eval_args: {order: TO, split: {RS: [8, 1, 1]}, group_by: none}
      """
    ).configuration()

    var model = ModelConfiguration()
    (model.embeddingSize, model.prototypeSize, model.interestSize) = (32, 70, 5)
    (model.tauRatio, model.regLossRatio, model.layerNormEpsilon) = (1, 0.01, 1e-6)
    model.lossType = .nll
    #expect(configuration.model == model)

    var training = TrainingConfiguration()
    (training.seed, training.epochs, training.trainBatchSize) = (7, 3, 10)
    (training.learner, training.learningRate, training.weightDecay) = (.rmsprop, 1e-4, 0.5)
    training.gradientClipping = .init(maxNorm: 5, normType: .infinity)
    (training.negativeSampleCount, training.shuffle) = (3, false)
    (training.evalStep, training.stoppingStep) = (-1, 0)
    #expect(configuration.training == training)

    var evaluation = EvaluationConfiguration()
    (evaluation.metrics, evaluation.topK) = ([.ndcg, .hit], [20, 5])
    evaluation.validMetric = ValidMetric(kind: .hit, k: 5)
    (evaluation.metricDecimalPlace, evaluation.evalBatchSize, evaluation.tailRatio) = (6, 9, 0.2)
    #expect(configuration.evaluation == evaluation)

    let data = configuration.data
    #expect(data.dataPath == "elsewhere" && data.fieldSeparator == "\t")
    #expect([data.userField, data.itemField, data.timeField] == ["u", "i", "t"])
    #expect(data.loadedColumns == ["u", "i", "t", "rating", "genre"])
    #expect(data.maxItemListLength == 20 && data.duplicateRemoval == .last)
    #expect(data.valueFilters["genre"] == .tokens(["a", "1"]))
    guard case .intervals(let ratings)? = data.valueFilters["rating"] else {
      Issue.record("'rating' is filtered by intervals")
      return
    }
    #expect([0, 1, 2, 3, 99].map(ratings.contains) == [false, true, false, true, true])
    #expect(data.userInteractions?.description == "[5.0,10.0]" && data.itemInteractions == nil)
    #expect(!data.normalizeAll && data.normalizedFields == ["rating"] && data.exactTime)
    #expect(data.split == .ratio([8, 1, 1]) && !data.groupByUser)

    // A row of results.db has the value in this form.
    let arguments = configuration.recBoleValues.map { "--\($0.key)=\($0.value)" }.sorted()
    #expect(try ConfigurationTemplate(arguments: arguments).configuration() == configuration)
  }

  @Test(
    "leave-one-out has three forms",
    arguments: [
      ("valid_and_test", true, true), ("valid_only", true, false), ("test_only", false, true),
    ])
  func leaveOneOut(phases: String, valid: Bool, test: Bool) throws {
    let arguments = ["--eval_args", "{'split': {'LS': '\(phases)'}, 'order': 'TO'}"]
    let split = try template("", arguments).configuration().data.split
    #expect(split == .leaveOneOut(valid: valid, test: test))
  }

  @Test("a command line is read as RecBole reads it")
  func commandLine() throws {
    let layers = try ConfigurationLayers(arguments: [
      "--shuffle=FALSE", "--topk", "5,10", "--weight_decay=1e-3", "--eval_step", "-1",
      "--train_neg_sample_args=None", "--user_inter_num_interval=[0,inf)", "--dataset=ml-100k",
      "--epochs=3", "--epochs", "3",
    ])
    let values = layers.values()
    #expect(values["shuffle"] == .bool(false) && values["eval_step"] == .integer(-1))
    #expect(values["topk"] == .list([.integer(5), .integer(10)]))
    #expect(values["user_inter_num_interval"] == .string("[0,inf)"))
    let template = try ConfigurationTemplate(
      ConfigurationLayers(arguments: ["--train_neg_sample_args=None", "--weight_decay", "1e-3"]))
    let training = try template.configuration().training
    #expect(training.negativeSampleCount == nil && training.weightDecay == 0.001)
  }

  @Test("the fixed values have no searched key and no path of the data")
  func fixed() throws {
    let parameters = [searched("learning_rate", [.real(0.1), .real(0.2)])]
    func fixed(_ text: String, _ learningRate: Double = 0.1) throws -> [String: Literal] {
      let template = try template(text, [], searched: parameters)
      return template.fixedValues(
        of: try template.configuration(with: [("learning_rate", .real(learningRate))]))
    }
    let one = try fixed("")
    #expect(one["epochs"] == .integer(300) && one["learning_rate"] == nil)
    #expect(try fixed("data_path: /x") == one && fixed("", 0.2) == one)
    #expect(try fixed("epochs: 9") != one)
  }

  @Test("a written configuration has sorted lines of YAML that RecBole reads")
  func yaml() throws {
    let configuration = try template("val_interval: {rating: '[3,inf)', 'a b': ['1', 'yes']}")
      .configuration()
    #expect(
      try configuration.recBoleYAML() == """
        ITEM_ID_FIELD: item_id
        MAX_ITEM_LIST_LENGTH: 50
        TIME_FIELD: timestamp
        USER_ID_FIELD: user_id
        clip_grad_norm: ~
        data_path: dataset/
        dataset: ml-100k
        embedding_size: 64
        epochs: 300
        eval_args: {group_by: user, mode: full, order: TO, split: {LS: valid_and_test}}
        eval_batch_size: 4096
        eval_step: 1
        field_separator: "\\t"
        interest_size: 3
        item_inter_num_interval: ~
        layer_norm_eps: 1e-12
        learner: adam
        learning_rate: 0.001
        load_col: {inter: '*'}
        loss_type: CE
        metric_decimal_place: 4
        metrics: [Recall, MRR, NDCG, Hit, Precision]
        model: SINE
        normalize_all: true
        normalize_field: ~
        prototype_size: 50
        reg_loss_ratio: 0.5
        rm_dup_inter: ~
        seed: 2020
        shuffle: true
        stopping_step: 10
        tail_ratio: 0.1
        tau_ratio: 0.1
        topk: [10]
        train_batch_size: 2048
        train_neg_sample_args: {distribution: uniform, sample_num: 1}
        unload_col: ~
        user_inter_num_interval: ~
        val_interval: {a b: ['1', 'yes'], rating: '[3.0,inf)'}
        valid_metric: MRR@10
        weight_decay: 0.0

        """)
  }

  @Test(
    "a text keeps its line in a written file, whatever is in it",
    arguments: [
      "a\nepochs: 7", "a\r\nb", "\u{1B}[31m", "\u{85}\u{2028}x", "a: b # c", "- x", "'\"'",
      "\u{202E}x", " a ",
    ])
  func yamlText(text: String) throws {
    var configuration = Configuration()
    configuration.data.dataset = text
    let yaml = try configuration.recBoleYAML()
    #expect(yaml.split(separator: "\n").count == configuration.recBoleValues.count)
    #expect(!yaml.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    let file = try ConfigurationFile(text: yaml, path: "best.yaml")
    #expect(file.entries.count == configuration.recBoleValues.count)
    #expect(file.entries.first { $0.name == "dataset" }?.value == .string(text))
    #expect(file.entries.first { $0.name == "epochs" }?.value == .integer(300))
  }
}
