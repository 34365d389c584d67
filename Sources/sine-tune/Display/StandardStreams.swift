import Foundation

/// Makes the process ready for readers that go away and for streams that are closed.
enum StandardStreams {
  static func prepare() {
    // A write to a pipe that nobody reads, or beyond the file size limit, then fails with an error
    // instead of killing the process. An empty handler, unlike an ignored signal, is not inherited: a
    // program that is started from here is killed as usual.
    for number in [SIGPIPE, SIGXFSZ] { signal(number) { _ in } }
    // A closed stream would give its number to the next file that is opened, and what is written to
    // standard error would go into that file.
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      guard fcntl(descriptor, F_GETFD) == -1, errno == EBADF else { continue }
      _ = open("/dev/null", O_RDWR)
    }
  }
}
