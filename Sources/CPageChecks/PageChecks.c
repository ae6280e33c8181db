#include "CPageChecks.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const char *const rondo_page_checks_name = "rondo-checked";
const char *const rondo_page_checks_unlocked_name = "rondo-checked-unlocked";
const int rondo_page_check_size = 8;
// Beyond those of SQLite, which are small.
const int rondo_page_checks_control = 0x526f6e64;
const int rondo_commit_mark_control = 0x526f6e65;

enum { CHECK_SIZE = 8, HEADER_SIZE = 100, RESERVE_PLACE = 20, PAGE_SIZE_MIN = 512, PAGE_SIZE_MAX = 65536 };
static const char magic[16] = "SQLite format 3";

/// A database file. The file of the layer below follows behind it.
struct checked_file {
    sqlite3_file base;
    /// Its pages have checksums, as its header says.
    int has_checks;
    /// The index of its write-ahead log, from the header on; NULL while it is not mapped.
    const uint64_t *index;
};

static sqlite3_file *below(sqlite3_file *file) { return (sqlite3_file *)((struct checked_file *)file + 1); }

static int is_page(int size, sqlite3_int64 offset) {
    return size >= PAGE_SIZE_MIN && size <= PAGE_SIZE_MAX && (size & (size - 1)) == 0 && offset % size == 0;
}

/// Two running sums over 32-bit words, the second over the first as in RFC 1950 (Adler-32), modulo 2^32: one changed
/// word changes the first, and two that change places the second. The number of the page is among the words: a page
/// that lies at another's place is noticed.
static void sum(const unsigned char *page, int size, sqlite3_int64 offset, unsigned char *result) {
    uint32_t first = (uint32_t)(offset / size) + 1, second = first, word;
    for (int index = 0; index < size - CHECK_SIZE; index += 4) {
        memcpy(&word, page + index, 4);
        first += word;
        second += first;
    }
    memcpy(result, &first, 4);
    memcpy(result + 4, &second, 4);
}

/// What the first bytes of the file say.
static void note_header(struct checked_file *file, const unsigned char *bytes, int size, sqlite3_int64 offset) {
    if (offset != 0 || size < HEADER_SIZE || memcmp(bytes, magic, sizeof magic) != 0) return;
    file->has_checks = bytes[RESERVE_PLACE] == CHECK_SIZE;
}

static int read_checked(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
    struct checked_file *checked = (struct checked_file *)file;
    int code = below(file)->pMethods->xRead(below(file), bytes, size, offset);
    if (code != SQLITE_OK) return code;
    note_header(checked, bytes, size, offset);
    if (!checked->has_checks || !is_page(size, offset)) return SQLITE_OK;
    unsigned char expected[CHECK_SIZE], *found = (unsigned char *)bytes + size - CHECK_SIZE;
    sum(bytes, size, offset, expected);
    if (memcmp(found, expected, CHECK_SIZE) == 0) return SQLITE_OK;
    sqlite3_log(SQLITE_IOERR_DATA, "the checksum of page %d is wrong", (int)(offset / size) + 1);
    return SQLITE_IOERR_DATA;
}

static int write_checked(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
    struct checked_file *checked = (struct checked_file *)file;
    note_header(checked, bytes, size, offset);
    unsigned char header[HEADER_SIZE];
    // Another process may have given the pages room for checksums since.
    if (!checked->has_checks && below(file)->pMethods->xRead(below(file), header, HEADER_SIZE, 0) == SQLITE_OK) {
        note_header(checked, header, HEADER_SIZE, 0);
        note_header(checked, bytes, size, offset);
    }
    if (!checked->has_checks || !is_page(size, offset)) {
        return below(file)->pMethods->xWrite(below(file), bytes, size, offset);
    }
    // SQLite's own copy may be in the log, too, with a checksum of its own over all of it: it stays as it is.
    unsigned char *copy = malloc((size_t)size);
    if (copy == NULL) return SQLITE_IOERR_NOMEM;
    memcpy(copy, bytes, (size_t)size);
    sum(copy, size, offset, copy + size - CHECK_SIZE);
    int code = below(file)->pMethods->xWrite(below(file), copy, size, offset);
    free(copy);
    return code;
}

// Everything else is passed on.

