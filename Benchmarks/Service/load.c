// Requests over loopback from clients, each on a connection that it keeps: how many a second, and how long each takes.
// One thread plays them all, for it runs beside the server: a thread for each client would take as much of the machine
// as the server for being woken.
//   cc -O2 -D_GNU_SOURCE load.c -o load
//   ./load PORT PATH BODY_FILE CLIENTS SECONDS NAME        one JSON object as the other benchmarks print them
// PATH may be @FILE: a path a line, one for each client in turn.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { room = 1 << 18, samples_max = 1 << 20 };
static struct sockaddr_in address;
static double deadline;

typedef struct {
    int fd, failed;
    double *seconds, start;
    size_t count, held, needed;
    char *request, *buffer;
    size_t request_length;
} client;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Whether what was read is one answer with Content-Length, or in chunks: 1, 0 for a part of it, -1 for any but a 200.
static int is_whole(client *c) {
    c->buffer[c->held] = 0;
    if (c->needed == 0) {
        char *end = strstr(c->buffer, "\r\n\r\n");
        if (!end) return 0;
        char *length = strcasestr(c->buffer, "\r\ncontent-length:");
        char *chunks = strcasestr(c->buffer, "\r\ntransfer-encoding: chunked");
        if (strncmp(c->buffer, "HTTP/1.1 200", 12) != 0) return -1;
        if (length && length < end) c->needed = (size_t)(end + 4 - c->buffer) + strtoul(length + 17, NULL, 10);
        else if (chunks && chunks < end) c->needed = room;
        else return -1;
    }
    // The last chunk is empty.
    return c->held >= c->needed ||
           (c->needed == room && memcmp(c->buffer + c->held - 7, "\r\n0\r\n\r\n", 7) == 0);
}

// Sends the next request. Requests are small, so that the socket takes them whole. Returns 0 when it did.
static int ask(client *c) {
    c->held = c->needed = 0;
    c->start = now();
    return write(c->fd, c->request, c->request_length) != (ssize_t)c->request_length;
}

// Reads what has come; returns 1 when the client is done, -1 when it failed.
static int hear(client *c) {
    ssize_t n = read(c->fd, c->buffer + c->held, room - 1 - c->held);
    if (n <= 0) return -1;
    c->held += (size_t)n;
    int whole = is_whole(c);
    if (whole <= 0) return whole;
    double end = now();
    c->seconds[c->count++] = end - c->start;
    if (end >= deadline || c->count == samples_max) return 1;
    return ask(c) ? -1 : 0;
}

// Runs all clients to their end.
static void run(client *all, int clients) {
    int set = epoll_create1(0), one = 1, left = 0;
    for (int i = 0; i < clients; i++) {
        client *c = &all[i];
        c->fd = socket(AF_INET, SOCK_STREAM, 0);
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = c}};
        c->failed = connect(c->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
                    epoll_ctl(set, EPOLL_CTL_ADD, c->fd, &event) != 0 || ask(c);
        if (!c->failed) left++;
    }
    while (left > 0) {
        struct epoll_event events[64];
        int count = epoll_wait(set, events, 64, -1);
        for (int i = 0; i < count; i++) {
            client *c = events[i].data.ptr;
            int end = hear(c);
            if (end == 0) continue;
            if (end < 0) c->failed = 1, fprintf(stderr, "a client failed: %.300s\n", c->buffer);
            close(c->fd);
            left--;
        }
    }
    close(set);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int count, char **words) {
    if (count != 7) return fprintf(stderr, "usage: load PORT PATH BODY_FILE CLIENTS SECONDS NAME\n"), 2;
    address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(words[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    FILE *file = fopen(words[3], "rb");
    if (!file) return perror(words[3]), 1;
    char *body = malloc(16 << 20);
    size_t length = fread(body, 1, 16 << 20, file);
    fclose(file);
    char **paths = NULL;
    size_t path_count = 0;
    if (words[2][0] == '@') {
        FILE *list = fopen(words[2] + 1, "r");
        if (!list) return perror(words[2] + 1), 1;
        char line[1024];
        while (fgets(line, sizeof line, list)) {
            line[strcspn(line, "\n")] = 0;
            paths = realloc(paths, (path_count + 1) * sizeof *paths);
            paths[path_count++] = strdup(line);
        }
        fclose(list);
        if (path_count == 0) return fprintf(stderr, "%s: no paths\n", words[2]), 2;
    }
    int clients = atoi(words[4]);
    double seconds = atof(words[5]);
    client *all = calloc((size_t)clients, sizeof *all);
    double start = now();
    deadline = start + seconds;
    for (int i = 0; i < clients; i++) {
        all[i].seconds = malloc(samples_max * sizeof(double));
        all[i].buffer = malloc(room);
        all[i].request = malloc(length + 2048);
        int head = sprintf(
            all[i].request,
            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
            path_count ? paths[(size_t)i % path_count] : words[2], length);
        memcpy(all[i].request + head, body, length);
        all[i].request_length = (size_t)head + length;
    }
    run(all, clients);
    size_t total = 0;
    int failed = 0;
    for (int i = 0; i < clients; i++) total += all[i].count, failed |= all[i].failed;
    double elapsed = now() - start;
    if (failed || total == 0) return 1;
    double *every = malloc(total * sizeof(double));
    for (int i = 0, at = 0; i < clients; at += (int)all[i++].count)
        memcpy(every + at, all[i].seconds, all[i].count * sizeof(double));
    qsort(every, total, sizeof(double), ascending);
    printf("{\"workload\":\"%s\",\"peer\":\"rondo\",\"threads\":%d,\"metric\":\"requests\",\"value\":%.1f,\"unit\":"
           "\"requests/s\",\"reps\":%zu,"
           "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n",
           words[6], clients, (double)total / elapsed, total, 1e3 * every[total / 2], 1e3 * every[total * 99 / 100],
           1e3 * every[total - 1]);
    return 0;
}
