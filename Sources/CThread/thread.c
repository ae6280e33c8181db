#define _GNU_SOURCE
#include "CThread.h"

#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Not pthread_setname_np, which refuses a longer name; prctl(2) cuts it.
void rondo_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

// As of sched_setattr(2); the C library has no such type before glibc 2.41.
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

enum { reset_on_fork = 1 };

void rondo_set_turns(unsigned microseconds) {
    struct attributes a = {.size = sizeof a};
    // The rest, the nice value above all, stays as it is. Threads that this one makes have the usual turns again.
    if (syscall(SYS_sched_getattr, 0, &a, sizeof a, 0) != 0 || a.policy != SCHED_OTHER) return;
    a = (struct attributes){
        .size = sizeof a, .flags = reset_on_fork, .nice = a.nice, .runtime = microseconds * UINT64_C(1000)};
    syscall(SYS_sched_setattr, 0, &a, 0);
}

_Thread_local struct rondo_piece rondo_piece;

// Some microseconds of work; a look at the clock takes a hundredth of that.
enum { operations_between_looks = 1 << 18 };

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void rondo_set_pieces(unsigned microseconds) {
    rondo_piece = (struct rondo_piece){.length = microseconds * UINT64_C(1000), .begun = now()};
}

// Linux decides at a tick of its clock, every 4 ms, or when a thread wakes, whose turn it is. A nice thread that had no
// turn for long is owed one and then has it to the next tick, whoever wakes meanwhile. sched_yield(2) ends its turn
// (since Linux 6.18 with what it is owed), and costs .2 µs where nobody waits.
void rondo_end_piece(void) {
    rondo_piece.left = operations_between_looks;
    if (now() - rondo_piece.begun < rondo_piece.length) return;
    sched_yield();
    rondo_piece.begun = now();
    rondo_piece.ended++;
}

uint64_t rondo_pieces_ended(void) { return rondo_piece.ended; }
