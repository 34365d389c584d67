import Literals
import Trials

/// Points with coordinates: the cells of a grid, or other points that a model compares.
///
/// A parameter of numbers has a coordinate in [0, 1], of the logarithm if all its values are positive.
/// Two values of any other parameter have the distance 0 or 1.
struct Cells: Sendable {
  /// The coordinates of all cells in one parameter.
  struct Axis: Sendable {
    /// The distinct coordinates.
    let coordinates: [Double]
    /// The index of a cell's coordinate, by cell.
    let places: [Int]
    /// False if two coordinates are only equal or not.
    let isNumeric: Bool

    /// Returns the distance of two of the coordinates.
    func distance(_ one: Int, _ other: Int) -> Double {
      guard isNumeric else { return one == other ? 0 : 1 }
      return abs(coordinates[one] - coordinates[other])
    }
  }

  let points: [Point]
  let axes: [Axis]
  private let indices: [Point: Int]

  var count: Int { points.count }

  /// - Parameter points: Different points with the parameters of the space.
  init(_ points: [Point], in space: SearchSpace) {
    self.points = points
    axes = space.parameters.map { parameter in
      Self.axis(of: points.map { $0[parameter.name] ?? .none }, in: parameter.domain)
    }
    indices = Dictionary(
      points.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Returns the index of a point; nil if it is none of the cells.
  func index(of point: Point) -> Int? { indices[point] }

  /// Returns the distance of two cells: the sum over the parameters.
  func distance(_ one: Int, _ other: Int) -> Double {
    axes.reduce(0) { $0 + $1.distance($1.places[one], $1.places[other]) }
  }

  private static func axis(of values: [Literal], in domain: Domain) -> Axis {
    var places: [Literal: Int] = [:]
    var distinct: [Literal] = []
    let cells = values.map { value in
      if let place = places[value] { return place }
      places[value] = distinct.count
      distinct.append(value)
      return distinct.count - 1
    }
    guard let scale = CoordinateScale(domain) else {
      return Axis(
        coordinates: distinct.indices.map(Double.init), places: cells, isNumeric: false)
    }
    return Axis(
      coordinates: distinct.map { $0.number.map(scale.coordinate) ?? 0 }, places: cells,
      isNumeric: true)
  }
}

/// Maps the numbers of a domain to [0, 1].
struct CoordinateScale: Sendable {
  private let low: Double
  private let high: Double
  private let isLogarithmic: Bool

  /// Returns nil if the domain has a value that is no number.
  init?(_ domain: Domain) {
    switch domain {
    case .choice(let values):
      let numbers = values.compactMap(\.number)
      guard numbers.count == values.count, let least = numbers.min(), let most = numbers.max()
      else { return nil }
      self.init(low: least, high: most, isLogarithmic: least > 0)
    case .uniform(let low, let high):
      self.init(low: low, high: high, isLogarithmic: false)
    case .loguniform(let low, let high):
      self.init(low: exponential(low), high: exponential(high), isLogarithmic: true)
    case .quniform:
      guard let bounds = domain.bounds else { return nil }
      self.init(low: bounds.low, high: bounds.high, isLogarithmic: false)
    }
  }

  private init(low: Double, high: Double, isLogarithmic: Bool) {
    self.isLogarithmic = isLogarithmic
    self.low = isLogarithmic ? naturalLogarithm(low) : low
    self.high = isLogarithmic ? naturalLogarithm(high) : high
  }

  /// Returns the coordinate of a number, which is 0 if the domain has only one.
  func coordinate(_ number: Double) -> Double {
    guard high > low else { return 0 }
    return ((isLogarithmic ? naturalLogarithm(number) : number) - low) / (high - low)
  }
}
