// Matrices laid out for products: the right-hand side in panels, some rows of the left-hand side in groups.

// A magnitude below the least is +0, whatever its sign.
INLINE vec settle(vec x) { return choose(((veci)x & 0x7FFFFFFF) < (veci)splat(RK_LEAST), splat(0), x); }

// a0 b0 a1 b1 … of the first halves of two vectors, or of their second halves.
#if RK_LANES == 16
#define RK_LOWER 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define RK_UPPER 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
enum { transpose_rounds = 4 };
#else
#define RK_LOWER 0, 8, 1, 9, 2, 10, 3, 11
#define RK_UPPER 4, 12, 5, 13, 6, 14, 7, 15
enum { transpose_rounds = 3 };
#endif

// RK_LANES vectors as rows become the columns: a round interleaves row i with row i + RK_LANES / 2, which turns the
// bits of (row, column) by one place, so that after log2(RK_LANES) rounds they have changed places (Stone 1971).
INLINE void transpose(vec *x) {
    enum { half = RK_LANES / 2 };
    UNROLL for (int round = 0; round < transpose_rounds; round++) {
        vec y[RK_LANES];
        UNROLL for (int i = 0; i < half; i++) {
            y[2 * i] = __builtin_shufflevector(x[i], x[i + half], RK_LOWER);
            y[2 * i + 1] = __builtin_shufflevector(x[i], x[i + half], RK_UPPER);
        }
        UNROLL for (int i = 0; i < RK_LANES; i++) x[i] = y[i];
    }
}

// Rows of the source lie along panels: some rows of all panels at a time, so that what is read is read in order.
static void pack_rows(size_t k, size_t n, const float *src, size_t row_stride, float *dst, size_t stride) {
    enum { together = 16 };
    for (size_t k0 = 0; k0 < k; k0 += together) {
        size_t end = k - k0 < together ? k : k0 + together;
        for (size_t n0 = 0; n0 < n; n0 += RK_PANEL) {
            float *panel = dst + n0 / RK_PANEL * stride;
            size_t width = n - n0 < RK_PANEL ? n - n0 : RK_PANEL;
            for (size_t i = k0; i < end; i++)
                for (size_t j = 0; j < RK_PANEL; j += RK_LANES) {
                    const float *from = src + i * row_stride + n0 + j;
                    vec x = width >= j + RK_LANES ? load(from) : load_part(from, width > j ? width - j : 0);
                    store(panel + i * RK_PANEL + j, settle(x));
                }
        }
    }
}

// Rows of the source become columns of panels.
static void pack_transposed(size_t k, size_t n, const float *src, size_t column_stride, float *dst, size_t stride) {
    for (size_t n0 = 0; n0 < n; n0 += RK_PANEL) {
        float *panel = dst + n0 / RK_PANEL * stride;
        for (size_t k0 = 0; k0 < k; k0 += RK_LANES) {
            size_t left = k - k0 < RK_LANES ? k - k0 : RK_LANES;
            for (size_t j0 = 0; j0 < RK_PANEL; j0 += RK_LANES) {
                vec x[RK_LANES];
                UNROLL for (size_t j = 0; j < RK_LANES; j++) {
                    const float *row = src + (n0 + j0 + j) * column_stride + k0;
                    x[j] = n0 + j0 + j >= n ? splat(0) : left == RK_LANES ? load(row) : load_part(row, left);
                }
                transpose(x);
                UNROLL for (size_t i = 0; i < RK_LANES; i++)
                    if (i < left) store(panel + (k0 + i) * RK_PANEL + j0, settle(x[i]));
            }
        }
    }
}

static void pack(size_t k, size_t n, const float *src, size_t row_stride, size_t column_stride, float *dst,
                 size_t stride) {
    if (column_stride == 1) return pack_rows(k, n, src, row_stride, dst, stride);
    if (row_stride == 1) return pack_transposed(k, n, src, column_stride, dst, stride);
    for (size_t n0 = 0; n0 < n; n0 += RK_PANEL)
        for (size_t j = 0; j < RK_PANEL; j++)
            for (size_t i = 0; i < k; i++) {
                float value = n0 + j < n ? src[i * row_stride + (n0 + j) * column_stride] : 0;
                dst[n0 / RK_PANEL * stride + i * RK_PANEL + j] = is_tiny(value) ? 0 : value;
            }
}

// Floats between the groups of packed rows: whole vectors are stored one after the other, of which the next one
// replaces what is too much of the one before, and the last of a group ends here.
INLINE size_t group_length(size_t height, size_t depth) { return height * depth + RK_LANES; }

// Groups of `height` rows of A, [groups][depth][height], `group_length` apart; A's columns lie apart, its rows side by
// side.
static void pack_side_by_side(size_t rows, size_t height, size_t depth, const float *a, size_t cs, float *dst) {
    size_t length = group_length(height, depth);
    for (size_t i = 0; i < depth; i++, a += cs, dst += height) {
        float *to = dst;
        for (size_t r = 0; r < rows; r += height, to += length)
            store(to, rows - r >= RK_LANES ? load(a + r) : load_part(a + r, rows - r));
    }
}

// The same for one group of rows that lie along k.
static void pack_along(size_t rows, size_t depth, const float *a, size_t rs, float *dst) {
    for (size_t k0 = 0; k0 < depth; k0 += RK_LANES) {
        size_t left = depth - k0 < RK_LANES ? depth - k0 : RK_LANES;
        vec x[RK_LANES];
        UNROLL for (size_t r = 0; r < RK_LANES; r++)
            x[r] = r >= rows ? splat(0) : left == RK_LANES ? load(a + r * rs + k0) : load_part(a + r * rs + k0, left);
        transpose(x);
        UNROLL for (size_t i = 0; i < RK_LANES; i++)
            if (i < left) store(dst + (k0 + i) * rows, x[i]);
    }
}
