import Foundation

/// One of torch's optimisers with the options that RecBole gives it: an update rule and its state in
/// float32.
///
/// g is the gradient plus weight_decay·p. Only adamw uses the gradient itself, and multiplies p by
/// 1 − lr·weight_decay before the update.
/// - adam, adamw: m += (g − m)(1 − 0.9); v = 0.999 v + 0.001 g²;
///   p −= lr/(1 − 0.9ᵗ) · m / (√v/√(1 − 0.999ᵗ) + 1e-8)
/// - sgd: p −= lr·g
/// - adagrad: s += g²; p −= lr·g/(√s + 1e-10)
/// - rmsprop: s = 0.99 s + 0.01 g²; p −= lr·g/(√s + 1e-8)
struct Optimizer {
  private let configuration: TrainingConfiguration
  private let kernels: KernelSet
  private let first: AlignedBuffer<Float>
  private let second: AlignedBuffer<Float>
  /// The buffers among `first` and `second` that the update rule uses.
  private let moments: [AlignedBuffer<Float>]
  private var step = 0

  /// Starts from zeros in the buffers that the update rule uses.
  init(
    _ configuration: TrainingConfiguration, parameterCount: Int, kernels: KernelSet,
    first: AlignedBuffer<Float>, second: AlignedBuffer<Float>
  ) {
    self.configuration = configuration
    self.kernels = kernels
    self.first = first
    self.second = second
    moments = Array([first, second].prefix(configuration.learner.momentCount))
    for buffer in moments {
      buffer.reserve(parameterCount)
      buffer.clear()
    }
  }

  /// The state between two steps, which shares the memory of the optimiser.
  var state: OptimizerState {
    OptimizerState(step: step, moments: moments.map(CheckpointNumbers.live))
  }

  /// Continues from a state.
  ///
  /// - Precondition: the state comes from an optimiser of the same kind and size.
  mutating func restore(_ state: OptimizerState) {
    precondition(state.moments.map(\.count) == moments.map(\.count))
    step = state.step
    for (buffer, values) in zip(moments, state.moments) { values.copy(to: buffer) }
  }

  /// Clips the gradients if the configuration says so, and updates all parameters.
  mutating func update(
    _ parameters: ParameterSet, with gradients: ParameterSet, team: ThreadTeam = .single
  ) {
    beginStep()
    if let clipping {
      let table = kernels.table.pointee
      let (count, numbers) = (gradients.buffer.count, gradients.buffer.pointer)
      let sum = table.powerSum(count, numbers, clipping.normType)
      if let factor = clipping.factor(powerSum: sum) { table.scale(count, numbers, factor) }
    }
    team.perform(parameters.buffer.count, inRunsOf: SINE.elementsAtOnce) { _, run in
      update(run, of: parameters, with: gradients.buffer.pointer + run.lowerBound)
    }
  }

  /// Counts a step that updates the parameters part by part.
  mutating func beginStep() {
    step += 1
  }

  var clipping: TrainingConfiguration.GradientClipping? { configuration.gradientClipping }

  /// True if a step can change a parameter whose gradient is zero, or the moments of such a parameter.
  var movesEverything: Bool {
    switch configuration.learner {
    case .sgd, .adagrad: configuration.weightDecay != 0
    case .adam, .adamw, .rmsprop: true
    }
  }

  /// Updates a range of the parameters. The first number of `gradient` belongs to the first parameter
  /// of the range.
  func update(
    _ run: Range<Int>, of parameters: ParameterSet, with gradient: UnsafePointer<Float>
  ) {
    let table = kernels.table.pointee
    let (start, count) = (run.lowerBound, run.count)
    let (p, g) = (parameters.buffer.pointer + start, gradient)
    // The kernels read only the buffers to which `init` has given a size.
    let (first, second) = (first.pointer + start, second.pointer + start)
    let learningRate = Float(configuration.learningRate)
    let weightDecay = Float(configuration.weightDecay)
    switch configuration.learner {
    case .adam, .adamw:
      let stepSize = configuration.learningRate / (1 - pow(0.9, Double(step)))
      let inverseRoot = 1 / (1 - pow(0.999, Double(step))).squareRoot()
      let decoupled = configuration.learner == .adamw
      let shrink = 1 - configuration.learningRate * configuration.weightDecay
      table.adam(
        count, p, g, first, second, Float(stepSize), Float(inverseRoot), 0.9,
        0.999, 1e-8, decoupled ? 0 : weightDecay, decoupled ? Float(shrink) : 1)
    case .sgd:
      table.sgd(count, p, g, learningRate, weightDecay)
    case .adagrad:
      table.adagrad(count, p, g, first, learningRate, 1e-10, weightDecay)
    case .rmsprop:
      table.rmsprop(count, p, g, first, learningRate, 0.99, 1e-8, weightDecay)
    }
  }
}

extension TrainingConfiguration.GradientClipping {
  /// The factor by which torch's `clip_grad_norm_` multiplies the gradients: maxNorm/(norm + 1e-6),
  /// or nil if that is not below 1.
  ///
  /// - Parameter powerSum: Σ |g|^normType, or the largest |g| if normType is infinite.
  func factor(powerSum: Double) -> Float? {
    let norm = normType.isInfinite ? powerSum : pow(powerSum, 1 / normType)
    let factor = maxNorm / (norm + 1e-6)
    return factor < 1 ? Float(factor) : nil
  }

  /// The power sum of two sets of numbers together.
  func joined(_ a: Double, _ b: Double) -> Double {
    guard normType.isInfinite else { return a + b }
    return b > a || b.isNaN ? b : a
  }
}

/// The values that an optimiser keeps from step to step.
struct OptimizerState: Equatable {
  let step: Int
  /// For each moment, one number for every parameter.
  let moments: [CheckpointNumbers]
}
