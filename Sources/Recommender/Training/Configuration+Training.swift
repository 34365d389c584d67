import Literals

// The sizes of batches that follow from a configuration, and the demands on the data set.

extension Configuration {
  /// The number of negatives that every example of a batch gets.
  var negativesPerExample: Int {
    model.lossType == .bpr ? training.negativeSampleCount ?? 1 : 0
  }

  /// The most examples of a batch, in training or in an evaluation.
  func largestBatch(of dataset: DatasetSize) -> Int {
    let evaluated = min(max(dataset.valid, dataset.test), Trainer.evaluationBatch)
    return max(min(training.examplesPerBatch, dataset.train), evaluated)
  }

  /// Reports the demands of this configuration that a data set of this size cannot meet.
  package func problems(itemCount: Int) -> [Diagnostic] {
    var problems = evaluation.problems(itemCount: itemCount)
    if model.lossType == .bpr && itemCount < 3 {
      problems.append(
        Diagnostic(
          .error,
          "'loss_type' BPR samples negative items: it takes two items at least, found \(itemCount - 1)"
        ))
    }
    return problems
  }
}

extension Dataset {
  /// Reports that a search could not choose among trials on these data.
  package var problemsOfSearch: [Diagnostic] {
    guard valid.isEmpty else { return [] }
    return [
      Diagnostic(
        .error,
        "no example is left for validation, by which a search chooses: of \(userCount - 1) users none "
          + "has enough interactions, which are four with leave-one-out")
    ]
  }
}

extension TrainingConfiguration {
  /// The number of distinct examples of a batch. RecBole repeats every example for each of its
  /// negatives, and a batch has about `train_batch_size` rows with the repetitions.
  var examplesPerBatch: Int {
    max(trainBatchSize / (negativeSampleCount ?? 1), 1)
  }
}
