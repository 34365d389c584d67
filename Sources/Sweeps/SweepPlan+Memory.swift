import Literals
import Recommender
import Search
import Trials

extension SweepPlan {
  /// The most combinations of values that are looked at. Beyond it, a parameter has only the value that
  /// takes the most memory.
  private static let mostCombinations = 2_000
  /// The most values of a parameter that are looked at. Beyond it, only the two extremes are.
  private static let mostValues = 64

  /// Returns the bytes that the largest trial of the sweep takes. Trials that would not fit the limit by
  /// themselves do not count; 0 if none fits.
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

  /// Returns how many trials may run at a time so that they fit the limit together; at least 1.
  package func jobs(within limit: MemoryLimit, datasets: DatasetCache) throws(InvalidInput) -> Int {
    let largest = try largestWorkingSet(within: limit, datasets: datasets)
    guard largest > 0 else { return jobs }
    return max(1, min(jobs, Int(min(limit.bytes / largest, Double(jobs)))))
  }

  /// Returns the bytes that a trial takes, with its data if they are not those of all trials.
  private func workingSet(
    of cell: Point, _ datasets: DatasetCache, threads: Int
  ) throws(InvalidInput) -> Double {
    let configuration = try template.configuration(with: cell)
    let size = try datasets.size(of: configuration.data)
    return WorkingSet(configuration, dataset: size, threads: threads).bytes
      + datasets.countedBytes(of: size)
  }

  /// Returns points with the combinations of the values that change the memory of a trial.
  private func sizes(_ datasets: DatasetCache) throws(InvalidInput) -> [Point] {
    let first = firstPoint
    let reference = try workingSet(of: first, datasets, threads: 1)
    var cells = [first]
    for parameter in space.parameters {
      var sizes: [(value: Literal, bytes: Double)] = []
      for value in parameter.domain.samples(atMost: Self.mostValues) {
        let cell = first.replacing(parameter.name, by: value)
        // The plan has already reported values that no trial can use.
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
