import Foundation
import Recommender
import Sweeps

/// The machine on which the measurements were made.
struct Machine: Hashable, Sendable {
  let cpu: String
  let cores: Int
  let kernels: String

  static func current(kernels: KernelSet) -> Machine {
    Machine(cpu: cpuModel ?? architecture, cores: CoreShare.cores, kernels: kernels.name)
  }

  #if os(Linux)
    /// The model that /proc/cpuinfo names; nil on most arm64 machines.
    private static var cpuModel: String? {
      let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      let line = text?.split(separator: "\n").first { $0.hasPrefix("model name") }
      return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
  #else
    private static var cpuModel: String? {
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0 else { return nil }
      var bytes = [CChar](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else { return nil }
      return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  #endif

  private static var architecture: String {
    #if arch(x86_64)
      "x86-64"
    #elseif arch(arm64)
      "arm64"
    #else
      "unknown"
    #endif
  }
}
