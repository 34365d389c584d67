/// The Sobol sequence in base 2, with the primitive polynomials and the direction numbers of Joe and Kuo
/// (2008, "new-joe-kuo-6").
///
/// Points follow each other in the order of the Gray code, as in most programs.
enum SobolSequence {
  /// The number of dimensions of the table, the first one included.
  static let dimensions = table.count + 1

  /// Returns a coordinate of the point with this number, as the first 32 bits of a binary fraction.
  static func coordinate(_ number: UInt32, dimension: Int) -> UInt32 {
    var gray = number ^ number >> 1
    var coordinate: UInt32 = 0
    while gray != 0 {
      coordinate ^= directions[dimension][gray.trailingZeroBitCount]
      gray &= gray - 1
    }
    return coordinate
  }

  /// The direction numbers of each dimension, by the place of the bit of the Gray code.
  private static let directions = [directions(inner: 0, first: [])] + table.map(directions)

  /// Returns the 32 direction numbers vᵢ = mᵢ·2³²⁻ⁱ of a polynomial of degree s:
  /// mᵢ = 2a₁mᵢ₋₁ ⊕ 2²a₂mᵢ₋₂ ⊕ … ⊕ 2ˢ⁻¹aₛ₋₁mᵢ₋ₛ₊₁ ⊕ 2ˢmᵢ₋ₛ ⊕ mᵢ₋ₛ.
  private static func directions(inner: UInt32, first: [UInt32]) -> [UInt32] {
    let degree = first.count
    // The first dimension has no polynomial, and every mᵢ is 1.
    guard degree > 0 else { return (1...32).map { 1 << (32 - $0) } }
    var numbers = first.enumerated().map { $1 << (31 - UInt32($0)) }
    for place in degree..<32 {
      var number = numbers[place - degree] ^ numbers[place - degree] >> UInt32(degree)
      for step in 1..<degree where inner >> UInt32(degree - 1 - step) & 1 == 1 {
        number ^= numbers[place - step]
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The inner coefficients a₁ … aₛ₋₁ of the polynomial of degree s, as the bits of a number, and
  /// m₁ … mₛ, for the second dimension and the following ones. These are all polynomials up to degree 7.
  private static let table: [(inner: UInt32, first: [UInt32])] = [
    (0, [1]),
    (1, [1, 3]),
    (1, [1, 3, 1]),
    (2, [1, 1, 1]),
    (1, [1, 1, 3, 3]),
    (4, [1, 3, 5, 13]),
    (2, [1, 1, 5, 5, 17]),
    (4, [1, 1, 5, 5, 5]),
    (7, [1, 1, 7, 11, 19]),
    (11, [1, 1, 5, 1, 1]),
    (13, [1, 1, 1, 3, 11]),
    (14, [1, 3, 5, 5, 31]),
    (1, [1, 3, 3, 9, 7, 49]),
    (13, [1, 1, 1, 15, 21, 21]),
    (16, [1, 3, 1, 13, 27, 49]),
    (19, [1, 1, 1, 15, 7, 5]),
    (22, [1, 3, 1, 15, 13, 25]),
    (25, [1, 1, 5, 5, 19, 61]),
    (1, [1, 3, 7, 11, 23, 15, 103]),
    (4, [1, 3, 7, 13, 13, 15, 69]),
    (7, [1, 1, 3, 13, 7, 35, 63]),
    (8, [1, 3, 5, 9, 1, 25, 53]),
    (14, [1, 3, 1, 13, 9, 35, 107]),
    (19, [1, 3, 1, 5, 27, 61, 31]),
    (21, [1, 1, 5, 11, 19, 41, 61]),
    (28, [1, 3, 5, 3, 3, 13, 69]),
    (31, [1, 1, 7, 13, 1, 19, 1]),
    (32, [1, 3, 7, 5, 13, 19, 59]),
    (37, [1, 1, 3, 9, 25, 29, 41]),
    (41, [1, 3, 5, 13, 23, 1, 55]),
    (42, [1, 3, 7, 3, 13, 59, 17]),
    (50, [1, 3, 1, 3, 5, 53, 69]),
    (55, [1, 1, 5, 5, 23, 33, 13]),
    (56, [1, 1, 7, 7, 1, 61, 123]),
    (59, [1, 1, 7, 9, 13, 61, 49]),
    (62, [1, 3, 3, 5, 3, 55, 33]),
  ]
}
