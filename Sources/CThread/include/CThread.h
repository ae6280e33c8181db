#ifndef RONDO_CTHREAD_H
#define RONDO_CTHREAD_H

/// Names the calling thread for whoever looks at the process (`top -H`, `perf`). Linux keeps 15 bytes.
void rondo_name_thread(const char *name);

/// Asks for turns of this length on the processor for the calling thread. Since Linux 6.12 a thread that wakes runs at
/// once, in place of one with longer turns; before, nothing changes. Nor where the system refuses.
void rondo_set_turns(unsigned microseconds);

#endif
