#include "CAllocationCounter.h"
#include <stddef.h>
#include <stdlib.h>

#if defined(__GLIBC__)
#include <errno.h>

static long allocations;
static void note(void) { __atomic_fetch_add(&allocations, 1, __ATOMIC_RELAXED); }

// glibc lets a program replace these, and keeps its own under these names.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

void *malloc(size_t n) { return note(), __libc_malloc(n); }
void *calloc(size_t n, size_t size) { return note(), __libc_calloc(n, size); }
void *realloc(void *p, size_t n) { return note(), __libc_realloc(p, n); }
void *memalign(size_t alignment, size_t n) { return note(), __libc_memalign(alignment, n); }
void *aligned_alloc(size_t alignment, size_t n) { return note(), __libc_memalign(alignment, n); }
int posix_memalign(void **p, size_t alignment, size_t n) {
    note();
    *p = __libc_memalign(alignment, n);
    return *p ? 0 : ENOMEM;
}
void free(void *p) { __libc_free(p); }

long rk_allocations(void) { return __atomic_load_n(&allocations, __ATOMIC_RELAXED); }
int rk_counts_allocations(void) { return 1; }
#else
long rk_allocations(void) { return 0; }
int rk_counts_allocations(void) { return 0; }
#endif
