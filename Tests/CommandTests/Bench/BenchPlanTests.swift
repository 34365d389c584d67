import Literals
import Testing

@testable import sine_tune

@Suite struct BenchPlanTests {
  private func plan(
    sizes: String, jobs: Int = 2, threads: Int = 2, _ arguments: String...
  ) throws -> BenchPlan {
    let list = try #require(ModelSizesList(argument: sizes))
    return try BenchPlan(
      sizes: list.sizes, batches: 1, rounds: 1,
      configuration: try ConfigurationOptions.parse(arguments), jobs: jobs, threads: threads)
  }

  @Test("Sizes are pairs of integers")
  func sizes() throws {
    let list = try #require(ModelSizesList(argument: "50,3  5000,16"))
    #expect(list.sizes.map(\.description) == ["50,3", "5000,16"])
    #expect(ModelSizesList.standard.defaultValueDescription == "50,3 500,4 50,16 5000,16")
  }

  @Test(
    "Any other text is no list of sizes",
    arguments: ["", " ", "50", "50,", ",3", "50,3,4", "a,b", "50;3"])
  func wrongSizes(text: String) {
    #expect(ModelSizesList(argument: text) == nil)
  }

  @Test("Each case has its sizes, and the keys of the command line")
  func cases() throws {
    let plan = try plan(sizes: "50,3 500,4", "--embedding_size=32")
    #expect(plan.cases.map(\.configuration.model.prototypeSize) == [50, 500])
    #expect(plan.cases.map(\.configuration.model.interestSize) == [3, 4])
    #expect(plan.cases.map(\.configuration.model.embeddingSize) == [32, 32])
  }

  @Test("Keys without effect are noted once")
  func notes() throws {
    let notes = try plan(sizes: "50,3 500,4", "--gpu_id=1").notes.map(\.description)
    #expect(notes == ["note: accepted, but without effect here: 'gpu_id'"])
  }

  @Test(
    "Counts of jobs and threads double up to the most",
    arguments: [(1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])])
  func counts(most: Int, expected: [Int]) throws {
    #expect(try plan(sizes: "50,3", jobs: most).jobs == expected)
    #expect(try plan(sizes: "50,3", jobs: 3, threads: most).threads == expected)
  }

  @Test("All impossible sizes are reported at once")
  func impossibleSizes() throws {
    let error = #expect(throws: InvalidInput.self) { try plan(sizes: "2,3 50,3 0,1") }
    let messages = try #require(error).diagnostics.map(\.description)
    #expect(messages.count == 2)
    #expect(messages[0].contains("interest_size 3 with prototype_size 2"))
    #expect(messages[1].contains("'prototype_size'"))
    #expect(messages[1].hasSuffix("found 0"))
  }

  @Test("A size that is also given as a key is one error")
  func sizeAsKey() throws {
    let error = #expect(throws: InvalidInput.self) {
      try plan(sizes: "50,3 500,4", "--prototype_size=5")
    }
    let messages = try #require(error).diagnostics.map(\.description)
    #expect(messages.count == 1)
    #expect(messages[0].contains("fixed by '--prototype_size'"))
  }

  @Test("A loss whose work is not counted is not measured")
  func loss() throws {
    #expect(try plan(sizes: "50,3", "--loss_type=BPR").cases.count == 1)
    let error = #expect(throws: InvalidInput.self) {
      try plan(sizes: "50,3", "--loss_type=NLL")
    }
    #expect(
      try #require(error).diagnostics.map(\.message) == [
        "the benchmark measures 'loss_type' 'CE' and 'BPR', found 'NLL'"
      ])
  }
}
