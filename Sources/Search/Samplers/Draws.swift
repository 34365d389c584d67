#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard normal numbers as a pure function of coordinates, by the method of Box and Muller (1958).
package enum NormalDraw {
  package static func value(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> Double {
    let radius = 1 - CounterRandom.unit(CounterRandom.bits(first, second, third, 0))
    let angle = CounterRandom.unit(CounterRandom.bits(first, second, third, 1))
    return (-2 * log(radius)).squareRoot() * cos(2 * .pi * angle)
  }
}

/// Numbers in [0, 1) as a pure function of coordinates.
package enum UniformDraw {
  package static func value(_ first: UInt64, _ second: UInt64) -> Double {
    CounterRandom.unit(CounterRandom.bits(first, second))
  }
}
