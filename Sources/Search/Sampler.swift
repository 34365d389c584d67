/// Decides the parameters of each trial of a sweep, as a pure function of the trial's number: a sweep
/// can be resumed anywhere, in any order, by any number of workers.
package protocol Sampler: Sendable {
  /// The number of trials after which everything has been tried; nil where there is no such end.
  var count: Int? { get }

  /// The parameters of a trial, numbered from 0 and below `count`.
  func parameters(ofTrial number: Int) -> TrialParameters
}
