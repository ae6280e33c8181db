// Makes and ends connections as fast as one process can, each cut at a phase of its own. Targets are on loopback only.
//   cc -O2 -D_GNU_SOURCE churn.c -o churn
//   ./churn VARIANT 127.0.0.1:PORT|unix:PATH [--tls] [--count N] [--seconds S] [--in-flight N] [--source 0..255]
// Ends after `count` connections or `seconds`, at SIGTERM, or when nobody listens any more; prints one JSON object.
// With --tls each variant speaks TLS as far as plain bytes go: a whole ClientHello takes the place of a request's head.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "churn_phases.h"

enum {
    in_flight_max = 4096,
    refusals_max = 200,        // in a row: the server is gone
    connect_milliseconds = 50, // then a full queue has dropped us: the kernel would try again after 1 s
    answer_milliseconds = 10000, // of a polite one; the others wait less, for what they want may never come
    wait_milliseconds = 100,
    drain_bytes_max = 1 << 17,
    error_kinds = 140,
    bytes_max = 1 << 16
};
typedef enum { state_free, state_connecting, state_held, state_reading, state_draining } slot_state;

typedef struct {
    int fd;
    slot_state state;
    double deadline;
    plan plan;
    long read;
    char status[16]; // the beginning of the answer
} slot;

static int is_unix, in_flight = 64, source = 1;
static long long count_max = 1LL << 60;
static double seconds_max = 10, started;
static struct sockaddr_storage target;
static socklen_t target_length;
static slot slots[in_flight_max];
static int held[in_flight_max], held_count, waiting_count, free_slots[in_flight_max], free_count;
static int poller, is_refused, refusals;
static volatile sig_atomic_t is_stopped;
static long long made, attempts, answers_good, answers_other, answers_none, connect_timeouts, answer_timeouts;
static long long errors[error_kinds + 1];
static unsigned long long bytes_read, bytes_sent;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void note_error(int number) { errors[number < error_kinds ? number : error_kinds]++; }

static void release(int index) {
    slots[index].state = state_free;
    free_slots[free_count++] = index;
}

static void end_slot(int index, ending end) {
    slot *s = &slots[index];
    if (end == rst) {
        struct linger option = {1, 0};
        setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &option, sizeof option);
    }
    close(s->fd);
    release(index);
}

static void hold(int index) {
    slots[index].state = state_held;
    held[held_count++] = index;
}

static void wait_for(int index, slot_state state, uint32_t events, int milliseconds) {
    slot *s = &slots[index];
    struct epoll_event event = {.events = events, .data.u32 = (uint32_t)index};
    int operation = s->state == state_connecting ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(poller, operation, s->fd, &event) != 0) note_error(errno);
    if (operation == EPOLL_CTL_ADD) waiting_count++;
    s->state = state;
    s->deadline = now() + 1e-3 * milliseconds;
}

static void leave_poller(int index) {
    epoll_ctl(poller, EPOLL_CTL_DEL, slots[index].fd, NULL);
    waiting_count--;
}

// Its bytes are sent or refused: it ends now or later, by chance, so that the server meets both.
static void finish(int index) {
    slot *s = &slots[index];
    int is_shuffled = !strcmp(variant, "shuffled");
    if (s->plan.end == fin && !is_shuffled && shutdown(s->fd, SHUT_WR) == 0 && random_below(2)) {
        wait_for(index, state_draining, EPOLLIN, wait_milliseconds); // reads until the server has closed, too
    } else if (is_shuffled || random_below(2)) {
        hold(index);
    } else {
        end_slot(index, s->plan.end);
    }
}

static void begin(int index) {
    slot *s = &slots[index];
    made++;
    refusals = 0;
    int was_connecting = s->state == state_connecting;
    if (s->plan.length > 0) {
        ssize_t sent = send(s->fd, s->plan.bytes, s->plan.length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) bytes_sent += (unsigned long long)sent;
        else note_error(errno);
    }
    int milliseconds = s->plan.is_polite ? answer_milliseconds : wait_milliseconds;
    if (s->plan.reads != 0) return wait_for(index, state_reading, EPOLLIN, milliseconds);
    if (was_connecting) leave_poller(index);
    s->state = state_free;
    finish(index);
}

