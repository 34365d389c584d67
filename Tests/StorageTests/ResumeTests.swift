import Foundation
import GRDB
import Literals
import Search
import Testing
import Tuning

@testable import Storage

@Suite struct ResumeTests {
  @Test("The same description finds its sweep and hands out what is left")
  func sameSweep() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let first = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(first.isNew && first.name == "ml-100k-1" && first.finished.isEmpty)
    try first.runTrial(of: sampleSweep(), scores: [0.25])
    try first.runTrial(of: sampleSweep(), outcome: .failed(.diverged, message: "nan"))

    let second = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(!second.isNew && second.name == "ml-100k-1")
    #expect(second.counts.done == 2 && second.counts.failed == 1)
    #expect(
      second.finished
        == [FinishedTrial(number: 0, score: 0.25), FinishedTrial(number: 1, score: nil)])
    #expect(try second.runTrial(of: sampleSweep())?.number == 2)
    #expect(try second.runTrial(of: sampleSweep())?.number == 3)
    #expect(try second.runTrial(of: sampleSweep()) == nil)
    let third = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(third.counts.done == 4)
    #expect(try third.runTrial(of: sampleSweep()) == nil)
  }

  @Test("The trials of a process that was killed are run again under their numbers")
  func killedOwner() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let killed = try ResultsDatabase(path: path, access: .write, owner: .gone)
    let recorder = try killed.openSweep(sampleSweep())
    try recorder.runTrial(of: sampleSweep())
    let lost = try #require(try recorder.nextTrial(propose: grid(sampleSweep())))
    try recorder.record(.epoch(lost, report(0)))

    let database = try ResultsDatabase(path: path)
    #expect(try database.sweep().counts.interrupted == 1)
    #expect(try database.sweep().counts.running == 0)
    let resumed = try database.openSweep(sampleSweep())
    #expect(resumed.counts.done == 1 && resumed.counts.interrupted == 1)
    #expect(try database.rows("SELECT trial, state FROM results") == ["0|complete", "1|waiting"])
    #expect(try resumed.runTrial(of: sampleSweep()) == lost)
    #expect(
      try database.rows("SELECT trial, outcome FROM attempt ORDER BY id")
        == ["1|complete", "2|interrupted", "2|complete"])
    #expect(throws: StorageError.lostTrial(sweep: "ml-100k-1", number: 1)) {
      try recorder.record(.epoch(lost, report(1)))
    }
  }

  @Test(
    "The trials of a living process are left alone",
    arguments: [
      ProcessIdentity.current, .elsewhere,
    ])
  func livingOwner(owner: ProcessIdentity) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let other = try ResultsDatabase(path: path, access: .write, owner: owner)
      .openSweep(sampleSweep())
    _ = try other.nextTrial(propose: grid(sampleSweep()))
    let recorder = try ResultsDatabase(path: path).openSweep(sampleSweep())
    #expect(recorder.counts.running == 1 && recorder.counts.interrupted == 0)
    #expect(try recorder.nextTrial(propose: grid(sampleSweep()))?.number == 1)
    #expect(try other.nextTrial(propose: grid(sampleSweep()))?.number == 2)
    #expect(try recorder.nextTrial(propose: grid(sampleSweep()))?.number == 3)
    #expect(try other.nextTrial(propose: grid(sampleSweep())) == nil)
  }

  @Test("A changed setting without a name is another sweep, and both are found again")
  func otherSettings() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let wide = sampleSweep(settings: ["embedding_size": "128"])
    #expect(try database.openSweep(sampleSweep()).name == "ml-100k-1")
    #expect(try database.openSweep(wide).name == "ml-100k-2")
    #expect(try database.openSweep(sampleSweep()).name == "ml-100k-1")
    #expect(try database.openSweep(sampleSweep(name: "mine")).name == "mine")
    #expect(try database.openSweep(sampleSweep()).name == "ml-100k-1")
    #expect(try database.openSweep(wide).name == "ml-100k-2")
    #expect(try database.sweeps().count == 3)
  }

  @Test("Changed data or settings under the same name are an error that names each difference")
  func differences() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    _ = try database.openSweep(sampleSweep(name: "mine"))
    var changed = sampleSweep(
      name: "mine", settings: ["embedding_size": "128", "weight_decay": "0.1"])
    changed.dataDigest = "d2"
    changed.space[1] = .init(name: "interest_size", domain: .uniform(low: 1, high: 2))
    let error = StorageError.sweepDiffers(
      name: "mine",
      differences: [
        "'embedding_size' was 64, is 128",
        "'interest_size' was searched by choice, is searched by uniform",
        "'weight_decay' was not set, is 0.1", "the data's digest was d1, is d2",
      ])
    #expect(throws: error) { try database.openSweep(changed) }
    #expect(error.description.hasSuffix("is d2; start another with --sweep NAME"))
    #expect(try database.rows("SELECT count(*) FROM choice") == ["4"])
  }

  @Test("An enlarged space keeps what is done and numbers what is new behind it")
  func enlargedSpace() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let small = sampleSweep()
    let recorder = try database.openSweep(small)
    while try recorder.runTrial(of: small) != nil {}
    let large = sampleSweep(interestSizes: [2, 4, 8].map { .integer($0) })
    let enlarged = try database.openSweep(large)
    #expect(!enlarged.isNew && enlarged.counts.done == 4)
    #expect(try enlarged.runTrial(of: large)?.number == 4)
    #expect(try enlarged.runTrial(of: large)?.number == 5)
    #expect(try enlarged.runTrial(of: large) == nil)
    #expect(
      try database.rows("SELECT interest_size, count(*) FROM results GROUP BY 1")
        == ["2|2", "4|2", "8|2"])
  }

  @Test("The order of the parameters in the file does not matter")
  func reorderedSpace() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    while try recorder.runTrial(of: sampleSweep()) != nil {}
    var reordered = sampleSweep()
    reordered.space.reverse()
    #expect(try database.openSweep(reordered).runTrial(of: reordered) == nil)
  }

  @Test("A budget is a total, interrupted trials come first")
  func budget() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let description = sampleSweep(interestSizes: (1...10).map { .integer($0) })
    let first = try database.openSweep(description)
    try first.runTrial(of: description)
    try first.runTrial(of: description, outcome: .interrupted)
    try first.runTrial(of: description)
    let second = try database.openSweep(description)
    let numbers = try (0..<3).map { _ in
      try second.nextTrial(budget: 4, propose: grid(description))?.number
    }
    #expect(numbers == [1, 3, nil])
    #expect(try second.nextTrial(budget: 5, propose: grid(description))?.number == 4)
  }

  @Test("A sampler that only repeats itself comes to an end")
  func repeatingSampler() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    let proposal = TrialProposal(parameters: Point([]), seed: 1)
    #expect(try recorder.nextTrial { _ in proposal }?.number == 0)
    #expect(try recorder.nextTrial { _ in proposal } == nil)
  }

  @Test("The same parameters with another seed are another trial")
  func seeds() throws {
    let database = try ResultsDatabase(inMemoryOwnedBy: .current)
    let recorder = try database.openSweep(sampleSweep())
    let parameters = Point([.init(name: "interest_size", value: .integer(4))])
    for seed in 0..<3 {
      let trial = try recorder.nextTrial { TrialProposal(parameters: parameters, seed: $0) }
      #expect(trial?.seed == seed && trial?.number == seed)
    }
  }

  @Test("A sweep of 100,000 finished trials hands out its next one")
  func manyTrials() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let count = 100_000
    var description = sampleSweep()
    description.space = [
      .init(name: "tau_ratio", domain: .quniform(low: 0, high: 1e6, step: 1))
    ]
    let old = try ResultsDatabase(path: path)
    _ = try old.openSweep(description)
    try old.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE counter(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counter WHERE n < ?)
          INSERT INTO trial (sweep, number, parameters, seed, state, started, ended, validScore)
          SELECT 1, n, '{"tau_ratio": ' || n || '}', 1, 'complete', '', '', 1.0 / (n + 1)
          FROM counter
          """, arguments: [count - 1])
    }
    let database = try ResultsDatabase(path: path)
    let recorder = try database.openSweep(description)
    let trial = try recorder.nextTrial { index in
      TrialProposal(
        parameters: Point([.init(name: "tau_ratio", value: .integer(index))]), seed: 1)
    }
    #expect(trial?.number == count)
    #expect(recorder.counts.done == count && recorder.finished.count == count)
    #expect(try recorder.bestTrial() == 0)
    #expect(try database.bestTrial(of: recorder.name)?.number == 0)
  }

  @Test(
    "Of 100,000 finished trials, a larger space keeps all and adds its own, a smaller one adds none"
  )
  func manyTrialsOfAnotherSpace() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("results.db")
    let names = ["embedding_size", "interest_size", "prototype_size"]
    func description(_ embeddings: Int) -> SweepDescription {
      var description = sampleSweep()
      description.space = zip(names, [embeddings, 100, 100]).map { name, count in
        .init(name: name, domain: .choice((0..<count).map { .integer($0) }))
      }
      description.spaceText = "\(embeddings)"
      return description
    }
    let old = try ResultsDatabase(path: path)
    _ = try old.openSweep(description(10))
    try old.write { db in
      try db.execute(
        sql: """
          WITH RECURSIVE counter(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counter WHERE n < 99999)
          INSERT INTO trial (sweep, number, parameters, seed, state, started, ended, validScore)
          SELECT 1, n, printf('{"embedding_size": %d, "interest_size": %d, "prototype_size": %d}',
            n / 10000, n / 100 % 100, n % 100), 1, 'complete', '', '', 0.5 FROM counter
          """)
      for (position, name) in names.enumerated() {
        try db.execute(
          sql: """
            INSERT INTO trialParameter (trial, position, name, value, text)
            SELECT id, :position, :name, json_extract(parameters, '$.' || :name),
              json_extract(parameters, '$.' || :name) FROM trial
            """, arguments: ["position": position, "name": name])
      }
    }
    // The new cells come last: every finished one is looked at before.
    let larger = description(11)
    let enlarged = try ResultsDatabase(path: path).openSweep(larger)
    #expect(enlarged.counts.done == 100_000 && enlarged.outsideSpace == 0)
    let trial = try enlarged.nextTrial(propose: grid(larger))
    #expect(trial?.number == 100_000)
    #expect(trial?.parameters["embedding_size"] == .integer(10))

    let smaller = description(9)
    let reduced = try ResultsDatabase(path: path).openSweep(smaller)
    #expect(reduced.outsideSpace == 10_000)
    #expect(try reduced.nextTrial { $0 < 1_000 ? grid(smaller)($0) : nil } == nil)
  }

  @Test("A process is known by its boot and its start, and unknown ones count as running")
  func identities() {
    let current = ProcessIdentity.current
    #expect(current.isRunning(seenFrom: current))
    #expect(ProcessIdentity.elsewhere.isRunning(seenFrom: current))
    #if os(Linux)
      #expect(!ProcessIdentity.gone.isRunning(seenFrom: current))
      #expect(current.bootID != nil && current.start != nil)
      func variant(bootID: String?, pidNamespace: String?, pid: Int) -> ProcessIdentity {
        ProcessIdentity(
          host: current.host, bootID: bootID, pidNamespace: pidNamespace, pid: pid,
          start: current.start)
      }
      let rebooted = variant(bootID: "b", pidNamespace: current.pidNamespace, pid: current.pid)
      #expect(!rebooted.isRunning(seenFrom: current))
      let free = variant(
        bootID: current.bootID, pidNamespace: current.pidNamespace, pid: 1 << 30)
      #expect(!free.isRunning(seenFrom: current))
      let contained = variant(bootID: current.bootID, pidNamespace: "pid:[7]", pid: 1 << 30)
      #expect(contained.isRunning(seenFrom: current))
    #endif
  }
}
