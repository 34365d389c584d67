import ArgumentParser
import Literals
import Recommender

/// The two sizes of SINE that decide how long a step takes.
struct ModelSizes: Hashable, Sendable {
  let prototypes: Int
  let interests: Int
}

extension ModelSizes: CustomStringConvertible {
  var description: String { "\(prototypes),\(interests)" }
}

/// Pairs of sizes as one argument: `50,3 500,4`.
struct ModelSizesList: ExpressibleByArgument {
  let sizes: [ModelSizes]

  /// From RecBole's defaults to the corner of its documented grid.
  static let standard = ModelSizesList(sizes: [
    ModelSizes(prototypes: 50, interests: 3), ModelSizes(prototypes: 500, interests: 4),
    ModelSizes(prototypes: 50, interests: 16), ModelSizes(prototypes: 5000, interests: 16),
  ])

  init(sizes: [ModelSizes]) {
    self.sizes = sizes
  }

  /// Reads the pairs; nil if there is none, or if one is not two integers.
  init?(argument: String) {
    var sizes: [ModelSizes] = []
    for pair in argument.split(separator: " ") {
      let numbers = pair.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == 2, let prototypes = numbers[0], let interests = numbers[1] else {
        return nil
      }
      sizes.append(ModelSizes(prototypes: prototypes, interests: interests))
    }
    guard !sizes.isEmpty else { return nil }
    self.sizes = sizes
  }

  var defaultValueDescription: String { sizes.map(\.description).joined(separator: " ") }
}

extension ModelSizes {
  /// The sizes as searched parameters with one value each, so that the configuration checks them.
  var parameters: [SearchedParameter] {
    [("prototype_size", prototypes), ("interest_size", interests)].map { name, value in
      let location = SourceLocation(file: "--sizes", line: 1, column: 1)
      return SearchedParameter(
        name: name, location: location,
        candidates: [LocatedLiteral(.integer(value), at: location)], interval: nil)
    }
  }
}
