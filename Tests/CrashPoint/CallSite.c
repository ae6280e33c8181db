// Tells calls apart by where in the program they are made, so that each place can be made to fail by itself: function,
// kind of file, and the return addresses within the program (not within its libraries, whose code may move).

#define _GNU_SOURCE
#include "CallSite.h"

#if defined(__linux__)

#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define AT_CWD (-100)
#define OPEN_READ_WRITE 02
enum { SITES_MAX = 4000, FRAMES_MAX = 12, DEPTH_MAX = 48, WHAT_SIZE = 80 };

struct site {
    uint64_t hash, count, failures;
    /// Within the program, from its start.
    uint64_t frames[FRAMES_MAX];
    char what[WHAT_SIZE];
};

/// Shared with the program that makes the faults: Tests/Faults/callsites.py knows this layout.
struct control {
    /// The place that fails, 0: none, and with which errno.
    uint64_t wanted;
    int32_t code;
    /// From then on everything fails, wherever it is.
    int32_t is_sticky;
    /// Calls that have failed since this was last set to 0.
    uint64_t failures;
    /// Nothing is noted, and nothing fails, while this is 0.
    int32_t is_armed;
    int32_t site_count;
    struct site sites[SITES_MAX];
};

static struct control *control;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t code_start, code_end;
static uint64_t program_start;

static int find_program(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size;
    (void)unused;
    program_start = info->dlpi_addr;
    for (int index = 0; index < info->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[index];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        code_start = info->dlpi_addr + part->p_vaddr;
        code_end = code_start + part->p_memsz;
    }
    // The first is the program.
    return 1;
}

void rondo_sites_open(const char *path) {
    int fd = (int)syscall(SYS_openat, AT_CWD, path, OPEN_READ_WRITE, 0);
    if (fd < 0) return;
    void *place = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (place == MAP_FAILED) return;
    dl_iterate_phdr(find_program, NULL);
    // The first call loads a library; later ones must not.
    void *frames[2];
    backtrace(frames, 2);
    control = place;
}

int rondo_sites_are_open(void) { return control != NULL; }

/// A path without what differs from run to run: its first name and its last suffix.
static void describe(char *what, const char *name, const char *place) {
    size_t used = 0;
    while (*name && used < 20) what[used++] = *name++;
    what[used++] = ' ';
    const char *slash = strchr(place, '/'), *last = strrchr(place, '/');
    const char *dot = strrchr(last ? last : place, '.');
    size_t first = slash ? (size_t)(slash - place) : strlen(place);
    const char *temporary = strstr(place, ".tmp-");
    if (!slash && temporary) first = (size_t)(temporary - place);
    for (size_t index = 0; index < first && used < 50; index++) what[used++] = place[index];
    if (slash) what[used++] = '/';
    if (temporary) dot = ".tmp";
    if (dot && (slash || temporary)) {
        while (*dot && used < WHAT_SIZE - 1) what[used++] = *dot++;
    }
    what[used] = 0;
}

static uint64_t mixed(uint64_t hash, uint64_t value) {
    // FNV-1a over 8 bytes.
    for (int index = 0; index < 8; index++) hash = (hash ^ (value >> (8 * index) & 0xFF)) * 0x100000001b3u;
    return hash;
}

static void identify(struct site *site, const char *name, const char *place) {
    void *found[DEPTH_MAX];
    int depth = backtrace(found, DEPTH_MAX), count = 0;
    uint64_t hash = 0xcbf29ce484222325u;
    describe(site->what, name, place);
    for (const char *byte = site->what; *byte; byte++) hash = mixed(hash, (uint64_t)*byte);
    for (int index = 0; index < depth && count < FRAMES_MAX; index++) {
        uint64_t address = (uint64_t)found[index];
        if (address < code_start || address >= code_end) continue;
        site->frames[count] = address - program_start;
        hash = mixed(hash, site->frames[count++]);
    }
    site->hash = hash ? hash : 1;
}

/// The entry of a place, a new one at the first call; NULL when there are too many.
static struct site *entry(const struct site *site) {
    int count = control->site_count;
    for (int index = 0; index < count; index++) {
        if (control->sites[index].hash == site->hash) return &control->sites[index];
    }
    if (count == SITES_MAX) return NULL;
    control->sites[count] = *site;
    control->site_count = count + 1;
    return &control->sites[count];
}

int rondo_site_fails(const char *name, const char *place, int kind, int (*takes)(int code, int kind, int is_first)) {
    if (!__atomic_load_n(&control->is_armed, __ATOMIC_SEQ_CST)) return 0;
    struct site site;
    memset(&site, 0, sizeof site);
    identify(&site, name, place);
    pthread_mutex_lock(&mutex);
    struct site *known = entry(&site);
    if (known != NULL) known->count++;
    int code = control->code, is_first = control->failures == 0;
    int is_hit = code != 0 && takes(code, kind, is_first) &&
                 (is_first ? site.hash == control->wanted : control->is_sticky);
    if (is_hit) control->failures++;
    if (is_hit && known != NULL) known->failures++;
    pthread_mutex_unlock(&mutex);
    return is_hit ? code : 0;
}

#endif
