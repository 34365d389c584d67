import CKernels

/// The gradients of one part of a batch, which is a run of consecutive blocks.
///
/// Only sizes decide how a batch is cut into shards, and the sums of the shards are added in order.
/// The result therefore does not depend on the number of threads. The first shard adds to the
/// trial's own gradients, so that the gradients of a large catalogue need no second copy.
final class GradientShard {
  /// The gradients of C, item_embedding and the layer norms, in the order of `ParameterTensor`. The
  /// first shard leaves this buffer empty.
  private let direct = AlignedBuffer<Float>()
  /// The gradients of w4, of the padding (which are discarded), and of C·w3, the centred
  /// prototypes, their variances, n, alpha, beta and affinity.
  private let tables = AlignedBuffer<Float>()

  /// The addresses of a shard's sums.
  struct Sums {
    /// The gradients of C, item_embedding and the layer norms, one after another.
    let direct: UnsafeMutableBufferPointer<Float>
    let tables: UnsafeMutableBufferPointer<Float>
    let gradients: ck_gradients

    func clear() {
      direct.update(repeating: 0)
      tables.update(repeating: 0)
    }
  }

  /// Makes room for the sums.
  ///
  /// - Parameters:
  ///   - shape: the shape of the gradients.
  ///   - gradients: the trial's own gradients for the first shard, nil for any other.
  func sums(
    _ shape: SINEShape, slots: Int, hasAffinity: Bool, into gradients: ParameterSet?
  ) -> Sums {
    let stride = shape.stride
    let count = Int(Self.directFloats(shape))
    if gradients == nil { direct.reserve(count) }
    let start = gradients?[.prototypes] ?? direct.pointer

    let items = start + shape.prototypes * stride
    let norms = items + shape.items * stride
    let sizes = Self.tableFloats(
      shape, slots: slots, affinity: hasAffinity ? shape.affinityFloats(slots: slots) : 0
    ).map { Int($0) }
    tables.reserve(sizes.reduce(0, +))
    var next = tables.pointer
    let places = sizes.map { size in
      defer { next += size }
      return next
    }
    return Sums(
      direct: UnsafeMutableBufferPointer(start: start, count: count), tables: tables.elements,
      gradients: ck_gradients(
        prototype: start, prototypeW3: places[2], weighted: places[3], variance: places[4],
        w4: places[0], ln4Weight: norms + 2 * stride, ln4Bias: norms + 3 * stride, items: items,
        discarded: places[1], alpha: places[6], n: places[5], beta: places[7],
        affinity: hasAffinity ? places[8] : nil))
  }

  private static func directFloats(_ shape: SINEShape) -> Double {
    [ParameterTensor.prototypes, .items, .ln2Weight, .ln2Bias, .ln4Weight, .ln4Bias]
      .reduce(0) { $0 + $1.floats(shape) }
  }

  /// The floats of each part of `tables`, in order.
  private static func tableFloats(
    _ shape: SINEShape, slots: Int, affinity: Double
  ) -> [Double] {
    let (stride, prototypes) = (Double(shape.stride), Double(shape.prototypes))
    // The interests follow each other without gaps: what rounding adds comes after the last one.
    let beta = Double(shape.interests) * Double(slots.roundedToRow)
    return [
      stride, stride, prototypes * stride, prototypes * stride,
      Double(shape.prototypes.roundedToRow), Double(slots) * stride, Double(slots.roundedToRow),
      beta, affinity,
    ]
  }

  /// The most bytes that the shards of a step take for a batch of up to `slots`.
  ///
  /// - Parameters:
  ///   - shape: the shape of the gradients.
  ///   - affinity: the most floats of the products of slots with prototypes.
  static func bytes(_ shape: SINEShape, shards: Int, slots: Int, affinity: Double) -> Double {
    let tables = tableFloats(shape, slots: slots, affinity: affinity).reduce(0, +)
    return 4 * (Double(shards) * tables + Double(shards - 1) * directFloats(shape))
  }

  /// The most floats that the shards of a step take together: 64 MB, or 128 MB for a tiled
  /// catalogue, whose parameters take more than that anyway.
  static func mostFloats(tilesItems: Bool) -> Int { tilesItems ? 32 << 20 : 16 << 20 }

  /// The number of shards of a step: 4, or fewer if there are fewer blocks or the gradients are
  /// large.
  ///
  /// - Parameter shape: the shape of the gradients.
  static func count(_ shape: SINEShape, blocks: Int) -> Int {
    let perShard =
      (2 * Double(shape.items) + 3 * Double(shape.prototypes)) * Double(shape.stride)
    let fitting = Int(min(4, Double(mostFloats(tilesItems: shape.tilesItems)) / perShard))
    return max(1, min(fitting, blocks))
  }
}
