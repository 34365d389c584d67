import Testing

@testable import Sweeps

/// The time that a limit of a trial counts.
@Suite struct RunningTimeTests {
  private func total(_ gaps: [Duration]) -> Duration {
    var time = RunningTime()
    var now = ContinuousClock.now
    time.tick(at: now)
    for gap in gaps {
      now += gap
      time.tick(at: now)
    }
    return time.total
  }

  @Test("Time that passes between near ticks counts whole")
  func running() {
    #expect(total([]) == .zero)
    #expect(total(Array(repeating: .milliseconds(100), count: 50)) == .seconds(5))
    #expect(total([.milliseconds(900), .milliseconds(150)]) == .milliseconds(1_050))
  }

  @Test("Of a stop no more than a second counts, however long it was")
  func stopped() {
    let tenth = Duration.milliseconds(100)
    #expect(total([tenth, .seconds(18), tenth]) == .milliseconds(1_200))
    #expect(total([tenth, .seconds(86_400), tenth, .seconds(3), tenth]) == .milliseconds(2_300))
  }

  @Test("A clock never goes back")
  func backwards() {
    #expect(total([.seconds(1), .seconds(-5), .seconds(1)]) == .seconds(2))
  }

  @Test("The clock ticks by itself")
  func clock() async throws {
    let clock = RunningClock()
    let start = clock.now
    // Without a tick in between no more than a second would count.
    while clock.now - start < .milliseconds(1_500) {
      try await Task.sleep(for: .milliseconds(1_200))
    }
  }
}
