import Foundation

@testable import Recommender

/// SINE computed position by position in double precision, in plain and slow loops. The tests
/// compare the kernels with this twin, and their gradients with differences of its loss.
struct NaiveSINE {
  let model: ModelConfiguration
  let dataset: Dataset
  let negatives: [Int32]
  var parameters: [String: [Double]]

  private var width: Int { model.embeddingSize }

  private func row(_ tensor: ParameterTensor, _ index: Int) -> [Double] {
    Array(parameters[tensor.rawValue, default: []][index * width..<(index + 1) * width])
  }

  /// x · w for the D × D matrix that starts at row `first` of a tensor.
  private func times(_ x: [Double], _ tensor: ParameterTensor, first: Int = 0) -> [Double] {
    let w = parameters[tensor.rawValue, default: []]
    return (0..<width).map { column in
      (0..<width).reduce(0) { $0 + x[$1] * w[(first + $1) * width + column] }
    }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func softmax(_ values: [Double]) -> [Double] {
    let top = values.max() ?? 0
    let powers = values.map { exp($0 - top) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  private func normalize(_ x: [Double]) -> [Double] {
    let norm = max(dot(x, x).squareRoot(), 1e-12)
    return x.map { $0 / norm }
  }

  private func layerNorm(
    _ x: [Double], _ weight: ParameterTensor, _ bias: ParameterTensor
  ) -> [Double] {
    let mean = x.reduce(0, +) / Double(width)
    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
    let deviation = (variance + model.layerNormEpsilon).squareRoot()
    let (w, b) = (row(weight, 0), row(bias, 0))
    return (0..<width).map { (x[$0] - mean) / deviation * w[$0] + b[$0] }
  }

  private func sum(_ rows: [[Double]], weights: [Double]) -> [Double] {
    (0..<width).map { d in zip(rows, weights).reduce(0) { $0 + $1.0[d] * $1.1 } }
  }

  /// v of one example.
  func output(_ example: Example) -> [Double] {
    let k = model.interestSize
    let history = dataset.items[Int(example.start)...].prefix(Int(example.length))
    let padded = history + Array(repeating: 0, count: dataset.maxItemListLength - history.count)
    let x = padded.map { row(.items, Int($0)) }

    let a = softmax(x.map { dot(times($0, .w1).map(tanh), row(.w2, 0)) })
    let z = sum(x, weights: a)
    let scores = (0..<model.prototypeSize).map { dot(row(.prototypes, $0), z) }
    let chosen = scores.indices.sorted { scores[$0] < scores[$1] }.suffix(k)
    let cu = chosen.map { index in
      row(.prototypes, index).map { $0 / (1 + exp(-scores[index])) }
    }
    let g = cu.map { layerNorm($0, .ln2Weight, .ln2Bias) }
    let p = x.map { position in
      let direction = normalize(times(position, .w3))
      return softmax(g.map { dot(direction, $0) })
    }
    let delta = (0..<k).map { j in
      let t = softmax(
        x.map { dot(times($0, .wk1, first: j * width).map(tanh), row(.wk2, j)) })
      return normalize(sum(x, weights: zip(p, t).map { $0[j] * $1 }))
    }
    let y = p.map { sum(cu, weights: $0) }
    let u = softmax(y.map { dot(times($0, .w3).map(tanh), row(.w4, 0)) })
    let c = layerNorm(sum(y, weights: u), .ln4Weight, .ln4Bias)
    let e = softmax(delta.map { dot($0, c) / model.tauRatio })
    return sum(delta, weights: e)
  }

  /// The mean loss over all training examples.
  func loss() -> Double {
    var total = 0.0
    for (i, example) in dataset.train.enumerated() {
      let v = output(example)
      let own = dot(v, row(.items, Int(example.target)))
      if model.lossType == .bpr {
        let difference = own - dot(v, row(.items, Int(negatives[i])))
        total -= log(1e-10 + 1 / (1 + exp(-difference)))
      } else {
        let logits = logits(v)
        let top = logits.max() ?? 0
        total += log(logits.reduce(0) { $0 + exp($1 - top) }) + top - own
      }
    }
    let regularizer = model.lossType == .nll ? model.regLossRatio * prototypeOverlap() : 0
    return total / Double(dataset.train.count) + regularizer
  }

  /// v·E_i for every item. The loops are plain, because a debug build has to compute large
  /// catalogues.
  private func logits(_ v: [Double]) -> [Double] {
    let table = parameters[ParameterTensor.items.rawValue, default: []]
    let width = width
    return [Double](unsafeUninitializedCapacity: dataset.itemCount) { logits, count in
      count = logits.count
      var place = 0
      var item = 0
      while item < count {
        var sum = 0.0
        var d = 0
        while d < width {
          sum += v[d] * table[place]
          d += 1
          place += 1
        }
        logits[item] = sum
        item += 1
      }
    }
  }

  /// R, which is half the sum of the squared off-diagonal entries of Cc Ccᵀ / D.
  private func prototypeOverlap() -> Double {
    let centred = (0..<model.prototypeSize).map { index in
      let values = row(.prototypes, index)
      let mean = values.reduce(0, +) / Double(width)
      return values.map { $0 - mean }
    }
    var total = 0.0
    for i in centred.indices {
      for j in centred.indices where i != j {
        let entry = dot(centred[i], centred[j]) / Double(width)
        total += entry * entry
      }
    }
    return total / 2
  }

  /// The derivative of the loss by one entry, from central differences.
  func difference(_ tensor: ParameterTensor, _ index: Int, step: Double = 1e-5) -> Double {
    var copy = self
    let value = parameters[tensor.rawValue, default: []][index]
    copy.parameters[tensor.rawValue]?[index] = value + step
    let above = copy.loss()
    copy.parameters[tensor.rawValue]?[index] = value - step
    return (above - copy.loss()) / (2 * step)
  }
}
