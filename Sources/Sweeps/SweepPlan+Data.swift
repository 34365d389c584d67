import Literals
import Recommender
import Search
import Trials

extension SweepPlan {
  /// The views of the data that the trials need: one, unless the search varies a key of the data.
  ///
  /// Only the parameters that change the data are combined, so that this stays small even if the
  /// grid is large.
  package func dataConfigurations() throws(InvalidInput) -> [DataConfiguration] {
    let first = firstPoint
    var points: [Point] = [first]
    for parameter in space.parameters {
      guard let count = parameter.domain.count else { continue }
      var variants: [Literal] = []
      for index in 0..<count {
        let value = parameter.domain.value(at: index)
        let data = try template.configuration(with: first.replacing(parameter.name, by: value)).data
        // If one value changes nothing, the others do not either.
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
    for point in points {
      let data = try template.configuration(with: point).data
      if !configurations.contains(data) { configurations.append(data) }
    }
    return configurations
  }
}
