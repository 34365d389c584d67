import Literals
import Recommender
import Search
import Storage
import TestSupport
import Testing
import Trials

@testable import Sweeps

@Suite struct PlanTests {
  private func errors(_ space: String, _ algorithm: SearchAlgorithm?) -> [String] {
    do {
      _ = try SmallSweep(space) { $0.wishes.algorithm = algorithm }
      return []
    } catch let error as InvalidInput {
      // The folder of the file is cut off.
      return error.diagnostics.map {
        $0.description.replacing(/^.*hyper\.test/, with: "hyper.test")
      }
    } catch {
      return ["\(error)"]
    }
  }

  @Test("A grid has all its cells, a continuous space as many draws as RecBole makes")
  func totals() throws {
    let grid = try SmallSweep("learning_rate choice [0.01,0.001]\ntau_ratio quniform 1,3,1").plan
    #expect(grid.total == 6 && grid.cellCount == 6 && grid.countedBudget.trials == nil)
    let draws = try SmallSweep("tau_ratio uniform 0.1,1").plan
    #expect(draws.total == 100 && draws.cellCount == nil && draws.countedBudget.trials == 100)
    let few = try SmallSweep("tau_ratio uniform 0.1,1") { $0.trials = 3 }.plan
    #expect(few.total == 3)
    #expect(try few.firstTrials(3).map(\.number) == [0, 1, 2])
  }

  @Test("A grid over a continuous parameter is an error at the parameter's place")
  func refused() {
    let space = "interest_size choice [2]\ntau_ratio uniform 0.1,1"
    #expect(
      errors(space, .exhaustive) == [
        "hyper.test:2:1: error: a grid needs finitely many values, found 'uniform' for 'tau_ratio'"
      ])
    #expect(errors(space, .random).isEmpty)
    #expect(errors(space, nil).isEmpty)
  }

  @Test("A searched seed is no part of a point: the seeds of a point follow each other")
  func seeds() throws {
    let plan = try SmallSweep("seed choice [3,1]\nlearning_rate choice [0.01,0.001]").plan
    #expect(plan.namedSeeds == [3, 1] && plan.total == 4 && plan.cellCount == 4)
    #expect(plan.space.parameters.map(\.name) == ["learning_rate"])
    #expect(plan.searchedNames == ["learning_rate", "seed"])
    let trials = try plan.firstTrials(4)
    #expect(trials.map(\.seed) == [3, 1, 3, 1])
    #expect(trials[0].point == trials[1].point && trials[1].point != trials[2].point)
    #expect(trials.allSatisfy { $0.point["seed"] == nil })
    #expect(try plan.template.configuration(with: trials[1].point, seed: 1).training.seed == 1)
  }

  @Test("A plan always has the same trials in the same order, and another seed another order")
  func order() throws {
    let space = "learning_rate choice [0.01,0.001,0.1]\ninterest_size choice [2,3,4]"
    let plan = try SmallSweep(space).plan
    #expect(try plan.firstTrials(9) == SmallSweep(space).plan.firstTrials(9))
    #expect(
      try plan.firstTrials(9) != SmallSweep(space) { $0.samplerSeed = 1 }.plan.firstTrials(9))
  }

  @Test("More seeds than anyone could train are an error at their place")
  func tooManySeeds() {
    #expect(
      errors("seed quniform 0,20000,1", nil)
        == ["hyper.test:1:1: error: 'seed' takes at most 10000 values, found 20001"])
  }

  @Test("A file that cannot be read is named without any option")
  func missingFile() {
    let error = #expect(throws: InvalidInput.self) {
      try SweepPlan(SweepRequest(paramsFile: "/nowhere/hyper.test")) {
        _ throws(InvalidInput) in try ConfigurationTemplate()
      }
    }
    #expect(
      error?.description
        == "error: cannot read the search space '/nowhere/hyper.test': no such file or directory")
  }

  @Test("The work of an epoch grows with the sizes of the model and is the same every time")
  func work() throws {
    let sweep = try SmallSweep("prototype_size choice [8,64]\ninterest_size choice [2,4]")
    let dataset = try sweep.dataset()
    func work(_ prototypes: Int, _ interests: Int) throws -> Int {
      try sweep.plan.template.configuration(
        with: Point([
          .init(name: "prototype_size", value: .integer(prototypes)),
          .init(name: "interest_size", value: .integer(interests)),
        ])
      ).workPerEpoch(on: dataset)
    }
    #expect(try work(8, 2) == work(8, 2))
    #expect(try work(8, 2) < work(8, 4))
    #expect(try work(8, 2) < work(64, 2))
  }
}
