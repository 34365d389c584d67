import Literals

extension ConfigurationKey {
  /// Keys of RecBole whose other values would change the results in a way that is not built here.
  ///
  /// The defaults are accepted, and other values are errors.
  package static let unsupportedKeys: [ConfigurationKey] = [
    unsupported("repeatable", [.bool(true)], "sequential models recommend items again"),
    unsupported("benchmark_filename", [.none], "pre-split files are not read"),
    unsupported("threshold", [.none], "interactions have no labels here"),
    unsupported("preload_weight", [.none], "embeddings are always learned from scratch"),
    unsupported("alias_of_user_id", [.none], "columns keep numberings of their own"),
    unsupported("alias_of_item_id", [.none], "columns keep numberings of their own"),
    unsupported("alias_of_entity_id", [.none], "there is no knowledge graph"),
    unsupported("alias_of_relation_id", [.none], "there is no knowledge graph"),
    unsupported("additional_feat_suffix", [.none, .list([])], "only the .inter file is read"),
    unsupported("discretization", [.none], "features of users and items are not used"),
    unsupported(
      "numerical_features", [.list([]), .none], "features of users and items are not used"),
    unsupported("require_pow", [.bool(false)], "SINE has no embedding loss"),
    unsupported("enable_amp", [.bool(false)], "training is in 32-bit floats"),
    unsupported("enable_scaler", [.bool(false)], "training is in 32-bit floats"),
    unsupported("transform", [.none], "histories are used as they are"),
    unsupported(
      "encoding", [.none] + ["utf-8", "UTF-8", "utf8", "utf-8-sig"].map(Literal.string),
      "files are UTF-8"),
  ]

  /// Keys of RecBole that change nothing here.
  static let keysWithoutEffect: [ConfigurationKey] = [
    withoutEffect("gpu_id", .string("0"), "GPU to use"),
    withoutEffect("use_gpu", .bool(true), "whether to use a GPU"),
    withoutEffect("device", .none, "torch device"),
    withoutEffect("worker", .integer(0), "loader processes"),
    withoutEffect("state", .string("INFO"), "logging level"),
    withoutEffect("reproducibility", .bool(true), "trials are always reproducible here"),
    withoutEffect("checkpoint_dir", .string("saved"), "folder of RecBole's checkpoints"),
    withoutEffect("show_progress", .bool(true), "progress bars"),
    withoutEffect("save_dataset", .bool(false), "saves the filtered data set"),
    withoutEffect("dataset_save_path", .none, "file of a saved data set"),
    withoutEffect("save_dataloaders", .bool(false), "saves the split data set"),
    withoutEffect("dataloaders_save_path", .none, "file of saved loaders"),
    withoutEffect("log_wandb", .bool(false), "logs to Weights & Biases"),
    withoutEffect("wandb_project", .string("recbole"), "project in Weights & Biases"),
    withoutEffect("loss_decimal_place", .integer(4), "decimals of printed losses"),
    withoutEffect("valid_metric_bigger", .bool(true), "follows from valid_metric"),
    withoutEffect("seq_separator", .string(" "), "separator in sequence columns"),
    withoutEffect("RATING_FIELD", .string("rating"), "column of the ratings"),
    withoutEffect("seq_len", .none, "lengths of sequence columns"),
    withoutEffect("LABEL_FIELD", .string("label"), "column of labels"),
    withoutEffect("NEG_PREFIX", .string("neg_"), "prefix of negative items"),
    withoutEffect("unused_col", .none, "columns that are loaded and dropped"),
    withoutEffect(
      "filter_inter_by_user_or_item", .bool(true), "drops ids that .user and .item files lack"),
    withoutEffect("ITEM_LIST_LENGTH_FIELD", .string("item_length"), "name of an inner column"),
    withoutEffect("LIST_SUFFIX", .string("_list"), "suffix of inner columns"),
    withoutEffect("POSITION_FIELD", .string("position_id"), "name of an inner column"),
    withoutEffect("HEAD_ENTITY_ID_FIELD", .string("head_id"), "knowledge graphs"),
    withoutEffect("TAIL_ENTITY_ID_FIELD", .string("tail_id"), "knowledge graphs"),
    withoutEffect("RELATION_ID_FIELD", .string("relation_id"), "knowledge graphs"),
    withoutEffect("ENTITY_ID_FIELD", .string("entity_id"), "knowledge graphs"),
    withoutEffect("kg_reverse_r", .bool(false), "knowledge graphs"),
    withoutEffect("entity_kg_num_interval", .string("[0,inf)"), "knowledge graphs"),
    withoutEffect("relation_kg_num_interval", .string("[0,inf)"), "knowledge graphs"),
    withoutEffect("nproc", .integer(1), "processes of distributed training"),
    withoutEffect("ip", .string("localhost"), "address of distributed training"),
    withoutEffect("port", .string("5678"), "port of distributed training"),
    withoutEffect("world_size", .integer(-1), "size of distributed training"),
    withoutEffect("group_offset", .integer(0), "rank in distributed training"),
  ]

  private static func unsupported(
    _ name: String, _ supported: [Literal], _ reason: String
  ) -> ConfigurationKey {
    ConfigurationKey(name, .only(supported, because: reason), "not supported: \(reason)")
  }

  private static func withoutEffect(
    _ name: String, _ defaultValue: Literal, _ summary: String
  ) -> ConfigurationKey {
    ConfigurationKey(name, .any, summary, default: defaultValue, role: .withoutEffect)
  }
}

extension ValueKind where Value == Void {
  fileprivate static let any = ValueKind("any value", convert: { _ in () }, write: { .none })

  /// The supported values of a key, the default first. Other values would change the results.
  fileprivate static func only(_ supported: [Literal], because reason: String) -> ValueKind {
    let list = supported.map(\.description).joined(separator: " or ")
    return ValueKind(
      list,
      read: { literal throws(ValueProblem) in
        guard supported.contains(literal) else {
          throw .rule("\(literal.excerpt) is not supported: \(reason); leave it \(list)")
        }
      }, write: { supported[0] })
  }
}
