import Literals
import Recommender
import Search
import Trials

extension SweepPlan {
  /// Returns the configurations of the data that the trials need. There is one, unless the search varies
  /// a key of the data.
  ///
  /// Only the parameters that change the data are combined, so this takes little time for a large grid.
  package func dataConfigurations() throws(InvalidInput) -> [DataConfiguration] {
    let first = firstPoint
    var points: [Point] = [first]
    for parameter in space.parameters {
      guard let count = parameter.domain.count else { continue }
      var variants: [Literal] = []
      for index in 0..<count {
        let value = parameter.domain.value(at: index)
        let data = try template.configuration(with: first.replacing(parameter.name, by: value)).data
        // The key has nothing to do with the data if another value leaves them as they are.
        if data == configuration.data, value != first[parameter.name] {
          variants = []
          break
        }
        variants.append(value)
      }
      guard variants.count > 1 else { continue }
      points = points.flatMap { point in
        variants.map { point.replacing(parameter.name, by: $0) }
      }
    }
    var configurations: [DataConfiguration] = []
    var known: Set<DataConfiguration> = []
    for point in points {
      let data = try template.configuration(with: point).data
      if known.insert(data).inserted { configurations.append(data) }
    }
    return configurations
  }
}
