#ifndef RONDO_CTHREAD_H
#define RONDO_CTHREAD_H

#include <stdint.h>

/// Names the calling thread for whoever looks at the process (`top -H`, `perf`). Linux keeps 15 bytes.
void rondo_name_thread(const char *name);

/// Asks for turns of this length on the processor for the calling thread. Since Linux 6.12 a thread that wakes runs at
/// once, in place of one with longer turns; before, nothing changes. Nor where the system refuses.
void rondo_set_turns(unsigned microseconds);

/// From now on the calling thread, which works for long, lets others run that wait for its processor after each piece
/// of its work that took so long: see `rondo_worked`. 0, as every thread begins: it does not.
void rondo_set_pieces(unsigned microseconds);

/// The piece of work at hand of a thread.
struct rondo_piece {
    /// Nanoseconds of a piece; 0 for a thread without.
    uint64_t length;
    /// When it began, in nanoseconds of CLOCK_MONOTONIC.
    uint64_t begun;
    /// Operations until the clock is looked at.
    int64_t left;
    /// Pieces before it.
    uint64_t ended;
};
extern _Thread_local struct rondo_piece rondo_piece;

/// Looks at the clock; if the piece at hand has ended, others run.
void rondo_end_piece(void);

/// Pieces of the calling thread that have ended.
uint64_t rondo_pieces_ended(void);

/// Called within long work wherever others may run, with what was done since the last call: multiplications, or bytes
/// written. A thread without pieces goes on at once.
static inline void rondo_worked(uint64_t operations) {
    struct rondo_piece *piece = &rondo_piece;
    if (piece->length != 0 && (piece->left -= (int64_t)operations) < 0) rondo_end_piece();
}

#endif
