#define _GNU_SOURCE
#include "CEpoll.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

const uint32_t rondo_epoll_in = EPOLLIN, rondo_epoll_out = EPOLLOUT, rondo_epoll_read_hang_up = EPOLLRDHUP,
               rondo_epoll_hang_up = EPOLLHUP, rondo_epoll_error = EPOLLERR, rondo_epoll_edge = EPOLLET;

int rondo_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int rondo_epoll_add(int set, int descriptor, uint32_t flags, uint64_t token) {
    struct epoll_event event = {.events = flags, .data = {.u64 = token}};
    return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
}

int rondo_epoll_wait(int set, struct rondo_event *events, int timeout_milliseconds) {
    struct epoll_event found[RONDO_EPOLL_BATCH];
    int count = epoll_wait(set, found, RONDO_EPOLL_BATCH, timeout_milliseconds);
    for (int index = 0; index < count; index++) {
        events[index].token = found[index].data.u64;
        events[index].flags = found[index].events;
    }
    return count;
}

int rondo_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int rondo_accept(int listener, void *address, uint32_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
