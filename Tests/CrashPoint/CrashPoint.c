// Takes the place of libc's calls that change files, for this program and for the libraries that it loads: SQLite's
// writes are counted as well as our own.

#include "CCrashPoint.h"

#if defined(__linux__)

#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// fcntl.h and stdio.h would declare the very names that are defined here, each in its own way.
#define AT_CWD (-100)
#define AT_REMOVE_DIRECTORY 0x200
#define OPEN_CREATE 0100
#define OPEN_TEMPORARY 020000000
#define SIGNAL_KILL 9

static long calls;
static long crash_at = -1;

void rondo_crash_at(long n) {
    __atomic_store_n(&calls, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&crash_at, n, __ATOMIC_SEQ_CST);
}
long rondo_crash_calls(void) { return __atomic_load_n(&calls, __ATOMIC_SEQ_CST); }
int rondo_crash_supported(void) { return 1; }

static void die(void) {
    syscall(SYS_kill, getpid(), SIGNAL_KILL);
    for (;;) pause();
}

/// The number of this call if the process is to die in it, 0 otherwise.
static long dies_now(void) {
    long at = __atomic_load_n(&crash_at, __ATOMIC_SEQ_CST);
    if (at < 0) return 0;
    return __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) == at ? at : 0;
}

static void count(void) {
    if (dies_now()) die();
}

static int is_file(int fd) {
    struct stat facts;
    return fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
}

ssize_t write(int fd, const void *bytes, size_t size) {
    if (is_file(fd)) {
        long n = dies_now();
        if (n && n % 2 == 0) syscall(SYS_write, fd, bytes, size / 2);
        if (n) die();
    }
    return syscall(SYS_write, fd, bytes, size);
}

static ssize_t write_at(int fd, const void *bytes, size_t size, off_t offset) {
    long n = dies_now();
    if (n && n % 2 == 0) syscall(SYS_pwrite64, fd, bytes, size / 2, offset);
    if (n) die();
    return syscall(SYS_pwrite64, fd, bytes, size, offset);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return write_at(fd, bytes, size, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) { return write_at(fd, bytes, size, offset); }

int fsync(int fd) { return count(), (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { return count(), (int)syscall(SYS_fdatasync, fd); }
int ftruncate(int fd, off_t size) { return count(), (int)syscall(SYS_ftruncate, fd, size); }
int ftruncate64(int fd, off_t size) { return count(), (int)syscall(SYS_ftruncate, fd, size); }

int rename(const char *from, const char *to) {
    return count(), (int)syscall(SYS_renameat2, AT_CWD, from, AT_CWD, to, 0);
}
int unlink(const char *path) { return count(), (int)syscall(SYS_unlinkat, AT_CWD, path, 0); }
int rmdir(const char *path) { return count(), (int)syscall(SYS_unlinkat, AT_CWD, path, AT_REMOVE_DIRECTORY); }
int mkdir(const char *path, mode_t mode) { return count(), (int)syscall(SYS_mkdirat, AT_CWD, path, mode); }
int remove(const char *path) {
    int result = unlink(path);
    return result != 0 && (errno == EISDIR || errno == EPERM) ? rmdir(path) : result;
}

static int open_file(const char *path, int flags, mode_t mode) {
    if (flags & OPEN_CREATE) count();
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