static void note_answer(slot *s) {
    if (!s->plan.is_polite) return;
    if (s->read == 0) answers_none++;
    else if (!memcmp(s->status, "HTTP/1.1 200", 12)) answers_good++;
    else answers_other++;
}

static void give_up(int index) {
    leave_poller(index);
    if (slots[index].state == state_connecting) connect_timeouts++;
    else answer_timeouts++, note_answer(&slots[index]);
    end_slot(index, rst);
}

// The answer, or its end, or that of a connection.
static void receive(int index) {
    static char buffer[bytes_max];
    slot *s = &slots[index];
    size_t room = s->plan.reads > 0 && s->state == state_reading ? (size_t)(s->plan.reads - s->read) : sizeof buffer;
    ssize_t n = recv(s->fd, buffer, room, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) note_error(errno);
    if (n > 0) {
        bytes_read += (unsigned long long)n;
        for (ssize_t i = 0; i < n && s->read + i < (ssize_t)sizeof s->status; i++) s->status[s->read + i] = buffer[i];
        s->read += n;
        long enough = s->state == state_draining ? drain_bytes_max : s->plan.reads;
        if (enough < 0 || s->read < enough) return;
    }
    leave_poller(index);
    if (s->state == state_reading && n > 0) {
        s->state = state_free;
        finish(index);
    } else {
        note_answer(s);
        end_slot(index, n == 0 ? fin : rst);
    }
}

static void became_connected(int index) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(slots[index].fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error == 0) return begin(index);
    note_error(error);
    if (error == ECONNREFUSED && ++refusals > refusals_max) is_refused = 1;
    leave_poller(index);
    end_slot(index, rst);
}

static int open_one(void) {
    int fd = socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0) return note_error(errno), -1;
    attempts++;
    if (!is_unix) {
        // An address of 60,000: ports do not run out, and are chosen by the whole pair of addresses (ip(7)).
        struct sockaddr_in from = {.sin_family = AF_INET};
        uint32_t host = random_below(240) << 8 | (1 + random_below(250));
        from.sin_addr.s_addr = htonl(0x7F000000u | (uint32_t)(1 + source) << 16 | host);
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        if (bind(fd, (struct sockaddr *)&from, sizeof from) != 0) note_error(errno);
    }
    int code = connect(fd, (struct sockaddr *)&target, target_length);
    if (code != 0 && errno != EINPROGRESS) {
        int error = errno;
        close(fd);
        note_error(error);
        if ((error == ECONNREFUSED || error == ENOENT) && ++refusals > refusals_max) is_refused = 1;
        return -1;
    }
    int index = free_slots[--free_count];
    slots[index] = (slot){.fd = fd, .plan = make_plan()};
    if (code == 0) begin(index);
    else wait_for(index, state_connecting, EPOLLOUT, connect_milliseconds);
    return 0;
}

static void close_held(int all) {
    while (held_count > 0) {
        int at = (int)random_below((uint32_t)held_count), index = held[at];
        held[at] = held[--held_count];
        end_slot(index, slots[index].plan.end);
        if (!all) return;
    }
}

static void poll_waiting(int milliseconds) {
    static double looked;
    struct epoll_event events[256];
    int n = epoll_wait(poller, events, 256, milliseconds);
    for (int i = 0; i < n; i++) {
        int index = (int)events[i].data.u32;
        if (slots[index].state == state_connecting) became_connected(index);
        else if (slots[index].state != state_free) receive(index);
    }
    double time = now();
    if (time - looked < 0.01) return;
    looked = time;
    for (int index = 0; index < in_flight; index++) {
        slot *s = &slots[index];
        if (s->state != state_free && s->state != state_held && s->deadline < time) give_up(index);
    }
}

static void run(void) {
    int is_shuffled = !strcmp(variant, "shuffled");
    while (!is_stopped && !is_refused && made < count_max && now() - started < seconds_max) {
        int failed = 0;
        for (int i = 0; i < 64 && free_count > 0 && made < count_max && !failed; i++) failed = open_one() != 0;
        if (is_shuffled ? held_count == in_flight : free_count == 0 && held_count > 0) close_held(is_shuffled);
        // A listener on a Unix socket whose queue is full answers EAGAIN: a moment for the server.
        if (failed) usleep(200);
        if (waiting_count > 0) poll_waiting(free_count == 0 ? 1 : 0);
    }
    close_held(1);
    for (double end = now() + 5; waiting_count > 0 && !is_refused && now() < end;) poll_waiting(1);
}

