import ArgumentParser

/// A time as users write it: `90`, `90s`, `15m`, `2.5h`.
struct TimeLimit: Hashable, Sendable, CustomStringConvertible, ExpressibleByArgument {
  let description: String
  let duration: Duration

  init?(argument: String) {
    let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    let factor = argument.last.flatMap { factors[$0] }
    let digits = factor == nil ? argument[...] : argument.dropLast()
    guard let number = Double(digits), number > 0, number * (factor ?? 1) < 1e9 else { return nil }
    duration = .seconds(number * (factor ?? 1))
    description = factor == nil ? argument + "s" : argument
  }
}
