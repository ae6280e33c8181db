// Takes the place of libc's calls that change files, for this program and for the libraries that it loads: SQLite's
// writes are counted as well as our own. Linked into a program it is told by functions what to do; preloaded into
// another (LD_PRELOAD) by the environment, see CCrashPoint.h.

#define _GNU_SOURCE
#include "CCrashPoint.h"

#if defined(__linux__)

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// fcntl.h and stdio.h would declare the very names that are defined here, each in its own way.
#define AT_CWD (-100)
#define AT_REMOVE_DIRECTORY 0x200
#define OPEN_CREATE 0100
#define OPEN_WRITES 03
#define OPEN_TEMPORARY 020000000
#define SIGNAL_KILL 9
#define PATH_SIZE 4096

// Kinds of calls, as bits.
enum { WRITES = 1, SYNCS = 2, NAMES = 4, OPENS = 8 };

static long calls;
static long crash_at = -1;
// What the call fails with; 0: the process dies in it.
static int fail_errno;
static int is_sticky;
static int kinds = WRITES | SYNCS | NAMES;
// Only files whose paths begin so; null: all.
static const char *below;
// Nothing is counted, and nothing fails, without this file; null: always.
static const char *armed;

void rondo_crash_at(long n) {
    __atomic_store_n(&calls, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&crash_at, n, __ATOMIC_SEQ_CST);
}
long rondo_crash_calls(void) { return __atomic_load_n(&calls, __ATOMIC_SEQ_CST); }
int rondo_crash_supported(void) { return 1; }

static int kinds_of(int code) {
    switch (code) {
    case EMFILE: return OPENS;
    case EROFS: return WRITES | NAMES | OPENS;
    case ENOSPC:
    case EDQUOT: return WRITES | NAMES;
    default: return WRITES | SYNCS | NAMES;
    }
}

__attribute__((constructor)) static void read_environment(void) {
    const char *at = getenv("FAULT_AT"), *code = getenv("FAULT_ERRNO");
    if (at == NULL) return;
    below = getenv("FAULT_BELOW");
    armed = getenv("FAULT_ARMED");
    is_sticky = getenv("FAULT_STICKY") != NULL;
    fail_errno = code == NULL ? 0 : atoi(code);
    if (fail_errno != 0) kinds = kinds_of(fail_errno);
    rondo_crash_at(atol(at));
}

static void die(void) {
    syscall(SYS_kill, getpid(), SIGNAL_KILL);
    for (;;) pause();
}

static int concerns(int fd, const char *path) {
    if (below == NULL) return 1;
    char place[PATH_SIZE];
    if (path == NULL) {
        char name[32] = "/proc/self/fd/", digits[12];
        int length = 0;
        for (int rest = fd; rest > 0 || length == 0; rest /= 10) digits[length++] = (char)('0' + rest % 10);
        for (int index = 0; index < length; index++) name[14 + index] = digits[length - 1 - index];
        long size = syscall(SYS_readlinkat, AT_CWD, name, place, sizeof place - 1);
        if (size < 0) return 0;
        place[size] = 0;
        path = place;
    }
    return strncmp(path, below, strlen(below)) == 0;
}

/// The number of this call if something is to happen in it, 0 otherwise.
static long hits(int kind, int fd, const char *path) {
    long at = __atomic_load_n(&crash_at, __ATOMIC_SEQ_CST);
    int before = errno;
    if (at < 0 || !(kinds & kind) || !concerns(fd, path)) return errno = before, 0;
    if (armed != NULL && syscall(SYS_faccessat, AT_CWD, armed, 0) != 0) return errno = before, 0;
    errno = before;
    long n = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    return at > 0 && (n == at || (is_sticky && fail_errno != 0 && n > at)) ? n : 0;
}

/// Whether this call fails; errno says with what. The process may die instead.
static int fails(int kind, int fd, const char *path) {
    if (hits(kind, fd, path) == 0) return 0;
    if (fail_errno == 0) die();
    errno = fail_errno;
    return 1;
}

static int is_file(int fd) {
    struct stat facts;
    return fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
}

ssize_t write(int fd, const void *bytes, size_t size) {
    if (is_file(fd)) {
        long n = hits(WRITES, fd, NULL);
        if (n && fail_errno != 0) return errno = fail_errno, -1;
        if (n && n % 2 == 0) syscall(SYS_write, fd, bytes, size / 2);
        if (n) die();
    }
    return syscall(SYS_write, fd, bytes, size);
}

static ssize_t write_at(int fd, const void *bytes, size_t size, off_t offset) {
    long n = hits(WRITES, fd, NULL);
    if (n && fail_errno != 0) return errno = fail_errno, -1;
    if (n && n % 2 == 0) syscall(SYS_pwrite64, fd, bytes, size / 2, offset);
    if (n) die();
    return syscall(SYS_pwrite64, fd, bytes, size, offset);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return write_at(fd, bytes, size, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) { return write_at(fd, bytes, size, offset); }

int fsync(int fd) { return fails(SYNCS, fd, NULL) ? -1 : (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { return fails(SYNCS, fd, NULL) ? -1 : (int)syscall(SYS_fdatasync, fd); }
int ftruncate(int fd, off_t size) { return fails(WRITES, fd, NULL) ? -1 : (int)syscall(SYS_ftruncate, fd, size); }
int ftruncate64(int fd, off_t size) { return fails(WRITES, fd, NULL) ? -1 : (int)syscall(SYS_ftruncate, fd, size); }

int rename(const char *from, const char *to) {
    return fails(NAMES, -1, to) ? -1 : (int)syscall(SYS_renameat2, AT_CWD, from, AT_CWD, to, 0);
}
int link(const char *from, const char *to) {
    return fails(NAMES, -1, to) ? -1 : (int)syscall(SYS_linkat, AT_CWD, from, AT_CWD, to, 0);
}
int unlink(const char *path) {
    return fails(NAMES, -1, path) ? -1 : (int)syscall(SYS_unlinkat, AT_CWD, path, 0);
}
int rmdir(const char *path) {
    return fails(NAMES, -1, path) ? -1 : (int)syscall(SYS_unlinkat, AT_CWD, path, AT_REMOVE_DIRECTORY);
}
int mkdir(const char *path, mode_t mode) {
    return fails(NAMES, -1, path) ? -1 : (int)syscall(SYS_mkdirat, AT_CWD, path, mode);
}
int remove(const char *path) {
    int result = unlink(path);
    return result != 0 && (errno == EISDIR || errno == EPERM) ? rmdir(path) : result;
}

static int open_file(const char *path, int flags, mode_t mode) {
    int kind = flags & OPEN_CREATE ? NAMES : 0;
    if (fail_errno != EROFS || (flags & OPEN_WRITES)) kind |= kinds & OPENS;
    if (kind != 0 && fails(kind, -1, path)) return -1;
    return (int)syscall(SYS_openat, AT_CWD, path, flags, mode);
}
static int takes_mode(int flags) { return (flags & OPEN_CREATE) || (flags & OPEN_TEMPORARY) == OPEN_TEMPORARY; }
static mode_t mode_after(int flags, va_list arguments) { return takes_mode(flags) ? va_arg(arguments, mode_t) : 0; }

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_after(flags, arguments);
    va_end(arguments);
    return open_file(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = mode_after(flags, arguments);
    va_end(arguments);
    return open_file(path, flags, mode);
}

#else

void rondo_crash_at(long n) { (void)n; }
long rondo_crash_calls(void) { return 0; }
int rondo_crash_supported(void) { return 0; }

#endif
