/// A part of a training step, in the order in which they begin.
package enum StepStage: String, CaseIterable, Sendable {
  /// Laying out the histories of the batch.
  case layout
  /// Computing the tables of slots and of prototypes.
  case tables
  /// Setting gradients to zero.
  case clearing
  /// Computing v of every example from the tables, concept scores included.
  case forward
  case loss
  case backward
  /// Adding up the gradients of the shards.
  case joining
  /// Turning the gradients of the tables into gradients of weights and items.
  case tableGradients = "table_gradients"
  /// Updating the parameters. With a tiled catalogue, this stage also computes gradients of items.
  case learner
}