static int close_file(sqlite3_file *file) { return below(file)->pMethods->xClose(below(file)); }
static int cut(sqlite3_file *file, sqlite3_int64 size) { return below(file)->pMethods->xTruncate(below(file), size); }
static int sync_file(sqlite3_file *file, int flags) { return below(file)->pMethods->xSync(below(file), flags); }
static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return below(file)->pMethods->xFileSize(below(file), size);
}
static int lock(sqlite3_file *file, int level) { return below(file)->pMethods->xLock(below(file), level); }
static int unlock(sqlite3_file *file, int level) { return below(file)->pMethods->xUnlock(below(file), level); }
static int is_reserved(sqlite3_file *file, int *result) {
    return below(file)->pMethods->xCheckReservedLock(below(file), result);
}
static int control(sqlite3_file *file, int code, void *argument) {
    if (code == rondo_page_checks_control) {
        *(int *)argument = ((struct checked_file *)file)->has_checks;
        return SQLITE_OK;
    }
    if (code == rondo_commit_mark_control) {
        const uint64_t *index = ((struct checked_file *)file)->index;
        if (index == NULL) return SQLITE_NOTFOUND;
        // Others write there meanwhile.
        for (int word = 0; word < RONDO_COMMIT_MARK_WORDS; word++)
            ((uint64_t *)argument)[word] = __atomic_load_n(index + word, __ATOMIC_ACQUIRE);
        return SQLITE_OK;
    }
    return below(file)->pMethods->xFileControl(below(file), code, argument);
}
static int sector_size(sqlite3_file *file) { return below(file)->pMethods->xSectorSize(below(file)); }
static int traits(sqlite3_file *file) { return below(file)->pMethods->xDeviceCharacteristics(below(file)); }
static int shared_map(sqlite3_file *file, int page, int size, int extend, void volatile **result) {
    int code = below(file)->pMethods->xShmMap(below(file), page, size, extend, result);
    if (code == SQLITE_OK && page == 0) ((struct checked_file *)file)->index = (const uint64_t *)*result;
    return code;
}
static int shared_lock(sqlite3_file *file, int offset, int count, int flags) {
    return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}
static void shared_barrier(sqlite3_file *file) { below(file)->pMethods->xShmBarrier(below(file)); }
static int shared_unmap(sqlite3_file *file, int deletes) {
    ((struct checked_file *)file)->index = NULL;
    return below(file)->pMethods->xShmUnmap(below(file), deletes);
}
/// Mapped pages would not be read, and so not checked: there are none, and SQLite reads.
static int fetch(sqlite3_file *file, sqlite3_int64 offset, int size, void **result) {
    (void)file, (void)offset, (void)size;
    *result = NULL;
    return SQLITE_OK;
}
static int unfetch(sqlite3_file *file, sqlite3_int64 offset, void *page) {
    (void)file, (void)offset, (void)page;
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = close_file,
    .xRead = read_checked,
    .xWrite = write_checked,
    .xTruncate = cut,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock,
    .xUnlock = unlock,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = traits,
    .xShmMap = shared_map,
    .xShmLock = shared_lock,
    .xShmBarrier = shared_barrier,
    .xShmUnmap = shared_unmap,
    .xFetch = fetch,
    .xUnfetch = unfetch,
};

static sqlite3_vfs *system_layer(sqlite3_vfs *layer) { return layer->pAppData; }

static int open_file(sqlite3_vfs *layer, const char *name, sqlite3_file *file, int flags, int *flags_out) {
    sqlite3_vfs *under = system_layer(layer);
    if (!(flags & SQLITE_OPEN_MAIN_DB)) return under->xOpen(under, name, file, flags, flags_out);
    memset(file, 0, (size_t)layer->szOsFile);
    int code = under->xOpen(under, name, below(file), flags, flags_out);
    // Without methods SQLite does not close it.
    if (code == SQLITE_OK && below(file)->pMethods->iVersion >= 2) file->pMethods = &methods;
    return code;
}

/// Makes a layer over another. All but opening is done as below: the functions get this layer, and know it only by
/// its name.
static int add_layer(sqlite3_vfs *layer, const char *name, sqlite3_vfs *under) {
    if (under == NULL) return SQLITE_ERROR;
    sqlite3_mutex *mutex = sqlite3_mutex_alloc(SQLITE_MUTEX_STATIC_MAIN);
    sqlite3_mutex_enter(mutex);
    int is_new = layer->zName == NULL;
    if (is_new) {
        *layer = *under;
        layer->pNext = NULL;
        layer->zName = name;
        layer->szOsFile = under->szOsFile + (int)sizeof(struct checked_file);
        layer->pAppData = under;
        layer->xOpen = open_file;
    }
    sqlite3_mutex_leave(mutex);
    return is_new ? sqlite3_vfs_register(layer, 0) : SQLITE_OK;
}

int rondo_page_checks_register(void) {
    static sqlite3_vfs checked, unlocked;
    int code = sqlite3_initialize();
    if (code == SQLITE_OK) code = add_layer(&checked, rondo_page_checks_name, sqlite3_vfs_find(NULL));
    // SQLite has none of that name on some systems; who asks for it is told.
    sqlite3_vfs *without_locks = sqlite3_vfs_find("unix-none");
    if (code == SQLITE_OK && without_locks != NULL) {
        code = add_layer(&unlocked, rondo_page_checks_unlocked_name, without_locks);
    }
    return code;
}
