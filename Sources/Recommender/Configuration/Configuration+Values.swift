import Literals

extension Configuration {
  /// Resolves checked values in RecBole's names.
  ///
  /// - Parameter loadsAllColumns: true where the user says nothing about columns. RecBole's default
  ///   then leaves out the times, without which a sequential model fails; here the columns that are
  ///   needed are found among all of them.
  init(_ values: [String: Literal], loadsAllColumns: Bool) {
    self.init()
    data.read(values, loadsAllColumns: loadsAllColumns)
    model.read(values)
    training.read(values)
    evaluation.read(values)
  }
}

extension ModelConfiguration {
  fileprivate mutating func read(_ values: [String: Literal]) {
    embeddingSize = values.integer("embedding_size") ?? embeddingSize
    prototypeSize = values.integer("prototype_size") ?? prototypeSize
    interestSize = values.integer("interest_size") ?? interestSize
    tauRatio = values.real("tau_ratio") ?? tauRatio
    regLossRatio = values.real("reg_loss_ratio") ?? regLossRatio
    layerNormEpsilon = values.real("layer_norm_eps") ?? layerNormEpsilon
    lossType = values.text("loss_type").flatMap(LossType.init) ?? lossType
  }
}

extension TrainingConfiguration {
  fileprivate mutating func read(_ values: [String: Literal]) {
    seed = values.integer("seed") ?? seed
    epochs = values.integer("epochs") ?? epochs
    trainBatchSize = values.integer("train_batch_size") ?? trainBatchSize
    learner = values.text("learner").flatMap { Learner(rawValue: $0.lowercased()) } ?? learner
    learningRate = values.real("learning_rate") ?? learningRate
    weightDecay = values.real("weight_decay") ?? weightDecay
    if let clipping = values.dictionary("clip_grad_norm"), let maxNorm = clipping.real("max_norm") {
      gradientClipping = GradientClipping(
        maxNorm: maxNorm, normType: clipping["norm_type"]?.norm ?? 2)
    }
    // Where sampling is disabled, RecBole's own form has the string 'none' as the number.
    negativeSampleCount = values.dictionary("train_neg_sample_args")?.integer("sample_num")
    shuffle = values.bool("shuffle") ?? shuffle
    evalStep = values.integer("eval_step") ?? evalStep
    stoppingStep = values.integer("stopping_step") ?? stoppingStep
  }
}

extension EvaluationConfiguration {
  fileprivate mutating func read(_ values: [String: Literal]) {
    metrics = values.metricKinds("metrics")
    topK = values.integers("topk")
    validMetric = values.text("valid_metric").flatMap { ValidMetric($0) } ?? validMetric
    metricDecimalPlace = values.integer("metric_decimal_place") ?? metricDecimalPlace
    evalBatchSize = values.integer("eval_batch_size") ?? evalBatchSize
    tailRatio = values.real("tail_ratio") ?? tailRatio
  }
}

extension DataConfiguration {
  fileprivate mutating func read(_ values: [String: Literal], loadsAllColumns: Bool) {
    dataset = values.text("dataset") ?? dataset
    dataPath = values.text("data_path") ?? dataPath
    let separator = values.text("field_separator") ?? fieldSeparator
    fieldSeparator = separator == "\\t" ? "\t" : separator
    userField = values.text("USER_ID_FIELD") ?? userField
    itemField = values.text("ITEM_ID_FIELD") ?? itemField
    timeField = values.text("TIME_FIELD") ?? timeField
    loadedColumns = loadsAllColumns ? nil : values.columns("load_col")
    unloadedColumns = values.columns("unload_col")
    maxItemListLength = values.integer("MAX_ITEM_LIST_LENGTH") ?? maxItemListLength
    duplicateRemoval = values.text("rm_dup_inter").flatMap(DuplicateRemoval.init)
    valueFilters = (values.dictionary("val_interval") ?? [:]).compactMapValues { ValueFilter($0) }
    userInteractions = values["user_inter_num_interval"].flatMap { IntervalSet(limiting: $0) }
    itemInteractions = values["item_inter_num_interval"].flatMap { IntervalSet(limiting: $0) }
    normalizeAll = values.bool("normalize_all") ?? false
    normalizedFields = values.texts("normalize_field") ?? []
    exactTime = values.bool("exact_time") ?? false
    readSplit(values.dictionary("eval_args") ?? [:])
  }

  private mutating func readSplit(_ arguments: [String: Literal]) {
    groupByUser = arguments.text("group_by") == "user"
    guard let split = arguments.dictionary("split") else { return }
    if let ratios = split["RS"]?.elements {
      self.split = .ratio(ratios.compactMap(\.number))
    } else if let phases = split.text("LS") {
      self.split = .leaveOneOut(valid: phases != "test_only", test: phases != "valid_only")
    }
  }
}

extension ValueFilter {
  /// A list keeps the values in it; anything else is an interval.
  fileprivate init?(_ value: Literal) {
    if let elements = value.elements {
      self = .tokens(elements.compactMap(\.token))
    } else if let intervals = IntervalSet(value) {
      self = .intervals(intervals)
    } else {
      return nil
    }
  }
}

extension IntervalSet {
  /// An interval of counts; nil for None.
  fileprivate init?(limiting value: Literal) {
    guard value != .none, let intervals = IntervalSet(value) else { return nil }
    self = intervals
  }
}
