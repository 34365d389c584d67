import CKernels

/// A batch of examples as the kernels read it: the positions of the histories, their distinct
/// items, which are called slots, and the targets.
final class Batch {
  private(set) var count = 0
  /// The positions of all histories. All padding of a history is one position.
  private(set) var positions = 0
  /// The number of distinct items in the histories. Slot 0 is always item 0.
  private(set) var slots = 0
  let slotItem = AlignedBuffer<Int32>()
  let target = AlignedBuffer<Int32>()
  /// Negative j of example e is at j · count + e.
  let negative = AlignedBuffer<Int32>()
  private(set) var negativesPerExample = 0

  private let start = AlignedBuffer<Int32>()
  private let length = AlignedBuffer<Int32>()
  private let first = AlignedBuffer<Int32>()
  private let positionCount = AlignedBuffer<Int32>()
  private let capacity = AlignedBuffer<Int32>()
  private let blockStart = AlignedBuffer<Int>()
  private let slot = AlignedBuffer<Int32>()
  private let multiplicity = AlignedBuffer<Float>()
  private let slotOfItem = AlignedBuffer<Int32>()

  static let blockSize = ck_block_examples

  var blocks: Int { (count + Self.blockSize - 1) / Self.blockSize }

  /// The buffers for batches of up to `examples` with up to `negatives` each.
  static func plan(examples: Int, negatives: Int, shape: SINEShape) -> BufferPlan<Batch> {
    let count = Double(examples)
    var plan = BufferPlan<Batch>()
    plan.add(\.start, \.length, \.first, \.positionCount, \.capacity, \.target, count: count)
    plan.add(\.negative, count: count * Double(negatives))
    plan.add(\.blockStart, count: Double(examples / blockSize + 2))
    plan.add(\.slot, count: count * Double(shape.capacity))
    plan.add(\.multiplicity, count: count * Double(shape.capacity))
    plan.add(\.slotItem, count: Double(mostSlots(examples: examples, shape: shape)))
    plan.add(\.slotOfItem, count: Double(shape.items))
    return plan
  }

  /// Makes room for batches of up to `examples` with up to `negatives` each.
  func reserve(examples: Int, negatives: Int, shape: SINEShape) {
    Self.plan(examples: examples, negatives: negatives, shape: shape).reserve(in: self)
    slotOfItem.elements.update(repeating: -1)
  }

  /// The most distinct items that `examples` histories can hold, item 0 included.
  static func mostSlots(examples: Int, shape: SINEShape) -> Int {
    Int(min(Double(shape.items), Double(examples) * Double(shape.positions) + 1))
  }

  /// Fills the batch with the examples at `indices`, in that order.
  func fill(
    with examples: [Example], at indices: some RandomAccessCollection<Int32>, of dataset: Dataset
  ) {
    fill(with: examples, at: indices, items: dataset.items, positions: dataset.maxItemListLength)
  }

  /// Fills the batch with examples whose histories are ranges of `items`.
  ///
  /// - Parameter longest: the most items of a history that count.
  func fill(
    with examples: [Example], at indices: some RandomAccessCollection<Int32>, items: [Int32],
    positions longest: Int
  ) {
    count = indices.count
    negativesPerExample = 0
    for (e, index) in indices.enumerated() {
      let example = examples[Int(index)]
      start.pointer[e] = example.start
      length.pointer[e] = example.length
      target.pointer[e] = example.target
    }
    var layout = ck_batch_layout(
      first: first.pointer, count: positionCount.pointer, capacity: capacity.pointer,
      blockStart: blockStart.pointer, slot: slot.pointer, multiplicity: multiplicity.pointer,
      slotItem: slotItem.pointer, slotOfItem: slotOfItem.pointer)
    slots = items.withUnsafeBufferPointer { items in
      ck_lay_out(count, start.pointer, length.pointer, items.baseAddress, longest, &layout)
    }
    positions = positionCount.elements.prefix(count).reduce(0) { $0 + Int($1) }
  }

  /// Draws `perExample` negative items for every example, none of them its target.
  ///
  /// The draws come in RecBole's order: first all negatives, then again each negative that has hit
  /// its target, until none has.
  ///
  /// - Precondition: there are at least two items besides item 0, because otherwise every draw
  ///   would hit the target; the batch has room for so many negatives.
  func drawNegatives(perExample: Int, items: Int, from random: inout NumPyRandom) {
    precondition(items > 2 && perExample * count <= negative.count)
    negativesPerExample = perExample
    var open = Array(0..<perExample * count)
    while !open.isEmpty {
      for i in open { negative.pointer[i] = random.integer(in: 1..<Int32(items)) }
      open.removeAll { negative.pointer[$0] != target.pointer[$0 % count] }
    }
  }

  /// Lets `block` read the positions of block `index` of this batch.
  func attachPositions(ofBlock index: Int, to block: inout ck_block) {
    let start = index * Self.blockSize
    let place = blockStart.pointer[index]
    block.examples = min(Self.blockSize, count - start)
    block.first = UnsafePointer(first.pointer + start)
    block.count = UnsafePointer(positionCount.pointer + start)
    block.capacity = UnsafePointer(capacity.pointer + start)
    block.slot = UnsafePointer(slot.pointer + place)
    block.multiplicity = UnsafePointer(multiplicity.pointer + place)
  }
}
