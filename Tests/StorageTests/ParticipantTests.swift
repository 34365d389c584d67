import Foundation
import GRDB
import TestSupport
import Testing

@testable import Storage

/// Who is alive, as seen by another process.
@Suite struct ParticipantTests {
  private let viewer = Participant(.current)

  private func identity(
    host: String = ProcessIdentity.current.host, boot: String? = ProcessIdentity.current.bootID,
    namespace: String? = ProcessIdentity.current.pidNamespace,
    pid: Int = ProcessIdentity.current.pid, start: String? = ProcessIdentity.current.start
  ) -> ProcessIdentity {
    ProcessIdentity(host: host, bootID: boot, pidNamespace: namespace, pid: pid, start: start)
  }

  #if os(Linux)
    @Test(
      "Without a lock, the boot comes first, and the table of processes counts in its numbering")
    func table() {
      #expect(viewer.identity.bootID != nil && viewer.identity.start != nil)
      #expect(viewer.life(of: .current) == .running)
      #expect(viewer.life(of: .gone) == .gone)
      #expect(viewer.life(of: identity(pid: 1 << 30)) == .gone)
      // Hand-edited rows.
      for pid in [0, -1, 1 << 40] { #expect(viewer.life(of: identity(pid: pid)) == .gone) }
      // A reboot of this machine, and one of another.
      #expect(viewer.life(of: identity(boot: "b")) == .gone)
      #expect(viewer.life(of: identity(host: "elsewhere", boot: "b")) == .unseen)
      // The machine has got another name since.
      #expect(viewer.life(of: identity(host: "elsewhere")) == .running)
      #expect(viewer.life(of: identity(host: "elsewhere", start: "1")) == .gone)
      // Another container of this machine.
      #expect(viewer.life(of: identity(namespace: "pid:[7]", pid: 1 << 30)) == .unseen)
      // A platform that does not tell of boots.
      #expect(viewer.life(of: identity(boot: nil, start: "1")) == .gone)
      #expect(viewer.life(of: identity(host: "elsewhere", boot: nil)) == .unseen)
    }

    @Test("A lock that is held outweighs everything, and one of this boot that is free as well")
    func lock() throws {
      let folder = try TemporaryFolder()
      let database = URL(filePath: try folder.write("", to: "results.db").path)
      let viewer = Participant(.current, lockFile: OwnerLock.path(besides: database))
      var lock = try #require(OwnerLock(besides: database)) as OwnerLock?
      var gone = ProcessIdentity.gone
      gone.lock = lock?.byte
      var rebooted = identity(host: "elsewhere", boot: "b")
      rebooted.lock = lock?.byte
      var contained = identity(host: "c", namespace: "pid:[7]", pid: 1 << 30)
      contained.lock = lock?.byte
      for process in [gone, rebooted, contained] { #expect(viewer.life(of: process) == .running) }
      lock = nil
      #expect(viewer.life(of: gone) == .gone)
      #expect(viewer.life(of: contained) == .gone)
      // Another machine may have locks of its own on a file that both see.
      #expect(viewer.life(of: rebooted) == .unseen)
      // The file that was noted has been removed, or never was beside this database.
      unlink(OwnerLock.path(besides: database))
      #expect(viewer.life(of: contained) == .unseen)
      #expect(viewer.life(of: gone) == .gone)
    }

    @Test("A process that has ended is gone, even if its parent has not asked how it ended")
    func unreaped() throws {
      var pid: pid_t = 0
      var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("600"), nil]
      defer { arguments.forEach { free($0) } }
      let status = posix_spawn(&pid, "/bin/sleep", nil, nil, &arguments, nil)
      try #require(status == 0)
      let identity = ProcessIdentity.ofChild(Int(pid))
      #expect(identity.start != nil && viewer.life(of: identity) == .running)
      kill(pid, SIGKILL)
      let end = ContinuousClock.now + .seconds(20)
      while viewer.life(of: identity) == .running, ContinuousClock.now < end { usleep(1_000) }
      #expect(viewer.life(of: identity) == .gone)
      #expect(kill(pid, 0) == 0)
      waitpid(pid, nil, 0)
    }
  #endif

  @Test("A process of this machine is seen until it is killed")
  func killed() throws {
    let other = try OtherProcess()
    #expect(viewer.life(of: other.identity) == .running)
    other.kill()
    #expect(viewer.life(of: other.identity) == .gone)
  }
}

#if os(Linux)
  @Suite struct OwnerLockTests {
    private func database(in folder: TemporaryFolder) throws -> URL {
      URL(filePath: try folder.write("", to: "results.db").path)
    }

