import Storage
import Trials

/// The text file that RecBole's `run_hyper.py --output_file` writes.
package enum HyperResultFile {
  /// One block a complete trial, by number: parameters, validation, test, an empty line.
  package static func text(_ trials: [TrialRecord], searchesSeed: Bool) -> String {
    trials.sorted { $0.trial.number < $1.trial.number }.compactMap { record in
      record.result.map { result in
        """
        \(record.trial.searchedValues(includingSeed: searchesSeed))
        Valid result:
        \(Format.line(result.validMetrics))
        Test result:
        \(Format.line(result.testMetrics))


        """
      }
    }.joined()
  }
}