static void print_result(void) {
    double seconds = now() - started;
    printf("{\"variant\":\"%s\",\"seconds\":%.2f,\"connections\":%lld,\"per_second\":%.0f,\"attempts\":%lld,"
           "\"bytes_sent\":%llu,\"bytes_read\":%llu,\"connect_timeouts\":%lld,\"answer_timeouts\":%lld,\"refused\":%s",
        variant, seconds, made, (double)made / seconds, attempts, bytes_sent, bytes_read, connect_timeouts,
        answer_timeouts, is_refused ? "true" : "false");
    if (!strcmp(variant, "polite"))
        printf(",\"answers\":{\"200\":%lld,\"other\":%lld,\"none\":%lld}", answers_good, answers_other, answers_none);
    printf(",\"errors\":{");
    const char *comma = "";
    for (int i = 0; i <= error_kinds; i++) {
        if (errors[i] == 0) continue;
        const char *name = i < error_kinds ? strerrorname_np(i) : NULL;
        printf("%s\"%s\":%lld", comma, name ? name : "other", errors[i]);
        comma = ",";
    }
    printf("}}\n");
}

static void fail(const char *message) {
    fprintf(stderr, "churn: %s\n", message);
    exit(2);
}

static void set_target(const char *text) {
    if (!strncmp(text, "unix:", 5)) {
        struct sockaddr_un *address = (struct sockaddr_un *)&target;
        if (strlen(text + 5) >= sizeof address->sun_path) fail("the socket's path is too long");
        is_unix = 1, address->sun_family = AF_UNIX;
        strcpy(address->sun_path, text + 5);
        target_length = sizeof *address;
        return;
    }
    char host[64] = "";
    const char *colon = strrchr(text, ':');
    struct sockaddr_in *address = (struct sockaddr_in *)&target;
    if (colon && (size_t)(colon - text) < sizeof host) memcpy(host, text, (size_t)(colon - text));
    long port = colon ? strtol(colon + 1, NULL, 10) : 0;
    address->sin_family = AF_INET, address->sin_port = htons((uint16_t)port);
    int is_loopback = inet_pton(AF_INET, host, &address->sin_addr) == 1 && ntohl(address->sin_addr.s_addr) >> 24 == 127;
    if (!is_loopback || port < 1 || port > 65535) fail("the target is 127.x.y.z:PORT or unix:PATH; others are refused");
    target_length = sizeof *address;
}

static void stop(int number) { (void)number, is_stopped = 1; }
int main(int argc, char **argv) {
    static const char *variants[] = {
        "half", "bad", "unread", "pipelined", "hello", "silent", "polite", "fin", "shuffled"};
    if (argc < 3) fail("usage: churn VARIANT 127.0.0.1:PORT|unix:PATH [--tls] [--count N] [--seconds S] ...");
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        if (!strcmp(argv[1], variants[i])) variant = variants[i];
    if (!variant) fail("the variant is half, bad, unread, pipelined, hello, silent, polite, fin or shuffled");
    set_target(argv[2]);
    if (!strcmp(variant, "shuffled")) in_flight = 100;
    for (int i = 3; i < argc; i++) {
        if (!strcmp(argv[i], "--tls")) is_tls = 1;
        else if (i + 1 == argc) fail("an option's value is missing");
        else if (!strcmp(argv[i], "--count")) count_max = atoll(argv[++i]);
        else if (!strcmp(argv[i], "--seconds")) seconds_max = atof(argv[++i]);
        else if (!strcmp(argv[i], "--in-flight")) in_flight = atoi(argv[++i]);
        else if (!strcmp(argv[i], "--source")) source = atoi(argv[++i]);
        else fail("an unknown option");
    }
    if (in_flight < 1 || in_flight > in_flight_max) fail("--in-flight is 1 to 4096");
    if (source < 0 || source > 254) fail("--source is 0 to 254");
    random_state = 0x9E3779B97F4A7C15ULL * (uint64_t)(source + 1);
    make_bytes();
    for (int i = 0; i < in_flight; i++) free_slots[free_count++] = in_flight - 1 - i;
    poller = epoll_create1(EPOLL_CLOEXEC);
    signal(SIGTERM, stop);
    started = now();
    run();
    print_result();
}
