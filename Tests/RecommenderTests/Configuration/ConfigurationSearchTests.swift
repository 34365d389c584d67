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
          "h:6:1: error: 'tau_ratio' takes a number above 0, found -1.0",
          "h:7:31: error: 'loss_type' takes one of 'CE', 'BPR', 'NLL', found 'XE'; did you mean 'CE'",
        ])
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
