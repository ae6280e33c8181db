#ifndef RONDO_CRASH_POINT_H
#define RONDO_CRASH_POINT_H

/// From now on, calls that change files are counted, and at the n-th (from 1) the process ends itself with SIGKILL. An
/// even one that writes leaves half of its bytes behind, every other has not happened. 0: they are only counted.
///
/// A process into which this library is preloaded reads the same from its environment:
///
///     FAULT_AT=n          the call
///     FAULT_ERRNO=code    it fails with this, in place of the process's end: 28 ENOSPC, 122 EDQUOT, 30 EROFS,
///                               5 EIO, 24 EMFILE, each of the calls that can fail so
///     FAULT_STICKY=1      all after it fail, too
///     FAULT_BELOW=path    of files below it only
///     FAULT_ARMED=file    only while there is such a file
void rondo_crash_at(long n);

/// Calls counted so far.
long rondo_crash_calls(void);

/// Whether calls can be counted on this system.
int rondo_crash_supported(void);

#endif
