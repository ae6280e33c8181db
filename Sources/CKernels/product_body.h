// Products of matrices whose right-hand side is packed.

// Some rows of A against panels of B that lie `stride` apart.
static void rows_times_panels(size_t rows, size_t n, size_t k, const float *a, size_t rs, size_t cs, const float *b,
                              size_t stride, float *c, size_t ldc, const float *bias, int accumulate,
                              struct lookahead *ahead) {
    for (size_t column = 0; column < n;) {
        int wide = fitting(widest(rows), n - column);
        size_t most = (size_t)RK_LANES << wide, width = n - column < most ? n - column : most;
        // The next tile begins with what C holds.
        if (accumulate && column + width < n)
            for (size_t r = 0; r < rows; r++)
                for (size_t line = 0; line < most; line += 16)
                    __builtin_prefetch(c + r * ldc + column + width + line, 1);
        tiles[wide][rows](k, a, rs, cs, b + column / RK_PANEL * stride, stride, c + column, ldc,
                          bias ? bias + column : NULL, accumulate, width, ahead);
        column += width;
    }
}

// C [M, N] += Aᵀ · B of at most `few_columns` columns, the other way round: they are the rows of a tile, which reads
// A's rows as they lie. A panel of B would be nearly empty, and packing A would cost as much as the product. The chains
// are the same. M is a multiple of a panel's width, so that no vector reaches beyond a row.
enum { few_columns = 8, columns_together = 8 * RK_LANES };

static void few_columns_by_rows(size_t m, size_t n, size_t k, const float *a, size_t cs, const float *packed, float *c,
                                size_t ldc) {
    size_t height = group_height(n);
    struct lookahead none = {0};
    for (size_t row = 0; row < n; row += height) {
        size_t rows = n - row < height ? n - row : height;
        for (size_t column = 0; column < m;) {
            int wide = fitting(widest(rows), m - column);
            size_t width = (size_t)RK_LANES << wide;
            float turned[rows_max * columns_together];
            for (size_t r = 0; r < rows; r++)
                for (size_t j = 0; j < width; j++) turned[r * width + j] = c[(column + j) * ldc + row + r];
            row_tiles[wide][rows](k, packed + row, 1, RK_PANEL, a + column, cs, turned, width, NULL, 1, width, &none);
            for (size_t r = 0; r < rows; r++)
                for (size_t j = 0; j < width; j++) c[(column + j) * ldc + row + r] = turned[r * width + j];
            column += width;
        }
    }
}

// A group of rows and their part of k stay in L1 while a chunk of B passes, which stays in L2 for the next group: at
// most so many floats of it, and k of a chain at a time. A chain that is cut goes on from the stored float, so that no
// blocking changes a bit.
enum { block_k = 384, chunk_floats = 96 * 1024 };
// Groups that are packed together, so that a line of A that was read is used whole; they fit in RK_SCRATCH.
enum { groups_together = RK_LANES == 16 ? 8 : 16 };

// `total` in equal parts of at most `most`, each but the last a multiple of `unit`.
INLINE size_t equal_part(size_t total, size_t most, size_t unit) {
    size_t parts = (total + most - 1) / most, length = (total + parts - 1) / parts;
    return (length + unit - 1) / unit * unit;
}

// Rows that lie a multiple of 2 kB apart share few sets of L1, which more than six of them would not leave to each
// other.
INLINE int rows_collide(size_t m, size_t rs) {
    size_t apart = rs * sizeof(float) % 2048;
    return rows_max > 6 && m > 2 * rows_max && (apart < 128 || apart > 2048 - 128);
}

static void gemm(size_t m, size_t n, size_t k, const float *a, size_t rs, size_t cs, const float *packed,
                 const float *bias, float *c, size_t ldc, int accumulate, float *scratch) {
    if (rs == 1 && cs != 1 && accumulate && n <= few_columns) {
        size_t whole = m / RK_PANEL * RK_PANEL;
        few_columns_by_rows(whole, n, k, a, cs, packed, c, ldc);
        a += whole, c += whole * ldc, m -= whole;
    }
    if (m == 0 || n == 0) return;
    size_t height = group_height(m), depth_most = k <= block_k ? k : equal_part(k, block_k, 1);
    int side_by_side = rs == 1 && cs != 1 && n > 2 * RK_PANEL, along = cs == 1 && rows_collide(m, rs);
    // One group, in L1. Not in scratch: products whose rows lie along k may share that.
    float group[rows_max * block_k + RK_LANES];
    size_t chunk = n;
    if (m > height && k > 0) {
        // A is packed for each chunk: fewer of them.
        size_t most = chunk_floats / depth_most * (side_by_side ? 3 : 1) / (4 * RK_PANEL) * (4 * RK_PANEL);
        chunk = equal_part(n, most > 0 ? most : 4 * RK_PANEL, 2 * RK_PANEL);
    }
    size_t stride = rk_panel_stride(k), together = side_by_side ? groups_together * height : height;
    for (size_t n0 = 0; n0 < n; n0 += chunk) {
        size_t columns = n - n0 < chunk ? n - n0 : chunk;
        size_t k0 = 0;
        do {
            size_t depth = k - k0 < depth_most ? k - k0 : depth_most;
            for (size_t m0 = 0; m0 < m; m0 += together) {
                size_t end = m - m0 < together ? m : m0 + together;
                const float *block = a + m0 * rs + k0 * cs;
                size_t brs = rs, bcs = cs, group_stride = height * rs;
                if (side_by_side || along) {
                    float *to = along ? group : scratch;
                    if (along) pack_along(end - m0, depth, block, rs, to);
                    else pack_side_by_side(end - m0, height, depth, block, cs, to);
                    block = to, brs = 1, bcs = along ? end - m0 : height, group_stride = group_length(height, depth);
                }
                const float *next = a + end * rs + k0 * cs;
                size_t left = m - end < together ? m - end : together;
                struct lookahead ahead = {0};
                if (side_by_side && left > 0) ahead = rows_ahead(depth, left, next, cs);
                else if (cs == 1) ahead = rows_ahead(left, depth, next, rs);
                for (size_t row = m0; row < end; row += height, block += group_stride) {
                    rows_times_panels(end - row < height ? end - row : height, columns, depth, block, brs, bcs,
                                      packed + n0 / RK_PANEL * stride + k0 * RK_PANEL, stride, c + row * ldc + n0, ldc,
                                      bias ? bias + n0 : NULL, accumulate || k0 > 0, &ahead);
                    rondo_worked(height * columns * depth);
                }
            }
            k0 += depth_most;
        } while (k0 < k);
    }
}
