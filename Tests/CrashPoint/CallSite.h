#ifndef RONDO_CALL_SITE_H
#define RONDO_CALL_SITE_H

/// Maps the file of FAULT_CONTROL (see CCrashPoint.h), once, and looks where the program's code lies.
void rondo_sites_open(const char *path);

/// Whether there is such a file.
int rondo_sites_are_open(void);

/// Notes a call at its place in the code. Answers the errno that it fails with; 0: none.
///
/// `takes` says whether calls of this kind can fail with an errno, at the place that fails and behind it; `place` is
/// the path below the data directory.
int rondo_site_fails(const char *name, const char *place, int kind, int (*takes)(int code, int kind, int is_first));

#endif
