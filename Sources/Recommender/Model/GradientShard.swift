import CKernels

/// The gradients that a run of consecutive blocks adds up, apart from those of other runs.
///
/// A batch is cut into the same shards however many threads work on it, and their sums are joined
/// in the order of the shards: that makes the result independent of the threads.
final class GradientShard {
  let buffer = AlignedBuffer<Float>()
  private var sizes: [Int] = []

  /// Sizes the shard and sets it to zero.
  func clear(_ shape: SINEShape, slots: Int) {
    let stride = shape.stride
    sizes = [
      shape.items * stride, stride, shape.prototypes * stride, shape.prototypes * stride, stride,
      stride, stride, stride, stride, slots * stride, slots.roundedToRow,
      (shape.interests * slots).roundedToRow,
    ]
    buffer.reserve(sizes.reduce(0, +))
    buffer.clear()
  }

  /// The tensors of the shard, one behind the other.
  var gradients: ck_gradients {
    var next = buffer.pointer
    var starts: [UnsafeMutablePointer<Float>] = []
    for size in sizes {
      starts.append(next)
      next += size
    }
    return ck_gradients(
      prototype: starts[2], prototypeW3: starts[3], w4: starts[4], ln2Weight: starts[5],
      ln2Bias: starts[6], ln4Weight: starts[7], ln4Bias: starts[8], items: starts[0],
      discarded: starts[1], alpha: starts[10], n: starts[9], beta: starts[11])
  }

  /// Floats that the shards of a step may take together, 64 MB: large catalogues get fewer shards.
  private static let mostFloats = 16 << 20

  /// Shards of a step: 4, fewer where there are fewer blocks or the gradients are large. It depends
  /// on sizes alone.
  static func count(_ shape: SINEShape, blocks: Int) -> Int {
    let perShard = (2 * shape.items + 2 * shape.prototypes) * shape.stride
    return max(1, min(4, blocks, mostFloats / perShard))
  }
}
