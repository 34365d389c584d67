/// The rows of the item gradients that a batch adds to, for a tiled catalogue.
///
/// Only the items of the batch have rows: first the slots, then the targets and negatives that
/// occur in no history. A catalogue without tiles needs no such numbers, because every item has a
/// row there.
final class GradientRows {
  private(set) var count = 0
  /// The item of each row, no item twice.
  private let item = AlignedBuffer<Int32>()
  /// The row of every item, −1 if the item has none.
  private let rowOfItem = AlignedBuffer<Int32>()
  private let slotRow = AlignedBuffer<Int32>()
  private let targetRow = AlignedBuffer<Int32>()
  private let negativeRow = AlignedBuffer<Int32>()

  /// The most distinct items among the histories, targets and negatives of so many examples.
  static func mostRows(examples: Int, negatives: Int, shape: SINEShape) -> Int {
    let slots = Double(Batch.mostSlots(examples: examples, shape: shape))
    return Int(min(Double(shape.items), slots + Double(examples) * (1 + Double(negatives))))
  }

  /// The buffers for the rows of a tiled catalogue.
  static func plan(examples: Int, negatives: Int, shape: SINEShape) -> BufferPlan<GradientRows> {
    var plan = BufferPlan<GradientRows>()
    plan.add(
      \.item, count: Double(mostRows(examples: examples, negatives: negatives, shape: shape)))
    plan.add(\.rowOfItem, count: Double(shape.items))
    plan.add(\.slotRow, count: Double(Batch.mostSlots(examples: examples, shape: shape)))
    plan.add(\.targetRow, count: Double(examples))
    plan.add(\.negativeRow, count: Double(examples) * Double(negatives))
    return plan
  }

  /// Makes room for the rows of a tiled catalogue.
  func reserve(examples: Int, negatives: Int, shape: SINEShape) {
    count = 0
    Self.plan(examples: examples, negatives: negatives, shape: shape).reserve(in: self)
    rowOfItem.elements.update(repeating: -1)
    for slot in 0..<slotRow.count { slotRow.pointer[slot] = Int32(slot) }
  }

  /// Gives a row to every item of a batch. The rows of the last batch are forgotten.
  ///
  /// - Precondition: `reserve` has made room for a batch of this size.
  func assign(to batch: Batch) {
    precondition(batch.count * batch.negativesPerExample <= negativeRow.count)
    for row in 0..<count { rowOfItem.pointer[Int(item.pointer[row])] = -1 }
    count = 0
    for slot in 0..<batch.slots { _ = row(of: batch.slotItem.pointer[slot]) }
    for e in 0..<batch.count { targetRow.pointer[e] = row(of: batch.target.pointer[e]) }
    for i in 0..<batch.count * batch.negativesPerExample {
      negativeRow.pointer[i] = row(of: batch.negative.pointer[i])
    }
  }

  private func row(of item: Int32) -> Int32 {
    let known = rowOfItem.pointer[Int(item)]
    guard known < 0 else { return known }
    let new = Int32(count)
    rowOfItem.pointer[Int(item)] = new
    self.item.pointer[count] = item
    count += 1
    return new
  }

  /// The item of a row.
  subscript(row: Int) -> Int { Int(item.pointer[row]) }

  var ofSlots: UnsafePointer<Int32> { UnsafePointer(slotRow.pointer) }
  var ofTargets: UnsafePointer<Int32> { UnsafePointer(targetRow.pointer) }
  /// The rows of the negatives, in the order of `Batch.negative`.
  var ofNegatives: UnsafePointer<Int32> { UnsafePointer(negativeRow.pointer) }
  /// The row of every item, −1 for an item without a row.
  var ofItems: UnsafePointer<Int32> { UnsafePointer(rowOfItem.pointer) }
}
