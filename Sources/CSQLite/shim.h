#ifndef RONDO_CSQLITE_SHIM_H
#define RONDO_CSQLITE_SHIM_H

#include <sqlite3.h>

/// Binds a copy of `sizeBytes` bytes of UTF-8. The macro SQLITE_TRANSIENT is a cast that Swift cannot import.
static inline int rondo_bind_text(sqlite3_stmt *statement, int index, const char *text, int sizeBytes) {
    // A null pointer would bind NULL: an empty string has no bytes, and its address may be null in Swift.
    return sqlite3_bind_text(statement, index, text ? text : "", sizeBytes, SQLITE_TRANSIENT);
}

/// Binds a copy of `sizeBytes` bytes.
static inline int rondo_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int sizeBytes) {
    return sqlite3_bind_blob(statement, index, bytes ? bytes : "", sizeBytes, SQLITE_TRANSIENT);
}

#endif
