#ifndef RONDO_CZLIB_SHIM_H
#define RONDO_CZLIB_SHIM_H

#include <zlib.h>

// Macros of zlib that Swift cannot import, as functions of the same meaning.

static inline int rondo_inflate_init(z_stream *stream, int windowBits) { return inflateInit2(stream, windowBits); }

static inline int rondo_deflate_init(z_stream *stream, int level, int windowBits, int memoryLevel) {
    return deflateInit2(stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY);
}

#endif
