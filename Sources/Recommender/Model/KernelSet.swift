import CKernels
import Foundation
import Literals

/// The C loops for one instruction set.
package struct KernelSet: @unchecked Sendable {
  // Unchecked: the table is a constant of the C target, never written.
  let table: UnsafePointer<ck_kernels>

  /// The environment variable that forces a set.
  package static let environmentKey = "SINE_TUNE_KERNELS"
  package static let knownNames = ["avx512", "avx2", "generic"]

  /// `avx512`, `avx2` or `generic`.
  package var name: String { String(cString: table.pointee.name) }

  /// The set of that name, nil if this CPU cannot run it.
  package init?(named name: String) {
    guard let table = ck_kernels_named(name) else { return nil }
    self.table = table
  }

  private init(table: UnsafePointer<ck_kernels>) {
    self.table = table
  }

  /// The fastest set of this CPU.
  package static var fastest: KernelSet { KernelSet(table: ck_kernels_best()) }

  /// The sets that this CPU can run, fastest first.
  package static var available: [KernelSet] { knownNames.compactMap(KernelSet.init(named:)) }

  /// True if the environment names a set.
  package static func isForced(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    environment[environmentKey]?.isEmpty == false
  }

  /// The set that the environment names, or the fastest set if it names none.
  package static func selected(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(InvalidInput) -> KernelSet {
    guard let name = environment[environmentKey], !name.isEmpty else { return fastest }
    guard let set = KernelSet(named: name) else {
      throw InvalidInput(
        "\(environmentKey) is '\(name)', which this machine cannot run; available are "
          + available.map { "'\($0.name)'" }.joined(separator: ", "))
    }
    return set
  }
}
