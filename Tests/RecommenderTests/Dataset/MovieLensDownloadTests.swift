import Foundation
import Literals
import Testing

@testable import Recommender

/// The download with a script in place of python3. The script needs no network and fails in every way.
struct MovieLensDownloadTests {
  /// Fetches with `script` in place of python3. If `script` is nil, the machine has no python3.
  /// With `tools` the script finds the programs of the system.
  ///
  /// - Returns: the error's text, what is left in `data_path`, and the progress lines.
  private func fetch(
    python script: String?, environment: [String: String] = [:], tools: Bool = false
  ) throws -> (
    error: String?, files: [String], progress: [String]
  ) {
    let manager = FileManager.default
    let folder = manager.temporaryDirectory
      .appending(path: "sine-tune-tests-\(UUID().uuidString)")
    let programs = folder.appending(path: "bin")
    try manager.createDirectory(at: programs, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: folder) }
    if let script {
      let program = programs.appending(path: "python3").path
      try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: program))
      try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    }
    var configuration = DataConfiguration()
    configuration.dataPath = folder.appending(path: "data").path
    var progress: [String] = []
    var message: String?
    do {
      let path = programs.path + (tools ? ":/usr/bin:/bin" : "")
      _ = try Dataset.load(
        configuration,
        download: MovieLensDownload(environment: environment.merging(["PATH": path]) { $1 })
      ) { progress.append($0) }
    } catch {
      message = error.description
    }
    let files = (try? manager.subpathsOfDirectory(atPath: configuration.dataPath)) ?? []
    return (message, files.filter { $0 != "ml-100k" }, progress)
  }

  @Test("Without python3 the message names the file to provide and the data set that needs none")
  func withoutPython() throws {
    let (error, files, progress) = try fetch(python: nil)
    let message = try #require(error)
    #expect(
      message.hasPrefix("error: cannot fetch ml-100k: python3 was not found; install it, with pip"))
    #expect(message.contains("put RecBole's 'ml-100k.inter' at '"))
    #expect(message.contains("data/ml-100k/ml-100k.inter'"))
    #expect(message.hasSuffix("or use '--dataset synthetic'"))
    #expect(files.isEmpty)
    #expect(progress.count == 1)
  }

  @Test("The last line of pip's output is in the message")
  func withoutPip() throws {
    let (error, files, _) = try fetch(
      python: "echo Looking; echo '/usr/bin/python3: No module named pip' >&2; exit 1")
    let message = try #require(error)
    #expect(message.contains("python3 failed ('/usr/bin/python3: No module named pip')"))
    #expect(files.isEmpty)
  }

  @Test("A cancelled download kills its process and leaves no file")
  func cancellation() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "sine-tune-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let started = folder.appending(path: "started").path
    let program = folder.appending(path: "python3").path
    let script = """
      #!/bin/sh
      echo $$ $TMPDIR > '\(started).part'; mv '\(started).part' '\(started)'; exec sleep 100
      """
    try Data(script.utf8).write(to: URL(filePath: program))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let download = MovieLensDownload(
      environment: ["PATH": "\(folder.path):/usr/bin:/bin"],
      isCancelled: { FileManager.default.fileExists(atPath: started) })
    var configuration = DataConfiguration()
    configuration.dataPath = folder.appending(path: "data").path
    #expect(throws: InvalidInput.self) {
      _ = try Dataset.load(configuration, download: download)
    }
    let words = try String(contentsOfFile: started, encoding: .utf8)
      .split(whereSeparator: \.isWhitespace)
    let pid = try #require(words.first.flatMap { Int32($0) })
    #expect(kill(pid, 0) == -1 && errno == ESRCH)
    #expect(!FileManager.default.fileExists(atPath: String(words[1])))
    #expect(!FileManager.default.fileExists(atPath: configuration.dataPath))
  }

  @Test("Endless output does not block")
  func longOutput() throws {
    let (error, _, _) = try fetch(
      python: """
        line=0123456789012345678901234567890123456789012345678901234567890123
        while [ ${#line} -lt 200000 ]; do line=$line$line; done
        echo "$line"; echo done; exit 3
        """)
    #expect(error?.contains("python3 failed ('done')") == true)
  }

  @Test("A wheel that does not appear is an error")
  func withoutWheel() throws {
    let (error, files, _) = try fetch(python: "exit 0")
    #expect(error?.contains("pip left no wheel") == true)
    #expect(files.isEmpty)
  }

  @Test("pip gets the pinned hash, and an unexpected file is deleted")
  func wrongContent() throws {
    // If the script is called as '-m pip … --dest FOLDER -r FILE', it leaves a wheel if the
    // requirements name a hash. If it is called as '-c SCRIPT WHEEL MEMBER TARGET', it unpacks
    // another file.
    let (error, files, progress) = try fetch(
      python: """
        [ "$1" = -I ] && shift
        if [ "$1" = -c ]; then echo other > "$5"; exit 0; fi
        while [ "$1" != --dest ]; do shift; done
        read -r line < "$4"
        case $line in
        'recbole==1.2.1 --hash=sha256:9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407')
          echo wheel > "$2/recbole-1.2.1-py3-none-any.whl" ;;
        esac
        """)
    #expect(error?.contains("the file in the wheel is not the expected one") == true)
    #expect(files.isEmpty)
    #expect(progress.count == 1)
  }

  @Test(
    "The file of the wheel is moved into place, with the licence notice",
    .enabled(if: MovieLens.isFetched, "ml-100k has not been fetched"))
  func success() throws {
    let (error, files, progress) = try fetch(
      python: """
        [ "$1" = -I ] && shift
        if [ "$1" = -c ]; then while IFS= read -r l; do printf '%s\\n' "$l"; done \
        < '\(MovieLens.file)' > "$5"; exit 0; fi
        while [ "$1" != --dest ]; do shift; done
        echo wheel > "$2/recbole-1.2.1-py3-none-any.whl"
        """)
    #expect(error == nil)
    #expect(files == ["ml-100k/ml-100k.inter"])
    #expect(progress.last == MovieLensDownload.licenceNotice)
  }

  @Test("python3 runs isolated, in a folder of its own, and without variables for Python")
  func isolation() throws {
    let (error, _, _) = try fetch(
      python: #"""
        echo "$1 $(ls -A | wc -l) $(stat -c %a .) $([ "$PWD" = "$TMPDIR" ] && echo own) ${PYTHONPATH-none}"
        exit 1
        """#,
      environment: ["PYTHONPATH": ".", "PYTHONSTARTUP": "x.py"], tools: true)
    #expect(error?.contains("python3 failed ('-I 1 700 own none')") == true, "\(error ?? "")")
  }
}
