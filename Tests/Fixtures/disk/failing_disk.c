// A disk that fails: preloaded into a program, it makes one call fail with EIO, or all from one on.
//
// It counts the calls that read, write, flush, cut or rename a results.db, what SQLite keeps beside
// it, or a checkpoint. FAILING_DISK_CALL is the number of the call that fails, from 1 on; with
// FAILING_DISK_FOR_GOOD every later one fails too. The first that fails is named on standard error.
// With FAILING_DISK_NO_LINKS it is a file system without hard links.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static int is_watched(const char *path) {
  return strstr(path, "results.db") || strstr(path, ".checkpoint");
}

static int fails_for(const char *call, const char *path) {
  static atomic_flag told = ATOMIC_FLAG_INIT;
  const char *number = getenv("FAILING_DISK_CALL");
  if (!number || !is_watched(path)) return 0;
  long limit = atol(number), count = atomic_fetch_add(&calls, 1) + 1;
  if (getenv("FAILING_DISK_FOR_GOOD") ? count < limit : count != limit) return 0;
  if (!atomic_flag_test_and_set(&told)) {
    const char *name = strrchr(path, '/');
    dprintf(2, "failing disk: %s of %s\n", call, name ? name + 1 : path);
  }
  errno = EIO;
  return 1;
}

static int has_no_links(void) {
  if (!getenv("FAILING_DISK_NO_LINKS")) return 0;
  errno = EPERM;
  return 1;
}

static int fails(const char *call, int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fails_for(call, path);
}

// Defines a call that may fail; the arguments are those of the C library's own.
#define FAILING(type, name, parameters, arguments, condition)              \
  type name parameters {                                                   \
    static type(*_Atomic next) parameters;                                 \
    if (condition) return -1;                                              \
    if (!next) next = (type(*) parameters)dlsym(RTLD_NEXT, #name);         \
    return next arguments;                                                 \
  }

FAILING(ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count),
        fails("write", file))
FAILING(ssize_t, pwrite, (int file, const void *bytes, size_t count, off_t at),
        (file, bytes, count, at), fails("pwrite", file))
FAILING(ssize_t, pwrite64, (int file, const void *bytes, size_t count, off64_t at),
        (file, bytes, count, at), fails("pwrite", file))
FAILING(ssize_t, pread, (int file, void *bytes, size_t count, off_t at),
        (file, bytes, count, at), fails("pread", file))
FAILING(ssize_t, pread64, (int file, void *bytes, size_t count, off64_t at),
        (file, bytes, count, at), fails("pread", file))
FAILING(int, fsync, (int file), (file), fails("fsync", file))
FAILING(int, fdatasync, (int file), (file), fails("fdatasync", file))
FAILING(int, ftruncate, (int file, off_t length), (file, length), fails("ftruncate", file))
FAILING(int, ftruncate64, (int file, off64_t length), (file, length), fails("ftruncate", file))
FAILING(int, rename, (const char *from, const char *to), (from, to), fails_for("rename", to))
FAILING(int, link, (const char *from, const char *to), (from, to),
        has_no_links() || fails_for("link", to))
