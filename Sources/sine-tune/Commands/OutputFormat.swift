import ArgumentParser

/// How results are written to standard output.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json
}

/// How one configuration is written; YAML is a file for `--config_files`.
enum BestFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, yaml
}
