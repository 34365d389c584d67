import Literals
import Search
import TestSupport
import Testing
import Trials

@Suite struct MutationTests {
  private static let space = """
    # SINE\nlearning_rate choice [0.01, 1e-3, .5, -1_0]\nloss_type choice ['CE', "B\\"PR\\x41"]
    tau_ratio uniform 0.05,1\ninterest_size quniform 2,16,2\nreg loguniform -8,0
    args choice [{'a': [1, (2, 3)], 'b': None}, (True,)] # end\n
    """

  @Test(
    "No mutation of a search space is ever more than an error", arguments: 0..<8 as Range<UInt64>)
  func spaces(seed: UInt64) {
    var mutator = TextMutator(seed: seed)
    for _ in 0..<FuzzingEffort.count(500, full: 12_500) {
      let text = mutator.mutate(Self.space)
      do {
        let space = try SearchSpace.parse(text, file: "h")
        #expect(!space.parameters.isEmpty)
        // A sampler may refuse a space only if its cells are too many to count.
        guard GridSampler.refusals(of: space).isEmpty else {
          #expect(space.cellCount == nil)
          continue
        }
        let point = GridSampler(space: space, seed: seed).point(0, after: History())
        #expect(point.map(space.contains) == true)
      } catch {
        #expect(error.diagnostics.contains { $0.severity == .error })
      }
    }
  }

  @Test("No mutation of a literal is ever more than an error", arguments: 0..<8 as Range<UInt64>)
  func literals(seed: UInt64) {
    var mutator = TextMutator(seed: seed + 100)
    let text =
      #"{'RS': [0.8, -1e-3, 0x1F], 'k': (True, None, 'a\x41\n', "\u00e9"), 'n': {'m': 2**3}}"#
    for _ in 0..<500 {
      guard let value = try? Literal(parsing: mutator.mutate(text)) else { continue }
      #expect((try? Literal(parsing: value.description)) == value)
    }
  }
}
