import ArgumentParser
import Literals

/// What the words of a command line ask for: a command and its arguments.
///
/// ArgumentParser cannot choose the command: the sweep takes RecBole's keys as free arguments, and would
/// take the name of a subcommand as one of them.
struct Invocation {
  let command: any ParsableCommand.Type
  let arguments: [String]

  /// Throws if the first word is neither a command nor an option.
  init(_ words: [String]) throws(InvalidInput) {
    guard let first = words.first, !first.hasPrefix("-") else {
      command = SweepCommand.self
      arguments = Self.joiningValues(words, of: command)
      return
    }
    if first == "help" {
      command = try Self.commandToExplain(Array(words.dropFirst()))
      arguments = ["--help"]
      return
    }
    guard let named = SineTune.subcommand(named: first) else {
      throw InvalidInput([WordAdvice.unknownCommand(words)])
    }
    command = named
    arguments = Self.joiningValues(Array(words.dropFirst()), of: command)
  }

  private static func commandToExplain(
    _ words: [String]
  ) throws(InvalidInput) -> any ParsableCommand.Type {
    guard let word = words.first, !word.hasPrefix("-") else { return SweepCommand.self }
    if words.count > 1 {
      throw InvalidInput(
        "'help' takes one command, found '\(words.joined(separator: " "))'", isUsage: true)
    }
    guard let named = SineTune.subcommand(named: word) else {
      throw InvalidInput([WordAdvice.unknownCommand([word])])
    }
    return named
  }

  /// Writes `--max_evals -3` as `--max_evals=-3`. ArgumentParser would take the second word as another
  /// option, and say that the value is missing.
  private static func joiningValues(
    _ words: [String], of command: any ParsableCommand.Type
  ) -> [String] {
    let isSuspicious = words.dropFirst().contains { $0.hasPrefix("-") && !$0.hasPrefix("--") }
    guard isSuspicious else { return words }
    let options = CommandOptions(of: command)
    var joined: [String] = []
    for word in words {
      let isShort = word.hasPrefix("-") && !word.hasPrefix("--") && options[word] == nil
      if isShort, let last = joined.last, options[last]?.takesValue == true {
        joined[joined.count - 1] = "\(last)=\(word)"
      } else {
        joined.append(word)
      }
    }
    return joined
  }
}
