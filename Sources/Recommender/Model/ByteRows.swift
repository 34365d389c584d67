import CKernels

/// The prototypes rounded to bytes. If there are many, the kernels use the bytes to find the best
/// ones without computing every score.
final class ByteRows {
  private let row = AlignedBuffer<Int8>()
  private let offset = AlignedBuffer<Int32>()
  private let unit = AlignedBuffer<Float>()
  private let slack = AlignedBuffer<Float>()
  private var count = 0
  private var stride = 0

  static func plan(_ shape: SINEShape) -> BufferPlan<ByteRows> {
    let rows = Double(shape.prototypes)
    var plan = BufferPlan<ByteRows>()
    plan.add(\.row, count: rows * Double(shape.stride))
    plan.add(\.offset, count: rows)
    plan.add(\.unit, \.slack, count: rows)
    return plan
  }

  func reserve(_ shape: SINEShape) {
    (count, stride) = (shape.prototypes, shape.stride)
    Self.plan(shape).reserve(in: self)
  }

  func rows(from first: Int) -> ck_byte_rows {
    ck_byte_rows(
      row: row.pointer + first * stride, offset: offset.pointer + first,
      unit: unit.pointer + first, slack: slack.pointer + first)
  }

  /// All rows, or none if a number of a prototype is not finite or too large for the bounds.
  func rowsIfBounded(_ kernels: ck_kernels) -> ck_byte_rows {
    kernels.powerSum(count, unit.pointer, 1).isFinite ? rows(from: 0) : ck_byte_rows()
  }
}