    @Test("A byte is held as long as its lock exists, and each lock has its own")
    func states() throws {
      let folder = try TemporaryFolder()
      let database = try database(in: folder)
      let path = OwnerLock.path(besides: database)
      let first = try #require(OwnerLock(besides: database))
      var second = OwnerLock(besides: database)
      let bytes = [first.byte, try #require(second?.byte)]
      #expect(bytes[0].inode == bytes[1].inode && bytes[0].offset != bytes[1].offset)
      #expect(bytes.map { OwnerLock.state(of: $0, at: path) } == [.held, .held])
      second = nil
      #expect(bytes.map { OwnerLock.state(of: $0, at: path) } == [.held, .free])
      let other = LockedByte(inode: bytes[0].inode + 1, offset: bytes[0].offset)
      #expect(OwnerLock.state(of: other, at: path) == .unknown)
      #expect(LockedByte("\(bytes[0])") == bytes[0])
      for text in ["", "1", "1:", "1:-2", "1:2:3", "a:2"] { #expect(LockedByte(text) == nil) }
    }

    @Test("A link to the database leads to the same file of locks")
    func links() throws {
      let folder = try TemporaryFolder()
      let database = try database(in: folder)
      let link = folder.file("link.db")
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: database)
      let lock = try #require(OwnerLock(besides: link))
      let path = OwnerLock.path(besides: database)
      #expect(OwnerLock.state(of: lock.byte, at: path) == .held)
      #expect(!folder.contains("link.db-owners"))
    }

    @Test("A child that a process starts does not keep its lock")
    func children() throws {
      let folder = try TemporaryFolder()
      let database = try database(in: folder)
      var lock = try #require(OwnerLock(besides: database)) as OwnerLock?
      let byte = try #require(lock?.byte)
      let child = try OtherProcess()
      lock = nil
      #expect(OwnerLock.state(of: byte, at: OwnerLock.path(besides: database)) == .free)
      child.kill()
    }

    @Test("The last one removes the file, unless an attempt names it")
    func removing() throws {
      let folder = try TemporaryFolder()
      let database = try database(in: folder)
      let first = try #require(OwnerLock(besides: database))
      var second = OwnerLock(besides: database)
      first.removeFile { false }
      #expect(folder.contains("results.db-owners"))
      second = nil
      _ = second
      first.removeFile { true }
      #expect(folder.contains("results.db-owners"))
      first.removeFile { false }
      #expect(!folder.contains("results.db-owners"))
      #expect(folder.contains("results.db"))
    }

    @Test("Processes that come and go never hold a lock on a file that has no name")
    func race() throws {
      let folder = try TemporaryFolder()
      let database = try database(in: folder)
      let path = OwnerLock.path(besides: database)
      try concurrently(4) { _ in
        for _ in 0..<200 {
          let lock = try #require(OwnerLock(besides: database))
          #expect(OwnerLock.state(of: lock.byte, at: path) == .held)
          lock.removeFile { false }
        }
      }
    }

    @Test("Without a regular file to lock there is no lock, and nothing fails")
    func otherFiles() throws {
      let folder = try TemporaryFolder()
      let path = folder.path("results.db")
      mkfifo(path + "-owners", 0o644)
      let sweep = try ResultsDatabase(path: path).openSweep(sampleSweep())
      #expect(try sweep.runAll() == 4)
      #expect(try sweep.database.rows("SELECT DISTINCT lock FROM attempt") == ["NULL"])
      try sweep.database.close()
    }

    @Test(
      "Attempts note the lock, and the file goes with the last process that has no open attempt")
    func attempts() throws {
      let folder = try TemporaryFolder()
      let path = folder.path("results.db")
      let database = try ResultsDatabase(path: path)
      let sweep = try database.openSweep(sampleSweep())
      let claim = try #require(try sweep.nextClaim())
      let note = try #require(try database.rows("SELECT lock FROM attempt").first)
      let byte = try #require(LockedByte(note))
      #expect(OwnerLock.state(of: byte, at: path + "-owners") == .held)
      let reader = try ResultsDatabase(path: path, access: .read)
      #expect(try reader.sweep().counts.running == 1)
      try sweep.end(claim, with: .interrupted)
      try database.close()
      #expect(!folder.contains("results.db-owners"))

      let other = try ResultsDatabase(path: path)
      _ = try other.openSweep(sampleSweep()).nextClaim()
      try other.close()
      #expect(folder.contains("results.db-owners"))
    }

    @Test("Who may work on the database may lock: the file has its permissions")
    func permissions() throws {
      let folder = try TemporaryFolder()
      let database = try database(in: folder)
      chmod(database.path, 0o664)
      let lock = try #require(OwnerLock(besides: database))
      var status = stat()
      #expect(stat(OwnerLock.path(besides: database), &status) == 0)
      #expect(status.st_mode & 0o777 == 0o664)
      withExtendedLifetime(lock) {}
    }
  }
#endif
