import TestSupport
import Testing

@testable import Sweeps

@Suite struct LimitTests {
  private func available(_ files: [String: String]) throws -> Double? {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    return MemoryLimit.available(root: folder.url.path + "/")?.bytes
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
