// Requests over loopback from client threads, each on a connection that it keeps: how many a second, and how long each
// takes.
//   cc -O2 -pthread load.c -o load
//   ./load PORT PATH BODY_FILE CLIENTS SECONDS NAME        one JSON object as the other benchmarks print them
// PATH may be @FILE: a path a line, one for each client in turn.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { room = 1 << 20, samples_max = 1 << 20 };
static struct sockaddr_in address;
static double deadline;

typedef struct {
    double *seconds;
    size_t count;
    int failed;
    char *request;
    size_t request_length;
} client;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Reads one answer with Content-Length, or in chunks. Returns 0 when it is a 200 and whole.
static int read_answer(int fd, char *buffer) {
    size_t held = 0, needed = 0;
    for (;;) {
        ssize_t n = read(fd, buffer + held, room - 1 - held);
        if (n <= 0) return -1;
        held += (size_t)n;
        buffer[held] = 0;
        if (needed == 0) {
            char *end = strstr(buffer, "\r\n\r\n");
            if (!end) continue;
            char *length = strcasestr(buffer, "\r\ncontent-length:");
            char *chunks = strcasestr(buffer, "\r\ntransfer-encoding: chunked");
            if (strncmp(buffer, "HTTP/1.1 200", 12) != 0) return -1;
            if (length && length < end) needed = (size_t)(end + 4 - buffer) + strtoul(length + 17, NULL, 10);
            else if (chunks && chunks < end) needed = room;
            else return -1;
        }
        if (held >= needed) return 0;
        // The last chunk is empty.
        if (needed == room && memcmp(buffer + held - 7, "\r\n0\r\n\r\n", 7) == 0) return 0;
    }
}

static void *run(void *argument) {
    client *c = argument;
    char *buffer = malloc(room);
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->failed = connect(fd, (struct sockaddr *)&address, sizeof address) != 0;
    while (!c->failed && c->count < samples_max && now() < deadline) {
        double start = now();
        for (size_t sent = 0; sent < c->request_length && !c->failed;) {
            ssize_t n = write(fd, c->request + sent, c->request_length - sent);
            if (n <= 0) c->failed = 1;
            else sent += (size_t)n;
        }
        if (!c->failed && read_answer(fd, buffer) != 0) c->failed = 1;
        if (!c->failed) c->seconds[c->count++] = now() - start;
    }
    if (c->failed) fprintf(stderr, "a client failed: %.300s\n", buffer);
    close(fd);
    free(buffer);
    return NULL;
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
    pthread_t *threads = calloc((size_t)clients, sizeof *threads);
    client *all = calloc((size_t)clients, sizeof *all);
    double start = now();
    deadline = start + seconds;
    for (int i = 0; i < clients; i++) {
        all[i].seconds = malloc(samples_max * sizeof(double));
        all[i].request = malloc(length + 2048);
        int head = sprintf(
            all[i].request,
            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
            path_count ? paths[(size_t)i % path_count] : words[2], length);
        memcpy(all[i].request + head, body, length);
        all[i].request_length = (size_t)head + length;
        pthread_create(&threads[i], NULL, run, &all[i]);
    }
    size_t total = 0;
    int failed = 0;
    for (int i = 0; i < clients; i++) pthread_join(threads[i], NULL), total += all[i].count, failed |= all[i].failed;
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
