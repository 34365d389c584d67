import Foundation
import Literals

/// The bytes of a file of interactions, decompressed if gzip has compressed them.
enum DataFile {
  /// Reads a file. The bytes are mapped: a page is loaded when it is read, and no copy takes memory.
  ///
  /// - Parameter isCancelled: called again and again during a decompression; true ends it with an error.
  static func contents(
    ofFile file: String, isCancelled: () -> Bool = { false }
  ) throws(InvalidInput) -> Data {
    try checkKind(file)
    let handle = try open(file)
    defer { try? handle.close() }
    let data = try map(handle, file)
    return isGzip(data) ? try decompressed(handle, file, isCancelled) : data
  }

  /// What keeps a file from being reached: a link that leads nowhere, or a folder without
  /// permission; nil if the file can be reached, or if there is simply none.
  static func obstacle(to file: String) -> String? {
    var status = stat()
    guard stat(file, &status) != 0 else { return nil }
    let code = errno
    if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: file) {
      return "'\(file)' is a link to '\(target)', which cannot be read: \(reason(code))"
    }
    return [ENOENT, ENOTDIR, ENAMETOOLONG].contains(code)
      ? nil : "'\(file)' cannot be read: \(reason(code))"
  }

  /// Throws if the path is not that of a regular file. Nothing is opened: opening a FIFO would wait.
  private static func checkKind(_ file: String) throws(InvalidInput) {
    var status = stat()
    guard stat(file, &status) == 0 else {
      throw InvalidInput(obstacle(to: file) ?? "there is no file '\(file)'")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: throw InvalidInput("'\(file)' is a directory, not a file of interactions")
    case S_IFIFO: throw InvalidInput("'\(file)' is a pipe, not a regular file: write it to a file")
    default: throw InvalidInput("'\(file)' is not a regular file")
    }
  }

  private static func open(_ file: String) throws(InvalidInput) -> FileHandle {
    // Without O_NONBLOCK a FIFO that has just replaced the file would hang.
    let descriptor = Foundation.open(file, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw InvalidInput("'\(file)' cannot be read: \(reason(errno))")
    }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  private static func map(_ handle: FileHandle, _ file: String) throws(InvalidInput) -> Data {
    var status = stat()
    guard fstat(handle.fileDescriptor, &status) == 0 else {
      throw InvalidInput("'\(file)' cannot be read: \(reason(errno))")
    }
    let count = Int(status.st_size)
    guard count > 0 else { return Data() }
    guard
      let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, handle.fileDescriptor, 0),
      address != MAP_FAILED
    else {
      throw InvalidInput("'\(file)' cannot be read: \(reason(errno))")
    }
    return Data(bytesNoCopy: address, count: count, deallocator: .custom { munmap($0, $1) })
  }

  private static func isGzip(_ data: Data) -> Bool {
    data.starts(with: [0x1F, 0x8B])
  }

  /// Decompresses a file by the `gzip` of the system.
  ///
  /// Every Linux distribution and macOS have this program, while the headers of zlib are a package
  /// that would have to be installed before the build. The text goes to a file without a name,
  /// which is gone when its last page is, however this process ends.
  private static func decompressed(
    _ handle: FileHandle, _ file: String, _ isCancelled: () -> Bool
  ) throws(InvalidInput) -> Data {
    do {
      let folder = try URL.newTemporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let text = folder.appending(path: "text").path(percentEncoded: false)
      let descriptor = Foundation.open(text, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else {
        throw InvalidInput("'\(text)' cannot be written: \(reason(errno))")
      }
      let output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      defer { try? output.close() }
      unlink(text)
      // The name of the file is not passed on, so that it cannot be taken for an option. Neither is
      // the environment, because GZIP in it would hold options.
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      let run = try CommandRun(
        ["gzip", "-dc"], environment: ["PATH": path, "LC_ALL": "C"], in: folder, input: handle,
        output: output, isCancelled: isCancelled)
      guard run.status == 0 || run.status == Self.gzipWarning else {
        throw InvalidInput(
          "'\(file)' cannot be decompressed: "
            + (run.status == 127
              ? "the program 'gzip' was not found; install it, or decompress the file elsewhere"
              : Self.gzipReason(run.output)))
      }
      return try map(output, file)
    } catch let error as InvalidInput {
      throw error
    } catch is CancellationError {
      throw Preparation.cancellation
    } catch {
      throw InvalidInput("'\(file)' cannot be decompressed: \(reason(error))")
    }
  }

  /// The status of gzip if it has done its work and has a remark, such as on zeros at the end.
  private static let gzipWarning: Int32 = 2

  /// What gzip says, without its name and the name of the stream: `unexpected end of file`.
  private static func gzipReason(_ output: String) -> String {
    let line = output.split(whereSeparator: \.isNewline).last { !$0.isEmpty } ?? "no output"
    let words = line.split(separator: ": ").drop { $0 == "gzip" || $0 == "stdin" }
    return "\(Excerpt(words.joined(separator: ": "), limit: 200))"
  }

  private static func reason(_ code: Int32) -> String {
    String(cString: strerror(code)).lowercased()
  }

  /// What the system says about an error of Foundation: `no space left on device`.
  static func reason(_ error: any Error) -> String {
    var cause: NSError? = error as NSError
    while let current = cause {
      if current.domain == NSPOSIXErrorDomain { return reason(Int32(current.code)) }
      cause = current.userInfo[NSUnderlyingErrorKey] as? NSError
    }
    return (error as NSError).localizedDescription
  }
}
