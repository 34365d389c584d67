import Foundation

/// An optimiser as torch defines it and RecBole builds it: one update rule and its state, float32.
///
/// g is the gradient plus weight_decay·p (adamw shrinks p by 1 − lr·weight_decay instead):
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
  /// The buffers of the two that the update rule keeps from step to step.
  private let moments: [AlignedBuffer<Float>]
  private var step = 0

  /// Starts from a state of zeros in the two buffers.
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

  /// The state between two steps, in the optimiser's own memory.
  var state: OptimizerState {
    OptimizerState(step: step, moments: moments.map(CheckpointNumbers.live))
  }

  /// Goes on from a state.
  ///
  /// - Precondition: the state is of an optimiser of this kind and size.
  mutating func restore(_ state: OptimizerState) {
    precondition(state.moments.map(\.count) == moments.map(\.count))
    step = state.step
    for (buffer, values) in zip(moments, state.moments) { values.copy(to: buffer) }
  }

  /// Clips the gradients if the configuration says so, and moves the parameters one step.
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

  /// Counts a step whose updates are made run by run.
  mutating func beginStep() {
    step += 1
  }

  var clipping: TrainingConfiguration.GradientClipping? { configuration.gradientClipping }

  /// True if a step can change numbers whose gradient is zero, or the moments of such numbers.
  var movesEverything: Bool {
    switch configuration.learner {
    case .sgd, .adagrad: configuration.weightDecay != 0
    case .adam, .adamw, .rmsprop: true
    }
  }

  /// Moves a run of the parameters; `gradient` begins with the gradient of its first number.
  func update(
    _ run: Range<Int>, of parameters: ParameterSet, with gradient: UnsafePointer<Float>
  ) {
    let table = kernels.table.pointee
    let (start, count) = (run.lowerBound, run.count)
    let (p, g) = (parameters.buffer.pointer + start, gradient)
    // Not every optimiser has state: only the buffers that `init` has sized are read.
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
  /// What the gradients are multiplied by, as by torch's `clip_grad_norm_`: maxNorm/(norm + 1e-6)
  /// if that is below 1, otherwise nothing.
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

/// What an optimiser remembers from step to step.
struct OptimizerState: Equatable {
  let step: Int
  /// For each moment one number a parameter.
  let moments: [CheckpointNumbers]
}
