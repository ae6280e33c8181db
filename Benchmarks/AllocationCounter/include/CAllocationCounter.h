// Counts the allocations of the process that this is linked into, by standing before the C library's (glibc only;
// elsewhere 0).
#ifndef CALLOCATIONCOUNTER_H
#define CALLOCATIONCOUNTER_H

/// Allocations since the start, by any thread.
long rk_allocations(void);
/// Whether they are counted here.
int rk_counts_allocations(void);

#endif
