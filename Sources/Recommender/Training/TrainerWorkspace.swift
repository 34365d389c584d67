/// The memory of one worker: parameters, gradients, optimiser state, tables.
///
/// Allocated by its first trial and reused by its next ones; one thread uses it at a time.
package final class TrainerWorkspace {
  let model = SINEWorkspace()
  let parameters = AlignedBuffer<Float>()
  let bestParameters = AlignedBuffer<Float>()
  let gradients = AlignedBuffer<Float>()
  let firstMoments = AlignedBuffer<Float>()
  let secondMoments = AlignedBuffer<Float>()

  package init() {}
}
