// Products of matrices whose right-hand side is packed.

static void pack(size_t k, size_t n, const float *src, size_t row_stride, size_t column_stride, float *dst) {
    for (size_t n0 = 0; n0 < n; n0 += RK_PANEL) {
        size_t width = n - n0 < RK_PANEL ? n - n0 : RK_PANEL;
        float *panel = dst + n0 * k;
        if (column_stride == 1) {
            for (size_t i = 0; i < k; i++) {
                const float *row = src + i * row_stride + n0;
                for (size_t j = 0; j < width; j++) panel[i * RK_PANEL + j] = is_tiny(row[j]) ? 0 : row[j];
                for (size_t j = width; j < RK_PANEL; j++) panel[i * RK_PANEL + j] = 0;
            }
        } else {
            for (size_t j = 0; j < RK_PANEL; j++) {
                const float *column = src + (n0 + j) * column_stride;
                for (size_t i = 0; i < k; i++) {
                    float value = j < width ? column[i * row_stride] : 0;
                    panel[i * RK_PANEL + j] = is_tiny(value) ? 0 : value;
                }
            }
        }
    }
}

// ROWS × (RK_LANES · VECTORS) of C in registers; one chain of fused multiply-adds over k for each element. A panel is
// two vectors of eight, or one of sixteen; with one vector of eight only the first half of a narrow panel is computed.
// Chains start and end in memory by whole vectors where the tile is full, else by parts. B lies in panels, `stride`
// apart, or in rows of `stride` floats: AT tells where its vector j is, STEP how far the next row.
#define IN_PANELS(j) ((size_t)(j) * RK_LANES / RK_PANEL * stride + (size_t)(j) * RK_LANES % RK_PANEL)
#define IN_ROWS(j) ((size_t)(j) * RK_LANES)
#define EACH UNROLL for (size_t r = 0; r < rows; r++) UNROLL for (size_t j = 0; j < vectors; j++)
#define TILE(NAME, ROWS, VECTORS, WEIGHT, LOAD, AT, STEP)                                                              \
    static __attribute__((noinline)) void NAME(                                                                        \
        size_t k, const float *a, size_t rs, size_t cs, const WEIGHT *b, size_t stride, float *c, size_t ldc,          \
        const float *bias, int accumulate, size_t width) {                                                             \
        enum { rows = ROWS, vectors = VECTORS };                                                                       \
        vec acc[rows][vectors];                                                                                        \
        const int full = width >= RK_LANES * vectors;                                                                  \
        if (full && accumulate) {                                                                                      \
            EACH acc[r][j] = load(c + r * ldc + j * RK_LANES);                                                         \
        } else if (full) {                                                                                             \
            EACH acc[r][j] = bias ? load(bias + j * RK_LANES) : splat(0);                                              \
        } else {                                                                                                       \
            EACH {                                                                                                     \
                size_t column = j * RK_LANES, left = column < width ? width - column : 0;                              \
                acc[r][j] = accumulate ? load_part(c + r * ldc + column, left)                                         \
                            : bias     ? load_part(bias + column, left)                                                \
                                       : splat(0);                                                                     \
            }                                                                                                          \
        }                                                                                                              \
        for (size_t i = 0; i < k; i++) {                                                                               \
            vec bv[vectors];                                                                                           \
            UNROLL for (size_t j = 0; j < vectors; j++) bv[j] = LOAD(b + AT(j));                                       \
            UNROLL for (size_t r = 0; r < rows; r++) {                                                                 \
                vec av = splat(a[r * rs]);                                                                             \
                UNROLL for (size_t j = 0; j < vectors; j++) acc[r][j] = FMA(av, bv[j], acc[r][j]);                     \
            }                                                                                                          \
            a += cs;                                                                                                   \
            b += STEP;                                                                                                 \
        }                                                                                                              \
        if (full) {                                                                                                    \
            EACH store(c + r * ldc + j * RK_LANES, acc[r][j]);                                                         \
        } else {                                                                                                       \
            EACH {                                                                                                     \
                size_t column = j * RK_LANES, left = column < width ? width - column : 0;                              \
                store_part(c + r * ldc + column, acc[r][j], left);                                                     \
            }                                                                                                          \
        }                                                                                                              \
    }
