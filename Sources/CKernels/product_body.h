// Products of matrices whose right-hand side is packed.

static void pack(size_t k, size_t n, const float *src, size_t row_stride, size_t column_stride, float *dst) {
    for (size_t n0 = 0; n0 < n; n0 += RK_PANEL) {
        size_t width = n - n0 < RK_PANEL ? n - n0 : RK_PANEL;
        float *panel = dst + n0 * k;
        if (column_stride == 1) {
            for (size_t i = 0; i < k; i++) {
                const float *row = src + i * row_stride + n0;
                for (size_t j = 0; j < width; j++) panel[i * RK_PANEL + j] = row[j];
                for (size_t j = width; j < RK_PANEL; j++) panel[i * RK_PANEL + j] = 0;
            }
        } else {
            for (size_t j = 0; j < RK_PANEL; j++) {
                const float *column = src + (n0 + j) * column_stride;
                for (size_t i = 0; i < k; i++) panel[i * RK_PANEL + j] = j < width ? column[i * row_stride] : 0;
            }
        }
    }
}

// ROWS × (8 · VECTORS) of C in registers; one chain of fused multiply-adds over k for each element. A panel is two
// vectors; with one vector only the first half of a narrow panel is computed. Chains start and end in memory by whole
// vectors where the tile is full, else by parts. B lies in panels, `stride` apart, or in rows of `stride` floats: AT
// tells where its vector j is, STEP how far the next row.
#define IN_PANELS(j) ((size_t)((j) / 2) * stride + ((j) % 2) * 8)
#define IN_ROWS(j) ((size_t)(j) * 8)
#define EACH UNROLL for (int r = 0; r < rows; r++) UNROLL for (int j = 0; j < vectors; j++)
#define TILE(NAME, ROWS, VECTORS, WEIGHT, LOAD, AT, STEP)                                                              \
    static __attribute__((noinline)) void NAME(                                                                        \
        size_t k, const float *a, size_t rs, size_t cs, const WEIGHT *b, size_t stride, float *c, size_t ldc,          \
        const float *bias, int accumulate, size_t width) {                                                             \
        enum { rows = ROWS, vectors = VECTORS };                                                                       \
        v8 acc[rows][vectors];                                                                                         \
        const int full = width >= 8 * vectors;                                                                         \
        if (full && accumulate) {                                                                                      \
            EACH acc[r][j] = load(c + (size_t)r * ldc + (size_t)j * 8);                                                \
        } else if (full) {                                                                                             \
            EACH acc[r][j] = bias ? load(bias + (size_t)j * 8) : splat(0);                                             \
        } else {                                                                                                       \
            EACH {                                                                                                     \
                size_t column = (size_t)j * 8, left = column < width ? width - column : 0;                             \
                acc[r][j] = accumulate ? load_part(c + (size_t)r * ldc + column, left)                                 \
                            : bias     ? load_part(bias + column, left)                                                \
                                       : splat(0);                                                                     \
            }                                                                                                          \
        }                                                                                                              \
        for (size_t i = 0; i < k; i++) {                                                                               \
            v8 bv[vectors];                                                                                            \
            UNROLL for (int j = 0; j < vectors; j++) bv[j] = LOAD(b + AT(j));                                          \
            UNROLL for (int r = 0; r < rows; r++) {                                                                    \
                v8 av = splat(a[(size_t)r * rs]);                                                                      \
                UNROLL for (int j = 0; j < vectors; j++) acc[r][j] = FMA(av, bv[j], acc[r][j]);                        \
            }                                                                                                          \
            a += cs;                                                                                                   \
            b += STEP;                                                                                                 \
        }                                                                                                              \
        if (full) {                                                                                                    \
            EACH store(c + (size_t)r * ldc + (size_t)j * 8, acc[r][j]);                                                \
        } else {                                                                                                       \
            EACH {                                                                                                     \
                size_t column = (size_t)j * 8, left = column < width ? width - column : 0;                             \
                store_part(c + (size_t)r * ldc + column, acc[r][j], left);                                             \
            }                                                                                                          \
        }                                                                                                              \
    }
