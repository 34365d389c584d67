import Foundation
import TestSupport

@testable import Recommender

/// One folder of `golden/data`: an atomic file and what RecBole made of it.
struct GoldenCase: Decodable {
  struct Row: Decodable, Equatable {
    let user: Int32
    let length: Int32
    let target: Int32
    let sequence: [Int32]
  }

  let config: RecBoleOptions
  let raises: String?
  let user_tokens: [String]?
  let item_tokens: [String]?
  let n_users: Int?
  let n_items: Int?
  let train: [Row]?
  let valid: [Row]?
  let test: [Row]?

  static let folders: [String] = {
    let url = Fixture.golden("data")
    return ((try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []).sorted()
  }()

  init(folder: String) throws {
    let file = Fixture.golden("data/\(folder)/expected.json")
    self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

/// The RecBole options that the golden cases set.
///
/// The program's own reading of these options has other golden tests.
struct RecBoleOptions: Decodable {
  enum Filter: Decodable {
    case intervals(String)
    case tokens([String])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .intervals(text)
      } else {
        self = .tokens(try container.decode([String].self))
      }
    }
  }

  struct EvalArgs: Decodable {
    struct Split: Decodable {
      let LS: String?
      let RS: [Double]?
    }

    let split: Split
    let group_by: String
  }

  let MAX_ITEM_LIST_LENGTH: Int?
  let user_inter_num_interval: String?
  let item_inter_num_interval: String?
  let rm_dup_inter: String?
  let normalize_all: Bool?
  let normalize_field: [String]?
  let val_interval: [String: Filter]?
  let eval_args: EvalArgs?

  /// The typed configuration, with RecBole's default of `normalize_all` for this data set.
  func configuration(normalizeAll: Bool) -> DataConfiguration {
    var configuration = DataConfiguration()
    configuration.maxItemListLength = MAX_ITEM_LIST_LENGTH ?? configuration.maxItemListLength
    configuration.userInteractions = user_inter_num_interval.map(IntervalSet.init(text:))
    configuration.itemInteractions = item_inter_num_interval.map(IntervalSet.init(text:))
    configuration.duplicateRemoval = rm_dup_inter.flatMap { .init(rawValue: $0) }
    configuration.normalizeAll = normalize_all ?? normalizeAll
    configuration.normalizedFields = normalize_field ?? []
    configuration.valueFilters = (val_interval ?? [:]).mapValues { filter in
      switch filter {
      case .intervals(let text): .intervals(IntervalSet(text: text))
      case .tokens(let tokens): .tokens(tokens)
      }
    }
    if let ratios = eval_args?.split.RS { configuration.split = .ratio(ratios) }
    switch eval_args?.split.LS {
    case "valid_only": configuration.split = .leaveOneOut(valid: true, test: false)
    case "test_only": configuration.split = .leaveOneOut(valid: false, test: true)
    default: break
    }
    configuration.groupByUser = eval_args?.group_by != "none"
    return configuration
  }
}

extension IntervalSet {
  /// Reads `(1,2];[4,inf)`.
  init(text: String) {
    self.init(
      text.split(separator: ";").map { part in
        let bounds = part.dropFirst().dropLast().split(separator: ",").map { Double($0) ?? .nan }
        return Interval(
          lower: bounds[0], lowerIsClosed: part.first == "[", upper: bounds[1],
          upperIsClosed: part.last == "]")
      })
  }
}

extension Dataset {
  /// Examples as RecBole shows them.
  func rows(_ examples: [Example]) -> [GoldenCase.Row] {
    examples.map {
      GoldenCase.Row(
        user: $0.user, length: $0.length, target: $0.target, sequence: Array(history(of: $0)))
    }
  }
}
