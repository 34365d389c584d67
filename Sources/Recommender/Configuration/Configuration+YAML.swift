import Literals
import Yams

extension Configuration {
  /// The configuration as a file that RecBole and this program read back as the same: a line
  /// `key: value` for each key, sorted.
  package func recBoleYAML() throws -> String {
    let lines = recBoleValues.sorted { $0.key < $1.key }
      .map { (Node($0.key), $0.value.yamlNode) }
    return try serialize(node: Node(lines), width: -1, allowUnicode: true)
  }

  /// The configuration in RecBole's names and values.
  package var recBoleValues: [String: Literal] {
    var values: [String: Literal] = ["model": .string("SINE")]
    for part in [model.recBoleValues, training.recBoleValues, evaluation.recBoleValues] {
      values.merge(part) { $1 }
    }
    return values.merging(data.recBoleValues) { $1 }
  }
}

extension ModelConfiguration {
  fileprivate var recBoleValues: [String: Literal] {
    [
      "embedding_size": .integer(embeddingSize), "prototype_size": .integer(prototypeSize),
      "interest_size": .integer(interestSize), "tau_ratio": .real(tauRatio),
      "reg_loss_ratio": .real(regLossRatio), "layer_norm_eps": .real(layerNormEpsilon),
      "loss_type": .string(lossType.rawValue),
    ]
  }
}

extension TrainingConfiguration {
  fileprivate var recBoleValues: [String: Literal] {
    var clipping = Literal.none
    if let gradientClipping {
      let normType = gradientClipping.normType
      clipping = .dictionary([
        "max_norm": .real(gradientClipping.maxNorm),
        // As torch takes it too: infinity itself is no Python literal, and could not be read back.
        "norm_type": normType.isInfinite ? .string("inf") : .real(normType),
      ])
    }
    let sampling = negativeSampleCount.map { count in
      Literal.dictionary(["distribution": .string("uniform"), "sample_num": .integer(count)])
    }
    return [
      "seed": .integer(seed), "epochs": .integer(epochs),
      "train_batch_size": .integer(trainBatchSize), "learner": .string(learner.rawValue),
      "learning_rate": .real(learningRate), "weight_decay": .real(weightDecay),
      "clip_grad_norm": clipping, "train_neg_sample_args": sampling ?? .none,
      "shuffle": .bool(shuffle), "eval_step": .integer(evalStep),
      "stopping_step": .integer(stoppingStep),
    ]
  }
}

extension EvaluationConfiguration {
  fileprivate var recBoleValues: [String: Literal] {
    [
      "metrics": .list(metrics.map { .string(Self.spelling($0)) }),
      "topk": .list(topK.map(Literal.integer)),
      "valid_metric": .string("\(Self.spelling(validMetric.kind))@\(validMetric.k)"),
      "metric_decimal_place": .integer(metricDecimalPlace),
      "eval_batch_size": .integer(evalBatchSize), "tail_ratio": .real(tailRatio),
    ]
  }

  private static func spelling(_ kind: MetricKind) -> String {
    ConfigurationKey.metricNames.first { $0.lowercased() == kind.rawValue } ?? kind.rawValue
  }
}

extension DataConfiguration {
  fileprivate var recBoleValues: [String: Literal] {
    let filters = valueFilters.mapValues { filter in
      switch filter {
      case .intervals(let intervals): Literal.string(intervals.description)
      case .tokens(let tokens): Literal.list(tokens.map(Literal.string))
      }
    }
    var values: [String: Literal] = [
      "dataset": .string(dataset), "data_path": .string(dataPath),
      "field_separator": .string(fieldSeparator), "USER_ID_FIELD": .string(userField),
      "ITEM_ID_FIELD": .string(itemField), "TIME_FIELD": .string(timeField),
      // '*' loads all columns of the .inter file, where None would load other files as well.
      "load_col": .dictionary([
        "inter": loadedColumns.map { .list($0.map(Literal.string)) } ?? .string("*")
      ]),
      "unload_col": unloadedColumns.map {
        .dictionary(["inter": .list($0.map(Literal.string))])
      } ?? .none,
      "MAX_ITEM_LIST_LENGTH": .integer(maxItemListLength),
      "rm_dup_inter": duplicateRemoval.map { .string($0.rawValue) } ?? .none,
      "val_interval": filters.isEmpty ? .none : .dictionary(filters),
      "user_inter_num_interval": userInteractions.map { .string($0.description) } ?? .none,
      "item_inter_num_interval": itemInteractions.map { .string($0.description) } ?? .none,
      "normalize_all": .bool(normalizeAll),
      "normalize_field": normalizedFields.isEmpty
        ? .none : .list(normalizedFields.map(Literal.string)),
      "eval_args": .dictionary([
        "split": splitValue, "order": .string("TO"),
        "group_by": .string(groupByUser ? "user" : "none"), "mode": .string("full"),
      ]),
    ]
    if exactTime { values["exact_time"] = .bool(true) }
    return values
  }

  private var splitValue: Literal {
    switch split {
    case .ratio(let ratios): .dictionary(["RS": .list(ratios.map(Literal.real))])
    case .leaveOneOut(true, false): .dictionary(["LS": .string("valid_only")])
    case .leaveOneOut(false, _): .dictionary(["LS": .string("test_only")])
    case .leaveOneOut: .dictionary(["LS": .string("valid_and_test")])
    }
  }
}
