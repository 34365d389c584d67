import ArgumentParser
import Search
import Sweeps

/// How results are written to standard output.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json
}

/// How one configuration is written; YAML is a file for `--config_files`.
enum BestFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, yaml
}

// Values of the libraries as arguments of the command line.

extension SearchAlgorithm: ExpressibleByArgument {}

extension KeptCheckpoints: ExpressibleByArgument {}

extension TimeLimit: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}

extension MemoryLimit: ExpressibleByArgument {
  package init?(argument: String) { self.init(argument) }
}
