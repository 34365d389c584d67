import Literals
import Recommender
import Search
import Trials

extension SweepPlan {
  /// Combinations of sizes that are looked at before each parameter is taken by itself.
  private static let mostCombinations = 2_000
  /// Values of a parameter that are looked at before only its ends are.
  private static let mostValues = 64

  /// The most memory that a trial of the sweep takes. Trials that do not even fit the limit alone do
  /// not count.
  package func largestWorkingSet(
    within limit: MemoryLimit, datasets: DatasetCache
  ) throws(InvalidInput) -> Double {
    var largest = 0.0
    let threads = request.threads ?? CoreShare.cores
    for cell in try sizes(datasets) {
      let bytes = try workingSet(of: cell, datasets, threads: threads)
      if bytes <= limit.bytes { largest = max(largest, bytes) }
    }
    return largest
  }

  /// How many trials may run at a time so that all of them fit the limit.
  package func jobs(within limit: MemoryLimit, datasets: DatasetCache) throws(InvalidInput) -> Int {
    let largest = try largestWorkingSet(within: limit, datasets: datasets)
    guard largest > 0 else { return jobs }
    return max(1, min(jobs, Int(min(limit.bytes / largest, Double(jobs)))))
  }

  private func workingSet(
    of cell: Point, _ datasets: DatasetCache, threads: Int
  ) throws(InvalidInput) -> Double {
    let configuration = try template.configuration(with: cell)
    let dataset = try datasets.dataset(for: configuration.data)
    return WorkingSet(configuration, dataset: dataset, threads: threads).bytes
  }

  /// Cells with every combination of the values that change the size of a trial.
  private func sizes(_ datasets: DatasetCache) throws(InvalidInput) -> [Point] {
    let first = firstPoint
    let reference = try workingSet(of: first, datasets, threads: 1)
    var cells = [first]
    for parameter in space.parameters {
      var sizes: [(value: Literal, bytes: Double)] = []
      for value in parameter.domain.samples(atMost: Self.mostValues) {
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
}
