#ifndef RONDO_CALLOCATOR_H
#define RONDO_CALLOCATOR_H
#include <stddef.h>

/// Bounds what the C library's allocator keeps for itself. Call once, before threads start. Does nothing where it is
/// not glibc's.
///
/// - arenas: the most separate heaps; freed memory of one is of no use to another.
/// - mapped_size_bytes_min: larger pieces go back to the system as soon as they are freed.
void rondo_allocator_bound(int arenas, int mapped_size_bytes_min);

/// Gives free memory back to the system, from the middle of the heaps, too. Takes milliseconds.
void rondo_allocator_trim(void);

#endif
