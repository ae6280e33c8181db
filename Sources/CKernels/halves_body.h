// Products with weights of sixteen bits, for serving.

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
    size_t column = 0, stride = rk_panel_stride(k), together = (size_t)RK_LANES << widest(m), height = group_height(m);
    struct lookahead none = {0};
    for (; m <= 2 && n - column >= together; column += together) {
        const uint16_t *b = packed + column / RK_PANEL * stride;
        const float *start = bias ? bias + column : NULL;
        if (m == 1) half_tile_1_8(k, a, rs, 1, b, stride, c + column, ldc, start, accumulate, together, NULL);
        else half_tile_2(k, a, rs, 1, b, stride, c + column, ldc, start, accumulate, together, NULL);
    }
    for (; column < n; column += RK_PANEL) {
        size_t width = n - column < RK_PANEL ? n - column : RK_PANEL;
        for (size_t k0 = 0; k0 < k || k0 == 0; k0 += block_k) {
            float panel[block_k * RK_PANEL];
            size_t depth = k - k0 < block_k ? k - k0 : block_k;
            const uint16_t *b = packed + column / RK_PANEL * stride + k0 * RK_PANEL;
            for (size_t i = 0; i < depth * RK_PANEL; i += RK_LANES) store(panel + i, load_half(b + i));
            const float *start = bias ? bias + column : NULL;
            for (size_t row = 0; row < m; row += height)
                rows_times_panels(m - row < height ? m - row : height, width, depth, a + row * rs + k0, rs, 1, panel, 0,
                                  c + row * ldc + column, ldc, start, accumulate || k0 > 0, &none);
        }
    }
}
