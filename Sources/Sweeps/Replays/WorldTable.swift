import Foundation
import Search

/// A world as files that other programs read, so that they search the very same curves.
///
/// `sine-0.json` holds what is known of the cells, and the order in which each repeat of a search sees the
/// runs of a cell. Two arrays of cells × runs × epochs stand beside it: `sine-0.npy` with the rounded
/// scores and `sine-0-quality.npy` with the quality of the models.
struct WorldTable: Encodable {
  let kind: String
  let seed: Int
  /// The number of values of each parameter. The last parameter changes fastest from cell to cell.
  let shape: [Int]
  let patience: Int
  let cost: [Double]
  let trueMean: [Double]
  let bestMean: Double
  let gridCost: Double
  /// `World.runOrder(repeat:)` of each repeat, starting with 0.
  let orders: [[Int]]

  init(of world: World, repeats: Int) {
    kind = world.kind.rawValue
    seed = world.seed
    shape = World.space.parameters.compactMap { $0.domain.count }
    patience = World.patience
    cost = world.cost
    trueMean = world.trueMean
    bestMean = world.bestMean
    gridCost = world.gridCost
    orders = (0..<repeats).map { world.runOrder(repeat: $0) }
  }
}

extension World {
  /// Writes the files of a `WorldTable` into a folder, which exists. Old files are replaced.
  package func writeTable(to folder: URL, repeats: Int) throws {
    let name = "\(kind.rawValue)-\(seed)"
    let shape = [Self.cellCount, runCount, Self.epochLimit]
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for (file, content) in [
      ("\(name).npy", NumPyArrayFile.content(curves, shape: shape)),
      ("\(name)-quality.npy", NumPyArrayFile.content(quality, shape: shape)),
      ("\(name).json", try encoder.encode(WorldTable(of: self, repeats: repeats))),
    ] {
      try content.write(to: folder.appending(path: file), options: .atomic)
    }
  }
}

/// The file format of NumPy's `save`, version 1.0, for arrays of single precision.
enum NumPyArrayFile {
  /// Returns the file of an array whose last index changes fastest.
  static func content(_ values: [Float], shape: [Int]) -> Data {
    precondition(shape.reduce(1, *) == values.count, "the shape is not that of the values")
    let sizes = shape.map { "\($0)," }.joined(separator: " ")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
    // The values begin at a multiple of 64 bytes: 10 bytes stand before the header, a newline ends it.
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let length = UInt16(header.utf8.count)
    var content = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
    content.append(contentsOf: [UInt8(length & 0xFF), UInt8(length >> 8)])
    content.append(contentsOf: header.utf8)
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { content.append(contentsOf: $0) }
    }
    return content
  }
}
