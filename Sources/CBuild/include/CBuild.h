#ifndef RONDO_CBUILD_H
#define RONDO_CBUILD_H

/// The commit that this program was built from, as hexadecimal digits, with a "+" behind them where files had changed
/// since; empty where nobody has told.
const char *rondo_build_commit(void);

#endif
