/*
 * Lets the n-th change of a file fail, or kills the process group there: preloaded into the program and into git below it.
 * FAULT_ROOT: what is below it counts; FAULT_COUNT: a file shared by all processes; FAULT_AT: n; FAULT_KIND: an errno's
 * number, `before` or `after`.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct shared { int count; int hit; char what[504]; };
static struct shared *shared;
static const char *root, *kind;
static int at;

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("FAULT_COUNT"), *n = getenv("FAULT_AT");
  root = getenv("FAULT_ROOT");
  kind = getenv("FAULT_KIND");
  if (!file || !root || !kind) return;
  at = n ? atoi(n) : 0;
  int fd = open(file, O_RDWR);
  if (fd < 0) return;
  void *map = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (map != MAP_FAILED) shared = map;
}

static int is_ours(int dir, const char *path, char *full, size_t size) {
  char folder[PATH_MAX] = "";
  if (!path) return 0;
  if (*path == '/') snprintf(full, size, "%s", path);
  else {
    if (dir == AT_FDCWD) { if (!getcwd(folder, sizeof folder)) return 0; }
    else {
      char link[64];
      snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
      ssize_t length = readlink(link, folder, sizeof folder - 1);
      if (length < 0) return 0;
      folder[length] = 0;
    }
    snprintf(full, size, *path ? "%s/%s" : "%s%s", folder, path);
  }
  return strncmp(full, root, strlen(root)) == 0;
}

/* 0: go on; 1: kill once it is done; -1: fail. */
static int strike(const char *call, int dir, const char *path) {
  char full[PATH_MAX * 2];
  int before = errno;
  if (!shared || !is_ours(dir, path, full, sizeof full)) { errno = before; return 0; }
  errno = before;
  int n = __atomic_add_fetch(&shared->count, 1, __ATOMIC_SEQ_CST);
  if (n != at) return 0;
  snprintf(shared->what, sizeof shared->what, "%s %.480s", call, full);
  shared->hit = 1;
  if (strcmp(kind, "before") == 0) kill(0, SIGKILL);
  if (strcmp(kind, "after") == 0) return 1;
  errno = atoi(kind);
  return -1;
}

#define AROUND(call, dir, path, type, name, parameters, ...) \
  static type (*real)parameters; \
  if (!real) real = (type (*)parameters)dlsym(RTLD_NEXT, name); \
  int struck = strike(call, dir, path); \
  if (struck < 0) return -1; \
  type done = real(__VA_ARGS__); \
  if (struck > 0) kill(0, SIGKILL); \
  return done;

ssize_t write(int fd, const void *data, size_t size) { AROUND("write", fd, "", ssize_t, "write", (int, const void *, size_t), fd, data, size) }
ssize_t pwrite(int fd, const void *data, size_t size, off_t where) { AROUND("write", fd, "", ssize_t, "pwrite", (int, const void *, size_t, off_t), fd, data, size, where) }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t where) { AROUND("write", fd, "", ssize_t, "pwrite64", (int, const void *, size_t, off64_t), fd, data, size, where) }
ssize_t writev(int fd, const struct iovec *parts, int count) { AROUND("write", fd, "", ssize_t, "writev", (int, const struct iovec *, int), fd, parts, count) }
int fsync(int fd) { AROUND("fsync", fd, "", int, "fsync", (int), fd) }
int fdatasync(int fd) { AROUND("fsync", fd, "", int, "fdatasync", (int), fd) }
int ftruncate(int fd, off_t size) { AROUND("truncate", fd, "", int, "ftruncate", (int, off_t), fd, size) }
int ftruncate64(int fd, off64_t size) { AROUND("truncate", fd, "", int, "ftruncate64", (int, off64_t), fd, size) }
int rename(const char *from, const char *to) { AROUND("rename", AT_FDCWD, to, int, "rename", (const char *, const char *), from, to) }
int link(const char *from, const char *to) { AROUND("link", AT_FDCWD, to, int, "link", (const char *, const char *), from, to) }
int symlink(const char *target, const char *to) { AROUND("symlink", AT_FDCWD, to, int, "symlink", (const char *, const char *), target, to) }
int unlink(const char *path) { AROUND("unlink", AT_FDCWD, path, int, "unlink", (const char *), path) }
int unlinkat(int dir, const char *path, int flags) { AROUND("unlink", dir, path, int, "unlinkat", (int, const char *, int), dir, path, flags) }
int rmdir(const char *path) { AROUND("rmdir", AT_FDCWD, path, int, "rmdir", (const char *), path) }
int mkdir(const char *path, mode_t mode) { AROUND("mkdir", AT_FDCWD, path, int, "mkdir", (const char *, mode_t), path, mode) }
int mkdirat(int dir, const char *path, mode_t mode) { AROUND("mkdir", dir, path, int, "mkdirat", (int, const char *, mode_t), dir, path, mode) }
int chmod(const char *path, mode_t mode) { AROUND("chmod", AT_FDCWD, path, int, "chmod", (const char *, mode_t), path, mode) }

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); \
    if (flags & O_CREAT) { AROUND("create", AT_FDCWD, path, int, #name, (const char *, int, ...), path, flags, mode) } \
    static int (*plain)(const char *, int, ...); \
    if (!plain) plain = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name); \
    return plain(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
