#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The tables of the ziggurat of 256 layers of equal area that covers f(x) = exp(−x²/2), x ≥ 0, equal to
/// NumPy's in every bit.
///
/// Layer i > 0 reaches to x_i, with x_255 = `edge`. The height of the curve there is f_i, and
/// x_i = f⁻¹(area / x_(i+1) + f_(i+1)). Layer 0 is the lowest one together with the tail.
struct Ziggurat: Sendable {
  static let standard = Ziggurat()

  /// The place x_255 where the tail begins.
  static let edge = 0x1.d3bb48209ad33p+1
  /// The area of a layer, seven units in the last place below what double arithmetic gives for
  /// edge · f(edge) + ∫f over the tail. Only with this value do NumPy's tables come out.
  private static let area = 0x1.43016a5a4372ep-8

  /// x_i / 2⁵², which turns 52 random bits into a place in the layer.
  let scales: [Double]
  /// A place with fewer bits than this bound lies under the curve: 2⁵² x_(i−1) / x_i, rounded.
  let bounds: [UInt64]
  /// f_i.
  let heights: [Double]

  private init() {
    let edge = Self.edge
    var (ends, heights) = ([Double](repeating: 0, count: 256), [Double](repeating: 1, count: 256))
    (ends[255], heights[255]) = (edge, exp(-0.5 * edge * edge))
    for layer in (1..<255).reversed() {
      ends[layer] = (-2 * log(Self.area / ends[layer + 1] + heights[layer + 1])).squareRoot()
      heights[layer] = exp(-0.5 * ends[layer] * ends[layer])
      // Here the exact height lies in the middle between two doubles, up to a 250th of their distance.
      // NumPy's table has the upper one.
      if layer == 38 { heights[layer] = 0x1.5ad29acc85c89p-1 }
    }
    ends[0] = Self.area / heights[255]
    scales = ends.map { $0 * 0x1p-52 }
    self.heights = heights
    bounds = ends.indices.map { layer in
      switch layer {
      case 0: UInt64(edge * heights[255] / Self.area * 0x1p52)
      case 1: 0
      default: UInt64((ends[layer - 1] / ends[layer] * 0x1p52).rounded(.toNearestOrEven))
      }
    }
  }
}
