import CKernels
import Testing

/// A kernel set of this CPU, by name.
struct KernelTable: CustomTestStringConvertible, @unchecked Sendable {
  // Unchecked: the table is a constant of the C target.
  let pointer: UnsafePointer<ck_kernels>

  static let all = ["avx512", "avx2", "generic"].compactMap { (name: String) in
    ck_kernels_named(name).map { KernelTable(pointer: $0) }
  }

  var kernels: ck_kernels { pointer.pointee }
  var testDescription: String { String(cString: kernels.name) }
}

/// Numbers in [-1, 1) that are the same in every run.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) * 0x1p-23 - 1
  }

  mutating func array(_ count: Int) -> [Float] {
    (0..<count).map { _ in next() }
  }
}
