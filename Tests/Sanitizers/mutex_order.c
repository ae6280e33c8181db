// Tells ThreadSanitizer what it cannot see: the standard library's Mutex takes its fast path inside our code, where the
// sanitizer follows the atomics, and its contended path inside libswiftSynchronization, which is not instrumented and
// hands the lock over by the kernel (futex(2), FUTEX_LOCK_PI). Preloaded, these wrappers run the library's functions
// and state the order they establish; they hide no race that a mutex does not order.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *handle

// Synchronization._MutexHandle: _lockSlow(UInt32), _tryLockSlow() -> Bool, _unlockSlow().
SWIFT void lock_slow(uint32_t thread, SELF) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT bool try_lock_slow(SELF) __asm__("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
SWIFT void unlock_slow(SELF) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");

static void *library(const char *symbol) {
    void *function = dlsym(RTLD_NEXT, symbol);
    if (!function) abort();
    return function;
}

SWIFT void lock_slow(uint32_t thread, SELF) {
    SWIFT void (*function)(uint32_t, SELF) = library("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
    function(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT bool try_lock_slow(SELF) {
    SWIFT bool (*function)(SELF) = library("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
    bool taken = function(handle);
    if (taken && __tsan_acquire) __tsan_acquire(handle);
    return taken;
}

SWIFT void unlock_slow(SELF) {
    if (__tsan_release) __tsan_release(handle);
    SWIFT void (*function)(SELF) = library("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
    function(handle);
}
