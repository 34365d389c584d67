/// Everything that decides a trial's numbers, resolved from RecBole's keys.
package struct Configuration: Hashable, Sendable {
  package var data = DataConfiguration()
  package var model = ModelConfiguration()
  package var training = TrainingConfiguration()
  package var evaluation = EvaluationConfiguration()

  package init() {}
}
