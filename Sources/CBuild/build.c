#include "CBuild.h"

// Package.swift says it where it knows; in an archive that git has made, git has written it here (.gitattributes).
#ifndef RONDO_COMMIT
#define RONDO_COMMIT "$Format:%H$"
#endif

const char *rondo_build_commit(void) {
    // What git has not written begins as it did.
    return RONDO_COMMIT[0] == '$' ? "" : RONDO_COMMIT;
}
