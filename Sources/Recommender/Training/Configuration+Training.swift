import Literals

// What a configuration means for the batches of a training, and for the data set under it.

extension Configuration {
  /// The negatives that every example of a batch is given.
  var negativesPerExample: Int {
    model.lossType == .bpr ? training.negativeSampleCount ?? 1 : 0
  }

  /// The most examples that training or evaluation lays out at a time.
  func largestBatch(of dataset: Dataset) -> Int {
    let evaluated = min(max(dataset.valid.count, dataset.test.count), Trainer.evaluationBatch)
    return max(min(training.examplesPerBatch, dataset.train.count), evaluated)
  }

  /// What this configuration asks for and a data set of this size cannot give.
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

extension TrainingConfiguration {
  /// Distinct examples of a batch. RecBole repeats each example for each of its negatives, and keeps
  /// the batch near `train_batch_size` rows.
  var examplesPerBatch: Int {
    max(trainBatchSize / (negativeSampleCount ?? 1), 1)
  }
}
