/// Random bits as a pure function of coordinates, made by the mixing step of SplitMix64 (Steele, Lea
/// and Flood, 2014). There is no state, so the order of the draws does not matter.
enum CounterRandom {
  /// Returns 64 random bits for the coordinates, whose order matters.
  static func bits(_ coordinates: UInt64...) -> UInt64 {
    var state: UInt64 = 0
    for coordinate in coordinates {
      state = mix(state &+ 0x9E37_79B9_7F4A_7C15 ^ mix(coordinate &+ 0x9E37_79B9_7F4A_7C15))
    }
    return state
  }

  /// Returns a number in [0, 1) made of the upper 53 bits.
  static func unit(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }

  /// Returns the 64-bit FNV-1a hash of a name, which is the same in every process.
  static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
