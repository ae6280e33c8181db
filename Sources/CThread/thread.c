#define _GNU_SOURCE
#include "CThread.h"

#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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
