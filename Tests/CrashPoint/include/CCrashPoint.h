#ifndef RONDO_CRASH_POINT_H
#define RONDO_CRASH_POINT_H

/// From now on, calls that change files are counted, and at the n-th (from 1) the process ends itself with SIGKILL. An
/// even one that writes leaves half of its bytes behind, every other has not happened. 0: they are only counted.
void rondo_crash_at(long n);

/// Calls counted so far.
long rondo_crash_calls(void);

/// Whether calls can be counted on this system.
int rondo_crash_supported(void);

#endif
