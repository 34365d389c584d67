import Literals
import Recommender
import Sweeps

/// What the benchmark will measure, checked as far as it can be without the data.
struct BenchPlan {
  struct Case {
    let sizes: ModelSizes
    let configuration: Configuration
  }

  let cases: [Case]
  let batches: Int
  let rounds: Int
  /// Counts of jobs and of threads to compare: 1, 2, 4, … and the most.
  let jobs: [Int]
  let threads: [Int]
  /// What a user should know about the configuration although it can be measured.
  let notes: [Diagnostic]

  /// Reports everything that is wrong with any of the sizes.
  init(
    sizes: [ModelSizes], batches: Int, rounds: Int, configuration options: ConfigurationOptions,
    jobs: Int = CoreShare.cores, threads: Int = CoreShare.cores
  ) throws(InvalidInput) {
    var cases: [Case] = []
    var notes: [Diagnostic] = []
    var diagnostics: [Diagnostic] = []
    for sizes in sizes {
      do throws(InvalidInput) {
        let template = try options.template(searching: sizes.parameters)
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