TILE(tile_6_2, 6, 2, float, load, IN_PANELS, RK_PANEL)
TILE(tile_5_2, 5, 2, float, load, IN_PANELS, RK_PANEL)
TILE(tile_4_2, 4, 2, float, load, IN_PANELS, RK_PANEL)
TILE(tile_3_2, 3, 2, float, load, IN_PANELS, RK_PANEL)
TILE(tile_2_2, 2, 2, float, load, IN_PANELS, RK_PANEL)
TILE(tile_1_2, 1, 2, float, load, IN_PANELS, RK_PANEL)
TILE(tile_6_1, 6, 1, float, load, IN_PANELS, RK_PANEL)
TILE(tile_5_1, 5, 1, float, load, IN_PANELS, RK_PANEL)
TILE(tile_4_1, 4, 1, float, load, IN_PANELS, RK_PANEL)
TILE(tile_3_1, 3, 1, float, load, IN_PANELS, RK_PANEL)
TILE(tile_2_1, 2, 1, float, load, IN_PANELS, RK_PANEL)
TILE(tile_1_1, 1, 1, float, load, IN_PANELS, RK_PANEL)
TILE(tile_2_4, 2, 4, float, load, IN_PANELS, RK_PANEL)
TILE(tile_1_8, 1, 8, float, load, IN_PANELS, RK_PANEL)
TILE(half_tile_2_4, 2, 4, uint16_t, load_half, IN_PANELS, RK_PANEL)
TILE(half_tile_1_8, 1, 8, uint16_t, load_half, IN_PANELS, RK_PANEL)
TILE(row_tile_6_2, 6, 2, float, load, IN_ROWS, stride)
TILE(row_tile_5_2, 5, 2, float, load, IN_ROWS, stride)
TILE(row_tile_4_2, 4, 2, float, load, IN_ROWS, stride)
TILE(row_tile_3_2, 3, 2, float, load, IN_ROWS, stride)
TILE(row_tile_2_2, 2, 2, float, load, IN_ROWS, stride)
TILE(row_tile_1_2, 1, 2, float, load, IN_ROWS, stride)
TILE(row_tile_2_4, 2, 4, float, load, IN_ROWS, stride)
TILE(row_tile_1_8, 1, 8, float, load, IN_ROWS, stride)

typedef void (*tile)(size_t, const float *, size_t, size_t, const float *, size_t, float *, size_t, const float *, int,
                     size_t);
// [whole panel?][rows]
static const tile tiles[2][7] = {
    {NULL, tile_1_1, tile_2_1, tile_3_1, tile_4_1, tile_5_1, tile_6_1},
    {NULL, tile_1_2, tile_2_2, tile_3_2, tile_4_2, tile_5_2, tile_6_2},
};

// All rows of one block of A against one panel, by six, or where A is not packed by heights as equal as can be: a tile
// of one or two rows has too few chains to fill the pipeline.
static void rows_times_panel(size_t m, size_t k, const float *a, size_t rs, size_t cs, size_t block_stride,
                             const float *b, size_t width, float *c, size_t ldc, const float *bias, int accumulate) {
    const tile *by_rows = tiles[width > 8];
    if (block_stride == 6 * rs) {
        for (size_t row = 0, left = (m + 5) / 6; left > 0; left--) {
            size_t rows = (m - row + left - 1) / left;
            by_rows[rows](k, a + row * rs, rs, cs, b, 0, c + row * ldc, ldc, bias, accumulate, width);
            row += rows;
        }
        return;
    }
    for (size_t row = 0; row < m; row += 6) {
        size_t rows = m - row < 6 ? m - row : 6;
        by_rows[rows](k, a + (row / 6) * block_stride, rs, cs, b, 0, c + row * ldc, ldc, bias, accumulate, width);
    }
}

// One or two rows: too few chains in flight for one panel, so two or four panels go side by side.
static void few_rows(size_t m, size_t n, size_t k, const float *a, size_t rs, size_t cs, const float *packed,
                     const float *bias, float *c, size_t ldc, int accumulate) {
    size_t together = (m == 1 ? 4 : 2) * RK_PANEL, column = 0, stride = k * RK_PANEL;
    for (; n - column >= together; column += together) {
        const float *b = packed + column * k, *start = bias ? bias + column : NULL;
        if (m == 1) tile_1_8(k, a, rs, cs, b, stride, c + column, ldc, start, accumulate, together);
        else tile_2_4(k, a, rs, cs, b, stride, c + column, ldc, start, accumulate, together);
    }
    for (; column < n; column += RK_PANEL) {
        size_t width = n - column < RK_PANEL ? n - column : RK_PANEL;
        rows_times_panel(m, k, a, rs, cs, 6 * rs, packed + column * k, width, c + column, ldc,
                          bias ? bias + column : NULL, accumulate);
    }
}

static const tile row_tiles[7] = {NULL,         row_tile_1_2, row_tile_2_2, row_tile_3_2,
                                  row_tile_4_2, row_tile_5_2, row_tile_6_2};

// C [M, N] += Aᵀ · B of at most `few_columns` columns, the other way round: they are the rows of a tile, which reads
// A's rows as they lie. A panel of B would be nearly empty, and packing A would cost as much as the product. The chains
// are the same. M is a multiple of a panel's width, so that no vector reaches beyond a row.
enum { few_columns = 8, columns_together = 64 };

