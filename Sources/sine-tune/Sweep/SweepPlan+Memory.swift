import Literals
import Recommender
import Search

extension SweepPlan {
  /// Combinations of sizes that are looked at before each parameter is taken by itself.
  private static let mostCombinations = 2_000
  /// Values of a parameter that are looked at before only its ends are.
  private static let mostValues = 64

  /// The most memory that a trial of the sweep takes, those left aside that do not fit the limit
  /// even alone.
  func largestWorkingSet(
    within limit: MemoryLimit, datasets: DatasetShelf
  ) throws(InvalidInput) -> Double {
    var largest = 0.0
    let threads = self.threads ?? CoreShare.cores
    for cell in try sizes(datasets) {
      let bytes = try workingSet(of: cell, datasets, threads: threads)
      if bytes <= limit.bytes { largest = max(largest, bytes) }
    }
    return largest
  }

  /// How many trials may run at a time so that all of them fit the limit.
  func jobs(within limit: MemoryLimit, datasets: DatasetShelf) throws(InvalidInput) -> Int {
    let largest = try largestWorkingSet(within: limit, datasets: datasets)
    guard largest > 0 else { return jobs }
    return max(1, min(jobs, Int(min(limit.bytes / largest, Double(jobs)))))
  }

  private func workingSet(
    of cell: Point, _ datasets: DatasetShelf, threads: Int
  ) throws(InvalidInput) -> Double {
    let configuration = try template.configuration(with: cell)
    let dataset = try datasets.dataset(for: configuration.data)
    return WorkingSet(configuration, dataset: dataset, threads: threads).bytes
  }

  /// Cells with every combination of the values that change the size of a trial.
  private func sizes(_ datasets: DatasetShelf) throws(InvalidInput) -> [Point] {
    let first = sampler.parameters(ofTrial: 0)
    let reference = try workingSet(of: first, datasets, threads: 1)
    var cells = [first]
    for parameter in space.parameters {
      var sizes: [(value: Literal, bytes: Double)] = []
      for value in ends(of: parameter.domain) {
        let cell = first.replacing(parameter.name, by: value)
        // A value that no trial could use by itself is reported elsewhere.
        guard let bytes = try? workingSet(of: cell, datasets, threads: 1) else { continue }
        sizes.append((value, bytes))
      }
      guard sizes.contains(where: { $0.bytes != reference }) else { continue }
      if cells.count * sizes.count > Self.mostCombinations {
        sizes = sizes.max { $0.bytes < $1.bytes }.map { [$0] } ?? []
      }
      cells = cells.flatMap { cell in
        sizes.map { cell.replacing(parameter.name, by: $0.value) }
      }
    }
    return cells.filter { (try? template.configuration(with: $0)) != nil }
  }

  private func ends(of domain: Domain) -> [Literal] {
    if let count = domain.count {
      let indices = count <= Self.mostValues ? Array(0..<count) : [0, count - 1]
      return indices.map(domain.value(at:))
    }
    return domain.bounds.map { [.real($0.low), .real($0.high)] } ?? []
  }
}
