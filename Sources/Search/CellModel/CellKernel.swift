import Trials

/// How alike the true means of two cells are expected to be, as a share of their variance.
///
///     k_j = exp(−½ (Δx_j / ℓ_j)²)
///     K = (1 − ν) [ω mean_j k_j + (1 − ω) Π_j k_j] + ν [i = i′]
///
/// The additive part learns the effect of one parameter from few cells, the product learns what they do
/// together, and ν is what a cell has for itself.
struct CellKernel: Sendable {
  /// The values that a fit chooses from.
  enum Grid {
    static let lengths = [0.2, 0.5, 1.2]
    static let additive = [0.15, 0.5, 0.85]
    static let own = [0.02, 0.1, 0.3]
    /// λ: the variance of a run's luck for that of the cells.
    static let noise = [0.1, 0.3, 1, 3]
  }

  /// The places of the chosen values in `Grid`.
  struct Parameters: Hashable, Sendable {
    /// One for each parameter of the space, then those of `additive`, `own` and `noise`.
    var places: [Int]

    /// ℓ = 0.5, ω = 0.5, ν = 0.1, λ = 1.
    init(defaultsFor dimensions: Int) {
      places = Array(repeating: 1, count: dimensions) + [1, 1, 2]
    }

    /// ℓ = 0.5, ω = 0.85, ν = 0.02: for how long cells train, which varies smoothly.
    init(smoothFor dimensions: Int) {
      places = Array(repeating: 1, count: dimensions) + [2, 0, 2]
    }

    var dimensions: Int { places.count - 3 }
    var lengths: ArraySlice<Int> { places.dropLast(3) }
    var additive: Double { Grid.additive[places[dimensions]] }
    var own: Double { Grid.own[places[dimensions + 1]] }
    var noise: Double { Grid.noise[places[dimensions + 2]] }

    /// How many values a place chooses from.
    func choices(at place: Int) -> Int {
      place == places.count - 1 ? Grid.noise.count : 3
    }
  }

  private struct Axis: Sendable {
    let places: [Int]
    let count: Int
    /// k_j of two coordinates: for each length, a table of `count` × `count`.
    let tables: [[Double]]
  }

  private let axes: [Axis]
  let count: Int
  var dimensions: Int { axes.count }

  init(_ cells: Cells) {
    count = cells.count
    axes = cells.axes.map { axis in
      let coordinates = axis.coordinates.indices
      return Axis(
        places: axis.places, count: coordinates.count,
        tables: Grid.lengths.map { length in
          coordinates.flatMap { one in
            coordinates.map { other in
              let distance = axis.distance(one, other) / length
              return exponential(-0.5 * distance * distance)
            }
          }
        })
    }
  }

  /// Returns K for some rows and columns, row by row.
  func matrix(_ theta: Parameters, rows: [Int], columns: [Int]) -> [Double] {
    let (width, share) = (columns.count, 1 / Double(max(axes.count, 1)))
    let (additive, own) = (theta.additive, theta.own)
    var matrix = [Double](repeating: 0, count: rows.count * width)
    var product = [Double](repeating: 1, count: width)
    for (row, cell) in rows.enumerated() {
      let start = row * width
      for column in 0..<width { product[column] = 1 }
      for (axis, place) in zip(axes, theta.lengths) {
        axis.tables[place].withUnsafeBufferPointer { table in
          axis.places.withUnsafeBufferPointer { places in
            let base = places[cell] * axis.count
            for column in 0..<width {
              let likeness = table[base + places[columns[column]]]
              matrix[start + column] += likeness
              product[column] *= likeness
            }
          }
        }
      }
      for column in 0..<width {
        let shared = additive * share * matrix[start + column] + (1 - additive) * product[column]
        matrix[start + column] = (1 - own) * shared + (columns[column] == cell ? own : 0)
      }
    }
    return matrix
  }
}