static void few_columns_by_rows(size_t m, size_t n, size_t k, const float *a, size_t cs, const float *packed, float *c,
                                size_t ldc) {
    size_t height = n > 6 ? (n + 1) / 2 : n, together = height == 1 ? columns_together : height == 2 ? 32 : RK_PANEL;
    for (size_t row = 0; row < n; row += height) {
        size_t rows = n - row < height ? n - row : height;
        for (size_t column = 0; column < m; column += together) {
            size_t width = m - column < together ? m - column : together;
            float turned[6 * columns_together];
            for (size_t r = 0; r < rows; r++)
                for (size_t j = 0; j < width; j++) turned[r * together + j] = c[(column + j) * ldc + row + r];
            const float *x = packed + row, *b = a + column;
            if (width == together && together > RK_PANEL) {
                tile whole = rows == 1 ? row_tile_1_8 : row_tile_2_4;
                whole(k, x, 1, RK_PANEL, b, cs, turned, together, NULL, 1, together);
            } else {
                for (size_t j = 0; j < width; j += RK_PANEL)
                    row_tiles[rows](k, x, 1, RK_PANEL, b + j, cs, turned + j, together, NULL, 1, RK_PANEL);
            }
            for (size_t r = 0; r < rows; r++)
                for (size_t j = 0; j < width; j++) c[(column + j) * ldc + row + r] = turned[r * together + j];
        }
    }
}

// Blocks of A that stay in L2 and of a panel that stays in L1. A chain that is cut at a block of k goes on from the
// stored float, so that blocking changes no bit.
enum { block_m = 192, block_k = 384 };

static void gemm(size_t m, size_t n, size_t k, const float *a, size_t rs, size_t cs, const float *packed,
                 const float *bias, float *c, size_t ldc, int accumulate, float *scratch) {
    if (rs == 1 && cs != 1 && accumulate && n <= few_columns) {
        size_t whole = m / RK_PANEL * RK_PANEL;
        few_columns_by_rows(whole, n, k, a, cs, packed, c, ldc);
        a += whole, c += whole * ldc, m -= whole;
    }
    if (m == 0 || n == 0) return;
    if (m <= 2) {
        few_rows(m, n, k, a, rs, cs, packed, bias, c, ldc, accumulate);
        return;
    }
    int strided = cs != 1 && n > 2 * RK_PANEL;
    // Short chains leave room for more rows; blocks of equal height, so that no few rows at the end read all of B
    // again.
    size_t most = k > 0 && k < block_k ? RK_SCRATCH / k / 6 * 6 : block_m, blocks = (m + most - 1) / most;
    size_t height_of_block = ((m + blocks - 1) / blocks + 5) / 6 * 6;
    for (size_t m0 = 0; m0 < m; m0 += height_of_block) {
        size_t rows = m - m0 < height_of_block ? m - m0 : height_of_block;
        for (size_t k0 = 0; k0 < k || k0 == 0; k0 += block_k) {
            size_t depth = k - k0 < block_k ? k - k0 : block_k;
            const float *block = a + m0 * rs + k0 * cs;
            size_t brs = rs, bcs = cs, block_stride = 6 * rs;
            if (strided) {
                for (size_t r = 0; r < rows; r += 6) {
                    float *dst = scratch + r * depth;
                    size_t height = rows - r < 6 ? rows - r : 6;
                    if (height == 6 && rs == 1) {
                        for (size_t i = 0; i < depth; i++) memcpy(dst + i * 6, block + r + i * cs, 6 * sizeof(float));
                        continue;
                    }
                    for (size_t i = 0; i < depth; i++)
                        for (size_t j = 0; j < 6; j++) dst[i * 6 + j] = j < height ? block[(r + j) * rs + i * cs] : 0;
                }
                block = scratch, brs = 1, bcs = 6, block_stride = 6 * depth;
            }
            for (size_t column = 0; column < n; column += RK_PANEL) {
                size_t width = n - column < RK_PANEL ? n - column : RK_PANEL;
                rows_times_panel(rows, depth, block, brs, bcs, block_stride, packed + column * k + k0 * RK_PANEL,
                                  width, c + m0 * ldc + column, ldc, bias ? bias + column : NULL, accumulate || k0 > 0);
            }
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
    size_t column = 0, stride = k * RK_PANEL, together = (m == 1 ? 4 : 2) * RK_PANEL;
    for (; m <= 2 && n - column >= together; column += together) {
        const uint16_t *b = packed + column * k;
        const float *start = bias ? bias + column : NULL;
        if (m == 1) half_tile_1_8(k, a, rs, 1, b, stride, c + column, ldc, start, accumulate, together);
        else half_tile_2_4(k, a, rs, 1, b, stride, c + column, ldc, start, accumulate, together);
    }
    for (; column < n; column += RK_PANEL) {
        size_t width = n - column < RK_PANEL ? n - column : RK_PANEL;
        for (size_t k0 = 0; k0 < k || k0 == 0; k0 += block_k) {
            float panel[block_k * RK_PANEL];
            size_t depth = k - k0 < block_k ? k - k0 : block_k;
            const uint16_t *b = packed + column * k + k0 * RK_PANEL;
            for (size_t i = 0; i < depth * RK_PANEL; i += 8) store(panel + i, load_half(b + i));
            rows_times_panel(m, depth, a + k0, rs, 1, 6 * rs, panel, width, c + column, ldc,
                             bias ? bias + column : NULL, accumulate || k0 > 0);
        }
    }
}
