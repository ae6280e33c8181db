#include "CAllocator.h"

// Says whose C library it is.
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>

void rondo_allocator_bound(int arenas, int mapped_size_bytes_min) {
    mallopt(M_ARENA_MAX, arenas);
    // Set, it no longer rises by itself to 32 MiB: a body once freed would make its successors stay.
    mallopt(M_MMAP_THRESHOLD, mapped_size_bytes_min);
    mallopt(M_TRIM_THRESHOLD, 8 * mapped_size_bytes_min);
}

void rondo_allocator_trim(void) { malloc_trim(0); }
#else
void rondo_allocator_bound(int arenas, int mapped_size_bytes_min) {
    (void)arenas;
    (void)mapped_size_bytes_min;
}

void rondo_allocator_trim(void) {}
#endif
