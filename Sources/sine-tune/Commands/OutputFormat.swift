import ArgumentParser
import Search
import Sweeps

/// The format of results on standard output.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json
}

/// The format of the best trial on standard output. YAML is a file for `--config_files`.
enum BestFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, yaml
}

// Types of the libraries that options have as values.

extension SearchAlgorithm: ExpressibleByArgument {
  /// RecBole's word for `tpe` is `bayes`.
  package init?(argument: String) { self.init(rawValue: argument == "bayes" ? "tpe" : argument) }
}

extension PrunerKind: ExpressibleByArgument {}

extension KeptCheckpoints: ExpressibleByArgument {}

extension TimeLimit: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension MemoryLimit: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}
