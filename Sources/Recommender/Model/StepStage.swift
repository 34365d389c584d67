/// A part of a training step, in the order in which they begin.
package enum StepStage: String, CaseIterable, Sendable {
  /// Laying out the histories of the batch.
  case layout
  /// What depends on an item or on a prototype alone.
  case tables
  /// Setting gradients to zero.
  case clearing
  /// The examples from the tables to v, concept scores included.
  case forward
  case loss
  case backward
  /// Adding up the gradients of the parts of the batch.
  case joining
  /// From the gradients of the tables to those of weights and items.
  case tableGradients = "table_gradients"
  /// The step itself; over a tiled catalogue with the gradients of its items.
  case learner
}
