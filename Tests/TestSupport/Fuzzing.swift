import Foundation

/// How many damaged inputs the tests try.
///
/// A few hundred of each kind, so that the suite stays fast; `SINE_TUNE_FUZZING=full` asks for as
/// many as a release has to survive. The same seeds make the same inputs every time.
package enum FuzzingEffort {
  package static let isFull = ProcessInfo.processInfo.environment["SINE_TUNE_FUZZING"] == "full"

  package static func count(_ usual: Int, full: Int) -> Int { isFull ? full : usual }
}

/// Makes damaged variants of a text, the same ones for the same seed.
package struct TextMutator {
  private var state: UInt64
  private static let fragments = [
    "[", "]", "(", ")", "{", "}", "'", "\"", "\\", ",", ":", "#", "-", "+", "*", "&", "!", "%", "@",
    " ", "\t", "\n", "\r\n", "\u{0}", "\u{FEFF}", "é", "👩‍👩‍👧", "0", "9", "e", "x", "_", ".", "inf",
    "nan",
    "1e999", "9223372036854775808", "None", "- ", "? ", "~", "choice", "quniform 0,1e308,1e-300",
  ]

  package init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
  }

  /// One to four deletions, insertions, swaps or repetitions at random places.
  package mutating func mutate(_ text: String) -> String {
    var characters = Array(text)
    for _ in 0...next(4) {
      let place = next(characters.count + 1)
      switch next(5) {
      case 0: characters.removeSubrange(place..<min(place + 1 + next(8), characters.count))
      case 1, 2:
        characters.insert(contentsOf: Self.fragments[next(Self.fragments.count)], at: place)
      case 3:
        let end = min(place + next(20), characters.count)
        characters.insert(contentsOf: characters[place..<end], at: next(characters.count + 1))
      default:
        guard !characters.isEmpty else { continue }
        characters.swapAt(next(characters.count), next(characters.count))
      }
    }
    return String(characters)
  }

  private mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(max(bound, 1)))
  }
}

/// Random numbers that are the same for the same seed (SplitMix64).
package struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
