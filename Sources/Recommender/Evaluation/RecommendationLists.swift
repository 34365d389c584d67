import Foundation

/// The recommendations for every user: `length` items each, best first.
struct RecommendationLists: Sendable {
  let items: [Int32]
  let length: Int

  private var listCount: Int { length == 0 ? 0 : items.count / length }

  /// Distinct items among the first k of all lists, divided by the number of items with `[PAD]`.
  func coverage(k: Int, itemCount: Int) -> Double {
    let distinct = counts(k: k, itemCount: itemCount).count { $0 > 0 }
    return Double(distinct) / Double(itemCount)
  }

  /// −Σ p ln p over the distinct recommended items, divided by their number.
  ///
  /// RecBole's code divides by the number, although its documentation does not.
  func shannonEntropy(k: Int, itemCount: Int) -> Double {
    let total = Double(listCount * k)
    let shares = counts(k: k, itemCount: itemCount).filter { $0 > 0 }.map { Double($0) / total }
    return shares.reduce(0) { $0 - $1 * log($1) } / Double(shares.count)
  }

  /// Σ (2i − n − 1) cᵢ / (n Σ cᵢ) with the counts c in ascending order, i from 1, and n the number
  /// of items with `[PAD]`; items that were never recommended count 0.
  func giniIndex(k: Int, itemCount: Int) -> Double {
    let weighted = counts(k: k, itemCount: itemCount).sorted().enumerated()
      .reduce(0) { $0 + (2 * ($1.offset + 1) - itemCount - 1) * $1.element }
    return Double(weighted) / Double(listCount * k) / Double(itemCount)
  }

  /// The mean of a figure over the first k items of a list, averaged over all lists.
  func meanOfLists(k: Int, _ figure: (Int32) -> Int) -> Double {
    var sum = 0.0
    for list in 0..<listCount {
      let inList = items[list * length..<list * length + k].reduce(0) { $0 + figure($1) }
      sum += Double(inList) / Double(k)
    }
    return sum / Double(listCount)
  }

  /// How often each item is among the first k of a list.
  private func counts(k: Int, itemCount: Int) -> [Int] {
    var counts = Array(repeating: 0, count: itemCount)
    for list in 0..<listCount {
      for item in items[list * length..<list * length + k] { counts[Int(item)] += 1 }
    }
    return counts
  }
}
