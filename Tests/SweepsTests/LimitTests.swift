import Foundation
import TestSupport
import Testing

@testable import Sweeps

@Suite struct LimitTests {
  private func root(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    return folder
  }

  private func available(
    _ files: [String: String], _ change: (inout ProcessLimits) -> Void = { _ in }
  ) throws -> Double? {
    var limits = ProcessLimits()
    change(&limits)
    let folder = try root(files)
    return MemoryLimit.available(root: folder.url.path + "/", limits: limits)?.bytes
  }

  private func cores(_ files: [String: String]) throws -> Int {
    let folder = try root(files)
    return CoreLimit.available(root: folder.url.path + "/")
  }

  private static let memory = "MemTotal:  8000 kB\nMemFree:  10 kB\nMemAvailable:    4000 kB\n"

  @Test("Without control groups the machine's memory counts, and nothing if it is unknown")
  func machine() throws {
    #expect(try available(["proc/meminfo": Self.memory]) == 4_096_000)
    #expect(try available([:]) == nil)
    #expect(MemoryLimit.available().map { $0.bytes > 1e6 } ?? true)
  }

  @Test("The groups around a group count too, and cached files do not count as used")
  func secondVersion() throws {
    let files = [
      "proc/meminfo": Self.memory, "proc/self/cgroup": "0::/a/b\n",
      "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/b/memory.current": "5\n",
      "sys/fs/cgroup/a/memory.max": "1000000\n", "sys/fs/cgroup/a/memory.current": "300000\n",
      "sys/fs/cgroup/a/memory.stat": "anon 100000\ninactive_file 200000\n",
    ]
    #expect(try available(files) == 900_000)
  }

  @Test("Groups of the first version count as well")
  func firstVersion() throws {
    let files = [
      "proc/meminfo": Self.memory, "proc/self/cgroup": "5:cpu,memory:/x\n4:cpuset:/y\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "2000000\n",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "2500000\n",
    ]
    #expect(try available(files) == 0)
  }

  @Test("What 'ulimit -v' and 'ulimit -d' leave counts, without what is mapped and the stacks")
  func processLimits() throws {
    let page = Double(sysconf(Int32(_SC_PAGESIZE)))
    let files = ["proc/meminfo": Self.memory, "proc/self/statm": "100 50 20 1 0 30 0\n"]
    let stacks = Double(CoreShare.cores) * 1_000
    func limited(_ change: (inout ProcessLimits) -> Void) throws -> Double? {
      try available(files) {
        $0.stack = 1_000
        change(&$0)
      }
    }
    #expect(try limited { _ in } == 4_096_000)
    #expect(try limited { $0.addressSpace = 2_000_000 } == 2_000_000 - 100 * page - stacks)
    #expect(try limited { $0.data = 1_000_000 } == 1_000_000 - 30 * page - stacks)
    #expect(
      try limited {
        $0.addressSpace = 2_000_000
        $0.data = 1_900_000
      } == 2_000_000 - 100 * page - stacks)
    #expect(try limited { $0.addressSpace = 1_000 } == 0)
    #expect(MemoryLimit.addressable(root: "/", limits: ProcessLimits()) == nil)
    #expect(MemoryLimit.isGranted(1_000_000) && !MemoryLimit.isGranted(0x1p62))
    #expect(!MemoryLimit.isGranted(1e300) && MemoryLimit.isGranted(0))
  }

  private static let status =
    "Name:\tsine-tune\nCpus_allowed:\tf0,000000ff\nCpus_allowed_list:\t0-7\n"

  @Test("The cores that the process may run on count, not those of the machine")
  func affinity() throws {
    #expect(try cores(["proc/self/status": Self.status]) == 12)
    #expect(try cores(["proc/self/status": "Cpus_allowed:\t1\n"]) == 1)
    #expect(try cores([:]) >= 1)
  }

  /// Files of control groups, and the cores that a process on twelve gets.
  private static let quotaCases: [(files: [String: String], cores: Int)] = [
    (["cgroup": "0::/a/b", "a/b/cpu.max": "max 100000", "a/cpu.max": "250000 100000"], 3),
    (["cgroup": "0::/a/b", "a/b/cpu.max": "100000 100000", "a/cpu.max": "250000 100000"], 1),
    (["cgroup": "0::/", "cpu.max": "5000 100000"], 1),
    (["cgroup": "0::/", "cpu.max": "max 100000"], 12),
    (["cgroup": "0::/", "cpu.max": "nonsense"], 12),
    (
      [
        "cgroup": "4:cpu,cpuacct:/x\n5:memory:/y", "cpu,cpuacct/x/cpu.cfs_quota_us": "-1",
        "cpu,cpuacct/cpu.cfs_quota_us": "400000", "cpu,cpuacct/cpu.cfs_period_us": "100000",
        "cpu,cpuacct/x/cpu.cfs_period_us": "100000",
      ], 4
    ),
    (
      [
        "cgroup": "4:cpu:/x", "cpu/cpu.cfs_quota_us": "150000",
        "cpu/cpu.cfs_period_us": "100000",
      ], 2
    ),
  ]

  @Test(
    "The quotas of all groups around the process count, and a started core is a core",
    arguments: quotaCases)
  func quotas(files: [String: String], expected: Int) throws {
    var all = ["proc/self/status": Self.status]
    for (name, text) in files {
      all[name == "cgroup" ? "proc/self/cgroup" : "sys/fs/cgroup/" + name] = text + "\n"
    }
    #expect(try cores(all) == expected)
  }

  @Test(
    "Sizes have units",
    arguments: [("2000", 2000), ("1K", 1024), ("1.5m", 1_572_864), ("2G", 2_147_483_648)])
  func sizes(text: String, bytes: Double) {
    #expect(MemoryLimit(text)?.bytes == bytes)
  }

  @Test(
    "A text that is no size above 0 is refused",
    arguments: ["", "G", "-1", "0", "nan", "inf", "1Q", "1 G"])
  func noSizes(text: String) {
    #expect(MemoryLimit(text) == nil)
  }

  @Test(
    "Times have units",
    arguments: [("90", 90.0), ("0.5s", 0.5), ("15m", 900), ("2.5h", 9000), ("1d", 86_400)])
  func times(text: String, seconds: Double) {
    #expect(TimeLimit(text)?.duration == .seconds(seconds))
  }
}
