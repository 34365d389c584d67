import Literals
import Testing

@testable import Recommender

@Suite struct ConfigurationSearchTests {
  @Test("searched values win over files, and quoted lists are lists")
  func searching() throws {
    let template = try template(
      "learning_rate: 0.5\ndataset: toy",
      searched: [
        searched("learning_rate", [.real(0.1), .real(0.2)]),
        searched("val_interval", [.string("{'rating': '[3,inf)'}"), .none]),
        searched("interest_size", [.integer(3)]),
      ])
    let configuration = try template.configuration(with: [
      ("learning_rate", .real(0.2)), ("val_interval", .string("{'rating': '[3,inf)'}")),
      ("interest_size", .integer(4)),
    ])
    #expect(configuration.training.learningRate == 0.2 && configuration.model.interestSize == 4)
    #expect(configuration.data.valueFilters.keys.sorted() == ["rating"])
  }

  @Test("a trial's own values are checked once more")
  func trial() throws {
    let error = #expect(throws: InvalidInput.self) {
      try template().configuration(with: [("tau_ratio", .real(-1)), ("epochs", .real(1.5))])
    }
    #expect(
      error?.description == """
        error: 'tau_ratio' takes a number above 0, found -1.0
        error: 'epochs' takes an integer from 1 to 1000000, found 1.5
        """)
    let cell = #expect(throws: InvalidInput.self) {
      try template().configuration(with: [("interest_size", .integer(51))])
    }
    #expect(
      cell?.description == "error: 'interest_size' is at most 'prototype_size', found 51 and 50")
  }

  @Test("a search is checked value by value")
  func search() {
    #expect(
      searchDiagnostics(
        [
          searched("lerning_rate", [.real(0.1)]),
          searched("interest_size", [.integer(4), .integer(0), .real(4)], line: 2),
          searched("valid_metric", [.string("MRR@10")], line: 3),
          searched("gpu_id", [.integer(0)], line: 4),
          searched("epochs", [.real(1), .real(9)], line: 5, isContinuous: true),
          searched("tau_ratio", [.real(-1), .real(0)], line: 6, isContinuous: true),
          searched("loss_type", [.string("CE"), .string("XE")], line: 7),
        ]) == [
          "h:1:1: error: unknown parameter 'lerning_rate'; did you mean 'learning_rate'",
          "h:2:31: error: 'interest_size' takes an integer from 1 to 65536, found 0",
          "h:2:32: error: 'interest_size' takes an integer from 1 to 65536, found 4.0",
          "h:3:1: error: 'valid_metric' is the same for all trials of a sweep, so it cannot be searched",
          "h:4:1: error: 'gpu_id' has no effect here, so it cannot be searched",
          "h:5:1: error: 'epochs' takes an integer from 1 to 1000000, "
            + "found an interval of reals; use 'choice' or 'quniform'",
          "h:6:1: error: 'tau_ratio' takes a number above 0, which excludes the bound -1.0 of 'uniform'",
          "h:7:31: error: 'loss_type' takes one of 'CE', 'BPR', 'NLL', found 'XE'; did you mean 'CE'",
        ])
  }

  @Test("the type of the key decides: what is quoted is no number, and one value has one spelling")
  func quoted() {
    #expect(
      searchDiagnostics([
        searched("interest_size", [.integer(2), .string("2")]),
        searched("learning_rate", [.string("1e-3"), .string("fast"), .string("-1")], line: 2),
        searched("epochs", [.bool(true), .string("True")], line: 3),
        searched("shuffle", [.bool(true), .string("true")], line: 4),
        searched("rm_dup_inter", [.none, .string("None"), .string("first")], line: 5),
        searched("learner", [.string("adam"), .string("Adam")], line: 6),
        searched(
          "clip_grad_norm",
          [
            .dictionary(["max_norm": .integer(5)]), .string("{'max_norm': 5.0, 'norm_type': 2}"),
            .string("{'max_norm': 6}"),
          ], line: 7),
        searched("user_inter_num_interval", [.string("[5,inf)"), .string("[5, inf)")], line: 8),
      ]) == [
        "h:1:31: error: 'interest_size' takes an integer from 1 to 65536, found '2'; "
          + "write 2 without quotes",
        "h:2:30: error: 'learning_rate' takes a number above 0, found '1e-3'; "
          + "write 0.001 without quotes",
        "h:2:31: error: 'learning_rate' takes a number above 0, found 'fast'",
        "h:2:32: error: 'learning_rate' takes a number above 0, found '-1'; write it without quotes",
        "h:3:30: error: 'epochs' takes an integer from 1 to 1000000, found True",
        "h:3:31: error: 'epochs' takes an integer from 1 to 1000000, found 'True'",
        "h:4:31: error: 'shuffle' takes True or False, found 'true'; write True without quotes",
        "h:5:31: error: 'rm_dup_inter' takes None or one of 'first', 'last', found 'None'; "
          + "write None without quotes",
        "h:6:31: error: 'learner' takes 'Adam' for 'adam', which is given in column 30: "
          + "every trial would be run twice",
        #"h:7:31: error: 'clip_grad_norm' takes '{\'max_norm\': 5.0, \'norm_type\': 2}' for "#
          + "{'max_norm': 5}, which is given in column 30: every trial would be run twice",
        "h:8:31: error: 'user_inter_num_interval' takes '[5, inf)' for '[5,inf)', which is given "
          + "in column 30: every trial would be run twice",
      ])
  }

  @Test("a bound that the key does not take is named with what to write instead")
  func bounds() {
    func interval(_ name: String, _ values: [Literal], isContinuous: Bool) -> SearchedParameter {
      let place = Literals.SourceLocation(file: "h", line: 1, column: 9)
      return SearchedParameter(
        name: name, location: place, candidates: values.map { LocatedLiteral($0, at: place) },
        interval: SearchedParameter.Interval("uniform 0,1", isContinuous: isContinuous) {
          isUsable in
          isUsable(.real(0.01)) || isUsable(.integer(1)) ? "uniform 0.01,1" : nil
        })
    }
    #expect(
      searchDiagnostics([interval("learning_rate", [.real(0), .real(1)], isContinuous: true)]) == [
        "h:1:9: error: 'learning_rate' takes a number above 0, which excludes the bound 0.0 of "
          + "'uniform 0,1'; write 'uniform 0.01,1'"
      ])
    #expect(
      searchDiagnostics([interval("epochs", [.integer(-1), .integer(0)], isContinuous: false)])
        == [
          "h:1:9: error: 'epochs' takes an integer from 1 to 1000000, which excludes the value -1 of "
            + "'uniform 0,1'; write 'uniform 0.01,1'"
        ])
  }

  @Test("a search without a score to choose by is refused, a training is not")
  func scores() throws {
    func problems(
      _ yaml: String, _ arguments: [String] = [], searched: [SearchedParameter] = []
    ) throws -> [String] {
      try template(yaml, arguments, searched: searched).problemsOfScores(searched)
        .map(\.description)
    }
    let step =
      "evaluates no epoch, but a search chooses by validation; write 1 to evaluate every epoch"
    #expect(try problems("eval_step: 0") == ["c.yaml:1:1: error: 'eval_step' 0 \(step)"])
    #expect(try problems("", ["--eval_step=-3"]) == ["error: 'eval_step' -3 \(step)"])
    #expect(
      try problems("", searched: [searched("eval_step", [.integer(1), .integer(0)])])
        == ["h:1:31: error: 'eval_step' 0 \(step)"])
    #expect(try problems("eval_step: 500\nepochs: 3").isEmpty)
    for (split, shown) in [
      ("{RS: [9, 0, 1]}", "{'RS': [9, 0, 1]}"), ("{LS: test_only}", "{'LS': 'test_only'}"),
    ] {
      #expect(
        try problems("epochs: 2\neval_args: {order: TO, split: \(split)}") == [
          "c.yaml:2:1: error: 'eval_args' has no part for validation, by which a search chooses, found "
            + "'split' \(shown); write {'LS': 'valid_and_test'} or {'RS': [0.8, 0.1, 0.1]}"
        ])
    }
    #expect(try problems("eval_args: {order: TO, split: {LS: valid_only}}").isEmpty)
  }

  @Test("a million unknown names end in a count of them")
  func flood() {
    let names = (0..<100_000).map { searched("key\($0)", [.integer(1)]) }
    let messages = searchDiagnostics(names)
    #expect(messages.count == 51 && messages.last == "error: and 99950 more errors")
    let sizes = (1...20_000).map(Literal.integer)
    let cells = searchDiagnostics([
      searched("interest_size", sizes), searched("prototype_size", sizes, line: 2),
    ])
    #expect(cells.count == 51 && cells.last == "error: and 19949 more errors")
    let yaml = (0..<60_000).map { "key\($0): 1\n" }.joined()
    #expect(searchDiagnostics([], yaml: yaml).last == "error: and 59950 more errors")
    let long = String(repeating: "a", count: 1_000_000)
    #expect(
      searchDiagnostics([searched("learning_rate", [.string(long)])]).allSatisfy { $0.count < 200 })
    #expect(searchDiagnostics([], yaml: "learning_rate: \(long)").allSatisfy { $0.count < 200 })
  }

  @Test("a searched parameter on the command line is an error")
  func override() {
    #expect(
      searchDiagnostics(
        [searched("learning_rate", [.real(0.2)])], arguments: ["--learning_rate=0.1"]) == [
          "h:1:1: error: 'learning_rate' is searched here and fixed by '--learning_rate' on the "
            + "command line; remove one of them"
        ])
  }

  @Test("impossible cells are named")
  func impossibleCells() {
    let interests = searched("interest_size", [.integer(4), .integer(12), .integer(16)])
    let prototypes = searched("prototype_size", [.integer(50), .integer(8), .integer(14)], line: 2)
    #expect(
      searchDiagnostics([interests, prototypes]) == [
        "h:1:31: error: 'interest_size' is at most 'prototype_size'; "
          + "impossible: interest_size 12 with prototype_size 8",
        "h:1:32: error: 'interest_size' is at most 'prototype_size'; "
          + "impossible: interest_size 16 with prototype_size 8, 14",
      ])
    #expect(
      searchDiagnostics([interests], yaml: "prototype_size: 10") == [
        "h:1:31: error: 'interest_size' is at most 'prototype_size'; "
          + "impossible: interest_size 12 with prototype_size 10",
        "h:1:32: error: 'interest_size' is at most 'prototype_size'; "
          + "impossible: interest_size 16 with prototype_size 10",
      ])
    #expect(
      searchDiagnostics([prototypes], yaml: "interest_size: 9") == [
        "c.yaml:1:1: error: 'interest_size' is at most 'prototype_size'; "
          + "impossible: interest_size 9 with prototype_size 8"
      ])
    #expect(
      searchDiagnostics([searched("prototype_size", [.integer(2), .integer(3)])]) == [
        "h:1:30: error: 'interest_size' is at most 'prototype_size'; "
          + "impossible: interest_size 3 with prototype_size 2"
      ])
    #expect(
      searchDiagnostics([
        searched("loss_type", [.string("CE"), .string("BPR")]),
        searched("train_neg_sample_args", [.dictionary([:]), .none], line: 2),
      ]) == [
        "h:2:1: error: 'loss_type' 'BPR' needs negatives, found 'train_neg_sample_args' None; "
          + "write {'distribution': 'uniform', 'sample_num': 1}"
      ])
  }

  @Test("a search that repeats trials is a warning")
  func waste() {
    let ratios = searched("reg_loss_ratio", [.integer(0), .real(0.5)])
    #expect(
      searchDiagnostics([ratios]) == [
        "h:1:1: warning: 'reg_loss_ratio' has an effect under 'loss_type' 'NLL' only: "
          + "its values repeat trials"
      ])
    #expect(
      searchDiagnostics([ratios, searched("loss_type", [.string("CE"), .string("NLL")])]) == [])
  }
}
