#ifndef RONDO_PAGE_CHECKS_H
#define RONDO_PAGE_CHECKS_H

/// Name of the layer between SQLite and the files (https://sqlite.org/vfs.html) that checks pages: in a database whose
/// pages keep `rondo_page_check_size` bytes free at their ends, each page that is written gets a checksum there, and a
/// page that is read and has another one is an error (SQLITE_IOERR_DATA), never a row. Other databases, and the
/// write-ahead log, which has checksums of SQLite's own, are passed through.
extern const char *const rondo_page_checks_name;

/// The same without locks (SQLite's "unix-none"), for a file that nobody writes and beside which nothing can be made.
extern const char *const rondo_page_checks_unlocked_name;

/// Bytes at the end of each page, as SQLITE_FCNTL_RESERVE_BYTES asks for them.
extern const int rondo_page_check_size;

/// Makes the layers known to SQLite, beside the default one. Safe to call again.
///
/// Answers SQLite's result code.
int rondo_page_checks_register(void);

/// The file control (`sqlite3_file_control`) that sets an int to 1 when the pages of the database, as far as it was
/// read or written, have checksums.
extern const int rondo_page_checks_control;

/// 64-bit words of a commit mark.
#define RONDO_COMMIT_MARK_WORDS 6

/// The file control that answers where commits stand, of all processes: RONDO_COMMIT_MARK_WORDS words (uint64_t), which
/// are others after each commit of a database with a write-ahead log. They are the header of its index
/// (https://sqlite.org/walformat.html, 2.1), read without a lock: a commit that is not recorded yet may be in them in
/// part, one that is recorded is in them. SQLITE_NOTFOUND before the index was first used.
extern const int rondo_commit_mark_control;

#endif
