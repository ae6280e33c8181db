#ifndef RONDO_CEPOLL_H
#define RONDO_CEPOLL_H

// What readiness and accepting need of Linux and Swift's Glibc module does not show: epoll(7), eventfd(2), accept4(2).
// No system header is included here: its types would belong to this module as well as to Glibc's.
// All functions answer as the system call does: below zero, with errno set, when it failed.

#include <stdint.h>

/// One event of `rondo_epoll_wait`. epoll's own struct is packed on x86-64 only, so it stays on the other side.
struct rondo_event {
    uint64_t token;
    uint32_t flags;
};

enum {
    /// The most events that one call of `rondo_epoll_wait` returns.
    RONDO_EPOLL_BATCH = 256
};

// EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR, EPOLLET.
extern const uint32_t rondo_epoll_in, rondo_epoll_out, rondo_epoll_read_hang_up, rondo_epoll_hang_up, rondo_epoll_error,
    rondo_epoll_edge;

int rondo_epoll_create(void);
int rondo_epoll_add(int set, int descriptor, uint32_t flags, uint64_t token);
/// `events` has room for RONDO_EPOLL_BATCH.
int rondo_epoll_wait(int set, struct rondo_event *events, int timeout_milliseconds);
/// Non-blocking, closed on exec.
int rondo_eventfd(void);
/// The same; `address` is a `sockaddr_storage`, `length` its size, then that of the address.
int rondo_accept(int listener, void *address, uint32_t *length);

#endif