#define IN_BOTH(ROWS, VECTORS)                                                                                         \
    TILE(tile_##ROWS##_##VECTORS, ROWS, VECTORS, float, load, IN_PANELS, RK_PANEL)                                     \
    TILE(row_tile_##ROWS##_##VECTORS, ROWS, VECTORS, float, load, IN_ROWS, stride)
typedef void (*tile)(size_t, const float *, size_t, size_t, const float *, size_t, float *, size_t, const float *, int,
                     size_t);

IN_BOTH(1, 1) IN_BOTH(1, 2) IN_BOTH(1, 4) IN_BOTH(1, 8) IN_BOTH(2, 1) IN_BOTH(2, 2) IN_BOTH(2, 4)
IN_BOTH(3, 1) IN_BOTH(3, 2) IN_BOTH(4, 1) IN_BOTH(4, 2) IN_BOTH(5, 1) IN_BOTH(5, 2) IN_BOTH(6, 1) IN_BOTH(6, 2)
TILE(half_tile_1_8, 1, 8, uint16_t, load_half, IN_PANELS, RK_PANEL)

// The most rows of a tile, and the tiles: [log2 of the vectors][rows].
#if RK_LANES == 16
enum { rows_max = 14 };
IN_BOTH(2, 8) IN_BOTH(3, 4) IN_BOTH(4, 4) IN_BOTH(5, 4) IN_BOTH(6, 4)
IN_BOTH(7, 1) IN_BOTH(7, 2) IN_BOTH(8, 1) IN_BOTH(8, 2) IN_BOTH(9, 1) IN_BOTH(9, 2) IN_BOTH(10, 1) IN_BOTH(10, 2)
IN_BOTH(11, 1) IN_BOTH(11, 2) IN_BOTH(12, 1) IN_BOTH(12, 2) IN_BOTH(13, 1) IN_BOTH(13, 2) IN_BOTH(14, 1) IN_BOTH(14, 2)
TILE(half_tile_2_8, 2, 8, uint16_t, load_half, IN_PANELS, RK_PANEL)
#define half_tile_2 half_tile_2_8
#define TILES(T)                                                                                                       \
    {NULL, T##1_1, T##2_1, T##3_1, T##4_1, T##5_1, T##6_1, T##7_1, T##8_1, T##9_1, T##10_1, T##11_1, T##12_1, T##13_1, \
     T##14_1},                                                                                                         \
    {NULL, T##1_2, T##2_2, T##3_2, T##4_2, T##5_2, T##6_2, T##7_2, T##8_2, T##9_2, T##10_2, T##11_2, T##12_2, T##13_2, \
     T##14_2},                                                                                                         \
    {NULL, T##1_4, T##2_4, T##3_4, T##4_4, T##5_4, T##6_4},                                                            \
    {NULL, T##1_8, T##2_8},
#else
enum { rows_max = 6 };
TILE(half_tile_2_4, 2, 4, uint16_t, load_half, IN_PANELS, RK_PANEL)
#define half_tile_2 half_tile_2_4
#define TILES(T)                                                                                                       \
    {NULL, T##1_1, T##2_1, T##3_1, T##4_1, T##5_1, T##6_1},                                                            \
    {NULL, T##1_2, T##2_2, T##3_2, T##4_2, T##5_2, T##6_2},                                                            \
    {NULL, T##1_4, T##2_4},                                                                                            \
    {NULL, T##1_8},
#endif
static const tile tiles[4][rows_max + 1] = {TILES(tile_)}, row_tiles[4][rows_max + 1] = {TILES(row_tile_)};

// log2 of the vectors side by side in tiles of up to `rows` rows: few rows make too few chains to fill the pipeline.
INLINE int widest(size_t rows) {
#if RK_LANES == 16
    return rows <= 2 ? 3 : rows <= 6 ? 2 : 1;
#else
    return rows == 1 ? 3 : rows == 2 ? 2 : 1;
#endif
}
// The same where `left` columns are left: no vector lies beyond the last panel, nor beyond the columns.
INLINE int fitting(int wide, size_t left) {
    size_t panels = (left + RK_PANEL - 1) / RK_PANEL * RK_PANEL;
    while (wide > 0 && ((size_t)RK_LANES << wide > panels || (size_t)RK_LANES << (wide - 1) >= left)) wide--;
    return wide;
}

// All rows of one block of A, in groups of `height` that lie `group_stride` apart, against the panels of B.
static void rows_times_panels(size_t m, size_t height, size_t n, size_t k, const float *a, size_t rs, size_t cs,
                              size_t group_stride, const float *b, size_t stride, float *c, size_t ldc,
                              const float *bias, int accumulate) {
    for (size_t column = 0; column < n;) {
        int wide = fitting(widest(height), n - column);
        size_t most = (size_t)RK_LANES << wide, width = n - column < most ? n - column : most;
        const float *panel = b + column / RK_PANEL * stride, *start = bias ? bias + column : NULL;
        for (size_t row = 0; row < m; row += height) {
            size_t rows = m - row < height ? m - row : height;
            tiles[wide][rows](k, a + row / height * group_stride, rs, cs, panel, stride, c + row * ldc + column, ldc,
                              start, accumulate, width);
        }
        column += width;
    }
}

// The rows of a group, so that groups are as equal as can be: a tile of one or two rows has too few chains.
INLINE size_t group_height(size_t m) {
    size_t groups = (m + rows_max - 1) / rows_max;
    return (m + groups - 1) / groups;
}

// C [M, N] += Aᵀ · B of at most `few_columns` columns, the other way round: they are the rows of a tile, which reads
// A's rows as they lie. A panel of B would be nearly empty, and packing A would cost as much as the product. The chains
// are the same. M is a multiple of a panel's width, so that no vector reaches beyond a row.
enum { few_columns = 8, columns_together = 8 * RK_LANES };

static void few_columns_by_rows(size_t m, size_t n, size_t k, const float *a, size_t cs, const float *packed, float *c,
                                size_t ldc) {
    size_t height = group_height(n);
    for (size_t row = 0; row < n; row += height) {
        size_t rows = n - row < height ? n - row : height;
        for (size_t column = 0; column < m;) {
            int wide = fitting(widest(rows), m - column);
            size_t width = (size_t)RK_LANES << wide;
            float turned[rows_max * columns_together];
            for (size_t r = 0; r < rows; r++)
                for (size_t j = 0; j < width; j++) turned[r * width + j] = c[(column + j) * ldc + row + r];
            row_tiles[wide][rows](k, packed + row, 1, RK_PANEL, a + column, cs, turned, width, NULL, 1, width);
            for (size_t r = 0; r < rows; r++)
                for (size_t j = 0; j < width; j++) c[(column + j) * ldc + row + r] = turned[r * width + j];
            column += width;
        }
    }
}

// Blocks of A that stay in L2 and of panels that stay near. A chain that is cut at a block of k goes on from the stored
// float, so that blocking changes no bit.
enum { block_m = 192, block_k = 384 };

// Rows r, r + 1, … of A (at most `height` of `rows`) at one k, side by side.
INLINE void pack_column(size_t rows, size_t height, const float *a, size_t rs, float *to) {
    size_t filled = rows < height ? rows : height;
#ifdef RK_MASKS
    if (rs == 1) return store_part(to, load_part(a, filled), filled);
#endif
    if (rs == 1 && filled == rows_max) memcpy(to, a, rows_max * sizeof(float));
    else for (size_t j = 0; j < filled; j++) to[j] = a[j * rs];
}

// Groups of `height` rows of A, [groups][depth][height]. Its rows lie along k: some groups at a time, so that a cache
// line that was read is used, and that not too many are written at once.
static void pack_groups(size_t rows, size_t height, size_t depth, const float *a, size_t rs, size_t cs, float *dst) {
    size_t together = 4 * height;
    for (size_t r0 = 0; r0 < rows; r0 += together) {
        size_t end = r0 + together < rows ? r0 + together : rows;
#ifndef RK_MASKS
        // The usual case, with all lengths constant.
        if (rs == 1 && height == rows_max && end == r0 + together) {
            float *to = dst + r0 * depth;
            for (size_t i = 0; i < depth; i++, to += rows_max)
                UNROLL for (size_t group = 0; group < 4; group++)
                    memcpy(to + group * rows_max * depth, a + r0 + group * rows_max + i * cs, sizeof(float) * rows_max);
            continue;
        }
#endif
        for (size_t i = 0; i < depth; i++)
            for (size_t r = r0; r < end; r += height)
                pack_column(rows - r, height, a + r * rs + i * cs, rs, dst + r * depth + i * height);
    }
}

static void gemm(size_t m, size_t n, size_t k, const float *a, size_t rs, size_t cs, const float *packed,
                 const float *bias, float *c, size_t ldc, int accumulate, float *scratch) {
    if (rs == 1 && cs != 1 && accumulate && n <= few_columns) {
        size_t whole = m / RK_PANEL * RK_PANEL;
        few_columns_by_rows(whole, n, k, a, cs, packed, c, ldc);
        a += whole, c += whole * ldc, m -= whole;
    }
    if (m == 0 || n == 0) return;
    if (m <= 2) {
        rows_times_panels(m, m, n, k, a, rs, cs, 0, packed, k * RK_PANEL, c, ldc, bias, accumulate);
        return;
    }
    int strided = cs != 1 && n > 2 * RK_PANEL;
    // Short chains leave room for more rows; blocks of equal height, so that no few rows at the end read all of B
    // again.
    size_t most = (k > 0 && k < block_k ? RK_SCRATCH / k : block_m) / rows_max * rows_max;
    size_t blocks = (m + most - 1) / most;
    size_t height_of_block = ((m + blocks - 1) / blocks + rows_max - 1) / rows_max * rows_max;
    for (size_t m0 = 0; m0 < m; m0 += height_of_block) {
        size_t rows = m - m0 < height_of_block ? m - m0 : height_of_block, height = group_height(rows);
        for (size_t k0 = 0; k0 < k || k0 == 0; k0 += block_k) {
            size_t depth = k - k0 < block_k ? k - k0 : block_k;
            const float *block = a + m0 * rs + k0 * cs;
            size_t brs = rs, bcs = cs, group_stride = height * rs;
            if (strided) {
                pack_groups(rows, height, depth, block, rs, cs, scratch);
                block = scratch, brs = 1, bcs = height, group_stride = height * depth;
            }
            rows_times_panels(rows, height, n, depth, block, brs, bcs, group_stride, packed + k0 * RK_PANEL,
                              k * RK_PANEL, c + m0 * ldc, ldc, bias, accumulate || k0 > 0);
        }
    }
}

// MARK: weights of sixteen bits

// Nearest, ties to even; what is too large becomes the largest, 65504. Subnormals are kept.
static uint16_t half_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    bits &= 0x7FFFFFFF;
    if (bits > 0x7F800000) return sign | 0x7E00;
    if (bits >= 0x477FF000) return sign | 0x7BFF;
    if (bits < 0x38800000) {
        // Below 2^-14 a half counts multiples of 2^-24: adding 2^-1 rounds to them.
        float magnitude;
        memcpy(&magnitude, &bits, sizeof magnitude);
        magnitude += 0.5f;
        memcpy(&bits, &magnitude, sizeof bits);
        return sign | (uint16_t)(bits - 0x3F000000);
    }
    return sign | (uint16_t)((bits - 0x38000000 + 0xFFF + (bits >> 13 & 1)) >> 13);
}

static void to_half(size_t n, const float *x, uint16_t *y) {
    for (size_t i = 0; i < n; i++) y[i] = half_of(x[i]);
}

// As gemm, with A's rows whole. One or two rows read the halves in order; more rows share a panel that was widened
// once.
static void gemm_half(size_t m, size_t n, size_t k, const float *a, size_t rs, const uint16_t *packed,
                      const float *bias, float *c, size_t ldc, int accumulate) {
    size_t column = 0, stride = k * RK_PANEL, together = (size_t)RK_LANES << widest(m), height = group_height(m);
    for (; m <= 2 && n - column >= together; column += together) {
        const uint16_t *b = packed + column * k;
        const float *start = bias ? bias + column : NULL;
        if (m == 1) half_tile_1_8(k, a, rs, 1, b, stride, c + column, ldc, start, accumulate, together);
        else half_tile_2(k, a, rs, 1, b, stride, c + column, ldc, start, accumulate, together);
    }
    for (; column < n; column += RK_PANEL) {
        size_t width = n - column < RK_PANEL ? n - column : RK_PANEL;
        for (size_t k0 = 0; k0 < k || k0 == 0; k0 += block_k) {
            float panel[block_k * RK_PANEL];
            size_t depth = k - k0 < block_k ? k - k0 : block_k;
            const uint16_t *b = packed + column * k + k0 * RK_PANEL;
            for (size_t i = 0; i < depth * RK_PANEL; i += RK_LANES) store(panel + i, load_half(b + i));
            rows_times_panels(m, height, width, depth, a + k0, rs, 1, height * rs, panel, 0, c + column, ldc,
                              bias ? bias + column : NULL, accumulate || k0 > 0);
        }
    }
}
