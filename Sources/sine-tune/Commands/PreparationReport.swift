import Literals
import Recommender
import Reports

/// What `sine-tune prepare` has written, and the command that goes on with it.
struct PreparationReport {
  private let result: PreparationResult
  private let program: String

  init(_ result: PreparationResult, program: String) {
    self.result = result
    self.program = program
  }

  var lines: [String] {
    var lines = [
      "wrote \(result.output)",
      "  rows   \(result.rows)"
        + (result.droppedRows > 0 ? ", and \(result.droppedRows) left out" : ""),
      "  users  \(result.users)",
      "  items  \(result.items)",
      "  times  \(result.firstTime) to \(result.lastTime) UTC, read as \(result.timeForm)",
    ]
    lines.append("")
    if let next {
      lines += ["next", "  " + next]
    } else {
      lines.append("a sweep finds a data set at <data_path>/<name>/<name>.inter")
    }
    return lines
  }

  /// The sweep over the new data set; nil if the file has no place of a data set.
  private var next: String? {
    guard let place = result.place else { return nil }
    let path = place.isUsual ? [] : ["--data_path", place.dataPath]
    return ShellWord.line(
      [program, "--params_file", "hyper.test"] + path + ["--dataset", place.name])
  }

  var json: JSON {
    JSON(
      output: result.output, dataset: result.place?.name, dataPath: result.place?.dataPath,
      rows: result.rows, droppedRows: result.droppedRows, users: result.users,
      items: result.items, firstTime: result.firstTime, lastTime: result.lastTime,
      timeFormat: result.timeForm, next: next)
  }

  struct JSON: Encodable {
    let output: String
    let dataset: String?
    let dataPath: String?
    let rows: Int
    let droppedRows: Int
    let users: Int
    let items: Int
    let firstTime: String
    let lastTime: String
    let timeFormat: String
    let next: String?
  }
}
