import Foundation
import Search
import Trials
import Tuning

/// The results of one setting on the tables of one kind, as figures.
package struct ReplaySummary: Sendable, Encodable {
  package let algo: String
  package let pruner: String
  /// The kind of the worlds, or the name of the recorded sweep.
  package let world: String
  /// The seed of the world, if the figures are of one world alone.
  package let worldSeed: Int?
  package let lag: Int
  /// The budget as a share of the grid.
  package let budget: Double
  /// The mean over the repeats of `values`.
  package let mean: Double
  /// The bounds of a 95 % interval of the mean, by resampling tables, and repeats if there is one table.
  package let low: Double
  package let high: Double
  /// The share of the repeats with a value of at least 0.95.
  package let atLeast95: Double
  /// The mean true value of the point with the best run.
  package let byRun: Double
  /// The mean worth of the delivered model; nil if nobody knows.
  package let model: Double?
  /// What is expected of the recommended point, less its true mean.
  package let curse: Double
  /// The score of the best run, less the true mean of its point.
  package let curseByRun: Double
  /// The work spent, as a share of the grid.
  package let spent: Double
  /// The mean share of the workers that is used until the last decision begins; nil without workers.
  package let use: Double?
  /// The mean time until the last decision ends, in that of training the grid on one worker; nil without
  /// workers.
  package let time: Double?
  package let repeats: Int
  /// The true mean of the recommended point as a share of that of the best one, by repeat.
  package let values: [Double]

  /// - Parameter results: The results of each table, by repeat.
  package init(
    _ setting: ReplayStudy.Setting, world: String, worldSeed: Int?, gridWork: Double,
    results: [[ReplayStudy.Result]]
  ) {
    let all = results.flatMap(\.self)
    func mean(_ value: (ReplayStudy.Result) -> Double) -> Double {
      all.isEmpty ? 0 : all.reduce(0) { $0 + value($1) } / Double(all.count)
    }
    let models = all.compactMap(\.model)
    let lines = all.compactMap(\.timeline)
    algo = setting.method.algorithm.rawValue + (setting.method.screens ? "+screen" : "")
    pruner = setting.method.pruner.rawValue
    self.world = world
    self.worldSeed = worldSeed
    lag = setting.lag
    budget = setting.budget
    self.mean = mean(\.mean)
    (low, high) = Self.interval(of: results.map { $0.map(\.mean) })
    atLeast95 = mean { $0.mean >= 0.95 ? 1 : 0 }
    byRun = mean(\.meanByRun)
    model = models.isEmpty ? nil : models.reduce(0, +) / Double(models.count)
    curse = mean(\.curse)
    curseByRun = mean(\.curseByRun)
    spent = mean(\.spent)
    use = lines.isEmpty ? nil : lines.reduce(0) { $0 + $1.use } / Double(lines.count)
    time =
      lines.isEmpty
      ? nil : lines.reduce(0) { $0 + $1.end } / Double(lines.count) / max(gridWork, 1)
    repeats = all.count
    values = all.map(\.mean)
  }

  /// How often the tables are drawn again for an interval.
  private static let resamples = 1000

  /// Returns the 2.5th and the 97.5th percentile of the mean over tables that are drawn with replacement.
  private static func interval(of values: [[Double]]) -> (low: Double, high: Double) {
    let groups = values.count > 1 ? values : values.first.map { $0.map { [$0] } } ?? []
    guard groups.count > 1 else { return (groups.first?.first ?? 0, groups.first?.first ?? 0) }
    let sums = groups.map { (sum: $0.reduce(0, +), count: $0.count) }
    let means = (0..<resamples).map { resample in
      var (sum, count) = (0.0, 0)
      for place in groups.indices {
        let group = sums[
          Int(UniformDraw.value(UInt64(resample), UInt64(place)) * Double(groups.count))]
        sum += group.sum
        count += group.count
      }
      return sum / Double(max(count, 1))
    }.sorted()
    return (means[resamples / 40], means[resamples - 1 - resamples / 40])
  }
}
