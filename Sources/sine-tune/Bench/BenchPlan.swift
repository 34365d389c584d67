import Literals
import Recommender
import Sweeps

/// What the benchmark will measure, checked as far as possible without the data.
struct BenchPlan {
  /// A pair of sizes to measure.
  struct Case {
    let sizes: ModelSizes
    let configuration: Configuration
  }

  let cases: [Case]
  /// The number of batches of a measurement.
  let batches: Int
  /// How often everything is measured.
  let rounds: Int
  /// The numbers of jobs to compare: 1, 2, 4, … and the most.
  let jobs: [Int]
  /// The numbers of threads of a step to compare: 1, 2, 4, … and the most.
  let threads: [Int]
  /// Remarks about a configuration that can be measured all the same.
  let notes: [Diagnostic]

  /// Makes the plan, or throws the errors of all sizes together.
  init(
    sizes: [ModelSizes], batches: Int, rounds: Int, configuration options: ConfigurationOptions,
    jobs: Int = CoreShare.cores, threads: Int = CoreShare.cores
  ) throws(InvalidInput) {
    var cases: [Case] = []
    var notes: [Diagnostic] = []
    var diagnostics: [Diagnostic] = []
    for sizes in sizes {
      do throws(InvalidInput) {
        let template = try options.template(
          for: BenchCommand.self, searching: sizes.parameters)
        cases.append(Case(sizes: sizes, configuration: try Self.configuration(sizes, template)))
        notes = template.notes
      } catch {
        diagnostics += error.diagnostics.filter { !diagnostics.contains($0) }
      }
    }
    guard diagnostics.isEmpty else { throw InvalidInput(diagnostics) }
    self.cases = cases
    self.batches = batches
    self.rounds = rounds
    self.jobs = Self.counts(upTo: jobs)
    self.threads = Self.counts(upTo: threads)
    self.notes = notes
  }

  private static func configuration(
    _ sizes: ModelSizes, _ template: ConfigurationTemplate
  ) throws(InvalidInput) -> Configuration {
    let configuration = try template.configuration(with: [
      ("prototype_size", .integer(sizes.prototypes)), ("interest_size", .integer(sizes.interests)),
    ])
    let loss = configuration.model.lossType
    guard loss != .nll else {
      throw InvalidInput(
        "the benchmark measures 'loss_type' 'CE' and 'BPR', found '\(loss.rawValue)'")
    }
    return configuration
  }

  private static func counts(upTo most: Int) -> [Int] {
    var counts: [Int] = []
    var count = 1
    while count < most {
      counts.append(count)
      count *= 2
    }
    return counts + [most]
  }
}
