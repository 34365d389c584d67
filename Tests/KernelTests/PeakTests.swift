import CKernels
import Testing

@Suite struct PeakTests {
  @Test("The chains of every set keep their values, however many steps", arguments: KernelTable.all)
  func chains(set: KernelTable) throws {
    let peak = try #require(ck_peak_named(set.kernels.name)).pointee
    // Twelve chains that begin at 2, 3, … 13.
    for steps in [0, 1, 2, 7, 1000] { #expect(peak.run(steps) == 90) }
  }

  @Test("A step counts each lane of each chain", arguments: KernelTable.all)
  func flops(set: KernelTable) throws {
    let peak = try #require(ck_peak_named(set.kernels.name)).pointee
    let lanes = ["avx512": 16, "avx2": 8][set.testDescription] ?? 4
    // Without fused multiply-adds a chain does one operation a step, with them two.
    #expect([12 * lanes, 24 * lanes].contains(peak.flopsPerStep))
    if set.testDescription.hasPrefix("avx") { #expect(peak.flopsPerStep == 24 * lanes) }
  }

  @Test("An unknown set has no peak")
  func unknown() {
    #expect(ck_peak_named("sse9") == nil)
  }
}
