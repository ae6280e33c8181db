// Tiles of products: as many chains as fit in registers.

// Rows of memory that are read later: a tile of many rows asks for a line of them with each k. All asked for at once,
// they would hold up its own loads.
struct lookahead {
    const float *next;
    // Lines of a row, those left of the row at hand, and floats between the last line of a row and the next row.
    size_t lines, line, jump;
    // Lines that are still to be asked for.
    size_t left;
};

// `rows` rows of `length` floats, `stride` apart.
INLINE struct lookahead rows_ahead(size_t rows, size_t length, const float *a, size_t stride) {
    size_t lines = (length + 15) / 16;
    return (struct lookahead){a, lines, lines, stride - 16 * lines, rows * lines};
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
        const float *bias, int accumulate, size_t width, struct lookahead *ahead) {                                    \
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
        const int looks = rows > 2 && ahead->left > 0;                                                                 \
        const size_t step = looks ? 16 : 0, jump = looks ? ahead->jump : 0, lines = looks ? ahead->lines : k + 1;      \
        size_t line = looks ? ahead->line : k + 1;                                                                     \
        const float *next = looks ? ahead->next : a;                                                                   \
        for (size_t i = 0; i < k; i++) {                                                                               \
            if (rows > 2) {                                                                                            \
                __builtin_prefetch(next);                                                                              \
                next += step;                                                                                          \
                if (--line == 0) next += jump, line = lines;                                                           \
            }                                                                                                          \
            vec bv[vectors];                                                                                           \
            UNROLL for (size_t j = 0; j < vectors; j++) bv[j] = LOAD(b + AT(j));                                       \
            UNROLL for (size_t r = 0; r < rows; r++) {                                                                 \
                vec av = splat(a[r * rs]);                                                                             \
                UNROLL for (size_t j = 0; j < vectors; j++) acc[r][j] = FMA(av, bv[j], acc[r][j]);                     \
            }                                                                                                          \
            a += cs;                                                                                                   \
            b += STEP;                                                                                                 \
        }                                                                                                              \
        if (looks) ahead->next = next, ahead->line = line, ahead->left -= k < ahead->left ? k : ahead->left;           \
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
                     size_t, struct lookahead *);

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

// The rows of a group, so that groups are as equal as can be: a tile of one or two rows has too few chains.
INLINE size_t group_height(size_t m) {
    size_t groups = (m + rows_max - 1) / rows_max;
    return (m + groups - 1) / groups;
}
