// Takes the place of libc's calls that change files, for this program and for the libraries that it loads: SQLite's
// writes are counted as well as our own. Linked into a program it is told by functions what to do; preloaded into
// another (LD_PRELOAD) by the environment, see CCrashPoint.h.

#define _GNU_SOURCE
#include "CCrashPoint.h"
#include "CallSite.h"

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

// Kinds of calls, as bits. Those that only read are counted where call sites are told apart.
enum { WRITES = 1, SYNCS = 2, NAMES = 4, OPENS = 8, READS = 16 };

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

/// The same where call sites are told apart. Delayed allocation may tell of a full disk at a sync; what is written
/// already can be synced on a full disk.
static int takes(int code, int kind, int is_first) {
    int more = code == EIO ? READS : is_first && (code == ENOSPC || code == EDQUOT) ? SYNCS : 0;
    return (kinds_of(code) | more) & kind;
}

__attribute__((constructor)) static void read_environment(void) {
    const char *at = getenv("FAULT_AT"), *code = getenv("FAULT_ERRNO"), *control = getenv("FAULT_CONTROL");
    below = getenv("FAULT_BELOW");
    if (control != NULL && below != NULL) rondo_sites_open(control);
    if (at == NULL) return;
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

/// The path of a file, which may be known by its descriptor only; NULL where there is none.
static const char *path_of(int fd, const char *path, char *place) {
    if (path != NULL) return path;
    char name[32] = "/proc/self/fd/", digits[12];
    int length = 0;
    for (int rest = fd; rest > 0 || length == 0; rest /= 10) digits[length++] = (char)('0' + rest % 10);
    for (int index = 0; index < length; index++) name[14 + index] = digits[length - 1 - index];
    long size = syscall(SYS_readlinkat, AT_CWD, name, place, PATH_SIZE - 1);
    if (size < 0) return NULL;
    place[size] = 0;
    return place;
}

/// The part of a path behind `below`; NULL for a file that does not concern us.
static const char *concern(int fd, const char *path, char *place) {
    if (below == NULL) return "";
    path = path_of(fd, path, place);
    size_t size = strlen(below);
    return path != NULL && strncmp(path, below, size) == 0 ? path + size : NULL;
}

/// The number of this call if something is to happen in it, 0 otherwise; errno, where it matters, is `*code`.
static long hits(const char *name, int kind, int fd, const char *path, int *code) {
    int before = errno;
    long at = __atomic_load_n(&crash_at, __ATOMIC_SEQ_CST), n = 0;
    char place[PATH_SIZE];
    const char *rest;
    *code = fail_errno;
    if (rondo_sites_are_open()) {
        if ((rest = concern(fd, path, place)) != NULL) n = *code = rondo_site_fails(name, rest, kind, takes);
    } else if (at >= 0 && (kinds & kind) && concern(fd, path, place) != NULL &&
               (armed == NULL || syscall(SYS_faccessat, AT_CWD, armed, 0) == 0)) {
        n = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
        if (at == 0 || (n != at && !(is_sticky && fail_errno != 0 && n > at))) n = 0;
    }
    errno = before;
    return n;
}

/// Whether this call fails; errno says with what. The process may die instead.
static int fails(const char *name, int kind, int fd, const char *path) {
    int code;
    if (hits(name, kind, fd, path, &code) == 0) return 0;
    if (code == 0) die();
    errno = code;
    return 1;
}

static int is_file(int fd) {
    struct stat facts;
    return fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
}

ssize_t write(int fd, const void *bytes, size_t size) {
    if (is_file(fd)) {
        int code;
        long n = hits(__func__, WRITES, fd, NULL, &code);
        if (n && code != 0) return errno = code, -1;
        if (n && n % 2 == 0) syscall(SYS_write, fd, bytes, size / 2);
        if (n) die();
    }
    return syscall(SYS_write, fd, bytes, size);
}

static ssize_t write_at(int fd, const void *bytes, size_t size, off_t offset) {
    int code;
    long n = hits("pwrite", WRITES, fd, NULL, &code);
    if (n && code != 0) return errno = code, -1;
    if (n && n % 2 == 0) syscall(SYS_pwrite64, fd, bytes, size / 2, offset);
    if (n) die();
    return syscall(SYS_pwrite64, fd, bytes, size, offset);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return write_at(fd, bytes, size, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) { return write_at(fd, bytes, size, offset); }

ssize_t read(int fd, void *bytes, size_t size) {
    // Sockets and pipes are read far more often than files.
    if (rondo_sites_are_open() && is_file(fd) && fails(__func__, READS, fd, NULL)) return -1;
    return syscall(SYS_read, fd, bytes, size);
}
static ssize_t read_at(int fd, void *bytes, size_t size, off_t offset) {
    if (rondo_sites_are_open() && fails("pread", READS, fd, NULL)) return -1;
    return syscall(SYS_pread64, fd, bytes, size, offset);
}
ssize_t pread(int fd, void *bytes, size_t size, off_t offset) { return read_at(fd, bytes, size, offset); }
ssize_t pread64(int fd, void *bytes, size_t size, off_t offset) { return read_at(fd, bytes, size, offset); }

int fsync(int fd) { return fails(__func__, SYNCS, fd, NULL) ? -1 : (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { return fails(__func__, SYNCS, fd, NULL) ? -1 : (int)syscall(SYS_fdatasync, fd); }
int ftruncate(int fd, off_t size) {
    return fails(__func__, WRITES, fd, NULL) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}
int ftruncate64(int fd, off_t size) {
    return fails("ftruncate", WRITES, fd, NULL) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}
int posix_fallocate(int fd, off_t offset, off_t size) {
    if (fails(__func__, WRITES, fd, NULL)) return errno;
    return syscall(SYS_fallocate, fd, 0, offset, size) == 0 ? 0 : errno;
}

int rename(const char *from, const char *to) {
    return fails(__func__, NAMES, -1, to) ? -1 : (int)syscall(SYS_renameat2, AT_CWD, from, AT_CWD, to, 0);
}
int link(const char *from, const char *to) {
    return fails(__func__, NAMES, -1, to) ? -1 : (int)syscall(SYS_linkat, AT_CWD, from, AT_CWD, to, 0);
}
int unlink(const char *path) {
    return fails(__func__, NAMES, -1, path) ? -1 : (int)syscall(SYS_unlinkat, AT_CWD, path, 0);
}
int rmdir(const char *path) {
    return fails(__func__, NAMES, -1, path) ? -1 : (int)syscall(SYS_unlinkat, AT_CWD, path, AT_REMOVE_DIRECTORY);
}
int mkdir(const char *path, mode_t mode) {
    return fails(__func__, NAMES, -1, path) ? -1 : (int)syscall(SYS_mkdirat, AT_CWD, path, mode);
}
int remove(const char *path) {
    int result = unlink(path);
    return result != 0 && (errno == EISDIR || errno == EPERM) ? rmdir(path) : result;
}

static int open_file(const char *path, int flags, mode_t mode) {
    int writes = (flags & OPEN_WRITES) != 0, creates = (flags & OPEN_CREATE) != 0;
    int kind = creates ? NAMES : 0;
    if (rondo_sites_are_open()) {
        kind |= READS | (writes ? OPENS : 0);
    } else if (fail_errno != EROFS || writes) {
        kind |= kinds & OPENS;
    }
    if (kind != 0 && fails(creates ? "create" : writes ? "change" : "open", kind, -1, path)) return -1;
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
