import Dispatch
import Search
import Synchronization
import Testing

@testable import Tuning

@Suite struct SchedulerTests {
  @Test(
    "Every trial runs once and reports in order, whatever the number of jobs", arguments: [1, 2, 8])
  func everyTrialOnce(jobs: Int) throws {
    let log = EventLog()
    let scheduler = Scheduler(
      jobs: jobs, nextTrial: { log.nextTrial(below: 50) },
      objective: { trial, context in
        for epoch in 0..<2 where try context.report(epochReport(epoch)) == .stop {
          return .interrupted
        }
        return complete(Double(trial.number))
      }, sink: log.append, biggerIsBetter: true)
    #expect(try scheduler.run() == .finished)
    #expect(log.histories.keys.sorted() == Array(0..<50))
    #expect(Set(log.histories.values) == ["started, epoch 0, epoch 1, complete"])
  }

  @Test("A worker's index is below the number of jobs and belongs to one trial at a time")
  func exclusiveWorkers() throws {
    let log = EventLog()
    let busy = Locked<Set<Int>>([])
    let clashes = Atomic<Int>(0)
    let scheduler = Scheduler(
      jobs: 3, nextTrial: { log.nextTrial(below: 200) },
      objective: { _, context in
        let isFree = busy.withLock { $0.insert(context.worker).inserted }
        if !isFree || context.worker >= 3 { clashes.add(1, ordering: .relaxed) }
        _ = try context.report(epochReport(0))
        busy.withLock { _ = $0.remove(context.worker) }
        return complete(0)
      }, sink: log.append, biggerIsBetter: true, earlyStop: 1_000)
    #expect(try scheduler.run() == .finished)
    #expect(clashes.load(ordering: .relaxed) == 0)
    #expect(log.finished.count == 200)
  }

  @Test("A sweep without a trial is finished at once")
  func nothingToDo() throws {
    let log = EventLog()
    let scheduler = Scheduler(
      jobs: 4, nextTrial: { nil }, objective: { _, _ in complete(0) }, sink: log.append,
      biggerIsBetter: true)
    #expect(try scheduler.run() == .finished)
    #expect(log.events.isEmpty)
  }

  @Test("Cancelling interrupts what runs and hands out nothing more", arguments: [1, 2, 8])
  func cancellation(jobs: Int) throws {
    let log = EventLog()
    let started = Atomic<Int>(0)
    let scheduler = Scheduler(
      jobs: jobs, nextTrial: { log.nextTrial(below: 1_000) },
      objective: { trial, context in
        if trial.number == 0 { return complete(0) }
        started.add(1, ordering: .relaxed)
        while !context.isCancelled {}
        return .interrupted
      }, sink: log.append, biggerIsBetter: true)
    // Every thread of the pool is busy: as with a signal source, the call comes from a serial queue.
    let source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "signals"))
    source.setEventHandler {
      if started.load(ordering: .relaxed) > 0 { scheduler.cancel() }
    }
    source.schedule(deadline: .now(), repeating: .milliseconds(2))
    source.resume()
    #expect(try scheduler.run() == .cancelled)
    source.cancel()
    #expect(log.finished == [0])
    #expect(log.histories.count <= jobs + 1)
    #expect(log.histories.filter { $0.key > 0 }.allSatisfy { $0.value == "started, interrupted" })
  }

  @Test("A cancelled trial is told to stop when it reports an epoch")
  func verdictAfterCancellation() throws {
    let log = EventLog()
    let box = Locked<Scheduler?>(nil)
    let scheduler = Scheduler(
      jobs: 1, nextTrial: { log.nextTrial(below: 3) },
      objective: { _, context in
        let before = try context.report(epochReport(0))
        box.withLock { $0 }?.cancel()
        let after = try context.report(epochReport(1))
        #expect(before == .proceed && after == .stop)
        return context.isCancelled ? .interrupted : .pruned(epochs: 2)
      }, sink: log.append, biggerIsBetter: true)
    box.withLock { $0 = scheduler }
    #expect(try scheduler.run() == .cancelled)
    #expect(log.histories == [0: "started, epoch 0, epoch 1, interrupted"])
  }

  @Test(
    "An error of the sink ends the sweep, and every started trial is told its end",
    arguments: [1, 4])
  func sinkError(jobs: Int) throws {
    let log = EventLog()
    let scheduler = Scheduler(
      jobs: jobs, nextTrial: { log.nextTrial(below: 1_000) },
      objective: { trial, context in
        for epoch in 0..<1_000_000 where try context.report(epochReport(epoch)) == .stop {
          return .interrupted
        }
        return complete(0)
      },
      sink: { event in
        if case .epoch(_, let report) = event, report.epoch == 20 {
          throw SomeError(description: "disk full")
        }
        log.append(event)
      }, biggerIsBetter: true)
    #expect(throws: SomeError(description: "disk full")) { try scheduler.run() }
    #expect(log.finished.isEmpty)
    #expect(log.histories.count <= jobs)
    #expect(log.histories.values.allSatisfy { $0.hasPrefix("started") })
  }

  @Test("An error of the source of trials ends the sweep")
  func sourceError() throws {
    let log = EventLog()
    let scheduler = Scheduler(
      jobs: 2,
      nextTrial: {
        guard let trial = log.nextTrial(below: 5) else { throw SomeError(description: "locked") }
        return trial
      },
      objective: { _, _ in complete(0) }, sink: log.append, biggerIsBetter: true)
    #expect(throws: SomeError(description: "locked")) { try scheduler.run() }
  }

  @Test("An objective that throws fails its trial and no other", arguments: [1, 3])
  func objectiveError(jobs: Int) throws {
    let log = EventLog()
    let scheduler = Scheduler(
      jobs: jobs, nextTrial: { log.nextTrial(below: 6) },
      objective: { trial, _ in
        if trial.number % 2 == 1 { throw SomeError(description: "odd") }
        return complete(0)
      }, sink: log.append, biggerIsBetter: true)
    #expect(try scheduler.run() == .finished)
    for number in 0..<6 {
      let end = number % 2 == 1 ? "crashed: odd" : "complete"
      #expect(log.histories[number] == "started, \(end)")
    }
  }

  @Test("Too many failures end the sweep, of one job after exactly so many")
  func tooManyFailures() throws {
    let log = EventLog()
    let scheduler = Scheduler(
      jobs: 1, nextTrial: { log.nextTrial(below: 100) },
      objective: { trial, _ in
        trial.number == 1 ? complete(0) : .failed(.diverged, message: "loss is nan")
      }, sink: log.append, biggerIsBetter: true, maxFailures: 3)
    #expect(try scheduler.run() == .tooManyFailures)
    #expect(log.finished == [0, 1, 2, 3])
  }

  @Test("A failure of the sweep ends it with its cause, and its trial counts as interrupted")
  func sweepFailure() {
    let log = EventLog()
    let scheduler = Scheduler(
      jobs: 1, nextTrial: { log.nextTrial(below: 5) },
      objective: { trial, _ in
        if trial.number == 2 { throw SweepFailure(SomeError(description: "disk full")) }
        return complete(0.5)
      }, sink: log.append, biggerIsBetter: true)
    #expect(throws: SomeError(description: "disk full")) { try scheduler.run() }
    #expect(log.histories[2] == "started, interrupted")
    #expect(log.histories[3] == nil)
  }
}
