/// The buffers of one object, and how many elements each of them gets.
///
/// The object reserves its memory by the plan, and `WorkingSet` counts the memory of a trial by the
/// same plan. Counts are floating-point numbers because a searched size may be any integer: they are
/// exact up to 2⁵³, and no product of sizes overflows.
///
///     static func plan(_ shape: SINEShape) -> BufferPlan<ByteRows> {
///       let rows = Double(shape.prototypes)
///       var plan = BufferPlan<ByteRows>()
///       plan.add(\.unit, \.slack, count: rows)
///       plan.add(\.row, count: rows * Double(shape.stride))
///       return plan
///     }
struct BufferPlan<Owner> {
  /// The bytes of all buffers together.
  private(set) var bytes = 0.0
  private var reservations: [(Owner) -> Void] = []

  /// Adds buffers that get `count` elements each.
  mutating func add<Element: BitwiseCopyable>(
    _ buffers: KeyPath<Owner, AlignedBuffer<Element>>..., count: Double
  ) {
    bytes += Double(buffers.count * MemoryLayout<Element>.stride) * count
    reservations.append { owner in
      for buffer in buffers { owner[keyPath: buffer].reserve(Int(count)) }
    }
  }

  /// Makes room in every buffer; the values are undefined.
  ///
  /// - Precondition: the machine can address the counts.
  func reserve(in owner: Owner) {
    for reservation in reservations { reservation(owner) }
  }
}
