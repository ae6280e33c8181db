// The body of every kernel, compiled once per instruction set: the including file defines RK_NAME (the table) and
// RK_TITLE. Written with the compiler's vectors of eight floats: AVX2 makes one register of each, NEON two, and the
// baseline computes the same IEEE operations lane by lane.
#include "CKernels.h"
#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
// Every function that takes or returns a vector is inlined: no vector crosses a call.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef int32_t v8i __attribute__((vector_size(32), aligned(4)));

#define INLINE static inline __attribute__((always_inline))
#define FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))

INLINE v8 splat(float x) { return (v8){x, x, x, x, x, x, x, x}; }
INLINE v8 load(const float *p) { return *(const v8 *)p; }
INLINE void store(float *p, v8 x) { *(v8 *)p = x; }
INLINE v8 load_part(const float *p, size_t n) {
    if (n >= 8) return load(p);
    v8 x = splat(0);
    memcpy(&x, p, n * sizeof(float));
    return x;
}
INLINE void store_part(float *p, v8 x, size_t n) {
    if (n >= 8) store(p, x);
    else memcpy(p, &x, n * sizeof(float));
}
INLINE v8 choose(v8i mask, v8 a, v8 b) { return (v8)((mask & (v8i)a) | (~mask & (v8i)b)); }

// MARK: exp, tanh, sigmoid

// e^r − 1 − r on |r| ≤ ln 2 / 2 by its Taylor series, divided by r²; the first dropped term is r^8/8! < 6e-9 relative.
INLINE v8 exp_tail(v8 r) {
    v8 p = splat(1.0f / 5040);
    p = FMA(p, r, splat(1.0f / 720));
    p = FMA(p, r, splat(1.0f / 120));
    p = FMA(p, r, splat(1.0f / 24));
    p = FMA(p, r, splat(1.0f / 6));
    return FMA(p, r, splat(0.5f));
}
// x = n ln 2 + r. A NaN stays a NaN: comparisons are written so that it is passed on.
INLINE v8 reduce(v8 x, v8 *power) {
    const v8 magic = splat(12582912.0f);  // 1.5 · 2^23: adding it rounds to an integer
    v8 t = FMA(x, splat(1.44269504f), magic);
    v8i n = (v8i)t - (v8i)magic;
    v8 nf = t - magic;
    *power = (v8)((n + 127) << 23);
    v8 r = FMA(nf, splat(-0.693359375f), x);
    return FMA(nf, splat(2.12194440e-4f), r);
}
INLINE v8 exp8(v8 x) {
    x = choose(x > splat(88.0f), splat(88.0f), x);
    x = choose(x < splat(-87.0f), splat(-87.0f), x);
    v8 power, r = reduce(x, &power);
    v8 p = FMA(exp_tail(r), r * r, r) + splat(1.0f);
    return p * power;
}
// tanh|x| = −e/(2 + e) with e = expm1(−2|x|), which loses nothing near zero.
INLINE v8 tanh8(v8 x) {
    v8i sign = (v8i)x & (v8i)splat(-0.0f);
    v8 a = (v8)((v8i)x | (v8i)splat(-0.0f));  // −|x|
    a = a + a;
    a = choose(a < splat(-40.0f), splat(-40.0f), a);
    v8 power, r = reduce(a, &power);
    v8 p = FMA(exp_tail(r), r * r, r);
    v8 e = FMA(p, power, power - splat(1.0f));
    v8 t = -e / (splat(2.0f) + e);
    return (v8)(((v8i)t & ~(v8i)splat(-0.0f)) | sign);
}
INLINE v8 sigmoid8(v8 x) { return splat(1.0f) / (splat(1.0f) + exp8(-x)); }

#define MAP(NAME, F)                                                                              \
    static void NAME(size_t n, const float *x, float *y) {                                        \
        for (size_t i = 0; i < n; i += 8) store_part(y + i, F(load_part(x + i, n - i)), n - i);   \
    }
MAP(map_exp, exp8)
MAP(map_tanh, tanh8)
MAP(map_sigmoid, sigmoid8)

// MARK: Products

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
// vectors where the tile is full, else by parts.
#define UNROLL _Pragma("clang loop unroll(full)")
#define EACH UNROLL for (int r = 0; r < rows; r++) UNROLL for (int j = 0; j < vectors; j++)
#define TILE(ROWS, VECTORS)                                                                                            \
    static __attribute__((noinline)) void tile_##ROWS##_##VECTORS(                                                     \
        size_t k, const float *a, size_t rs, size_t cs, const float *b, size_t panel_stride, float *c, size_t ldc,     \
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
            UNROLL for (int j = 0; j < vectors; j++) bv[j] = load(b + (size_t)(j / 2) * panel_stride + (j % 2) * 8);   \
            UNROLL for (int r = 0; r < rows; r++) {                                                                    \
                v8 av = splat(a[(size_t)r * rs]);                                                                      \
                UNROLL for (int j = 0; j < vectors; j++) acc[r][j] = FMA(av, bv[j], acc[r][j]);                        \
            }                                                                                                          \
            a += cs;                                                                                                   \
            b += RK_PANEL;                                                                                             \
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
TILE(6, 2)
TILE(5, 2)
TILE(4, 2)
TILE(3, 2)
TILE(2, 2)
TILE(1, 2)
TILE(6, 1)
TILE(5, 1)
TILE(4, 1)
TILE(3, 1)
TILE(2, 1)
TILE(1, 1)
TILE(3, 4)
TILE(2, 4)
TILE(1, 8)

typedef void (*tile)(size_t, const float *, size_t, size_t, const float *, size_t, float *, size_t, const float *, int, size_t);
// [whole panel?][rows]
static const tile tiles[2][7] = {
    {NULL, tile_1_1, tile_2_1, tile_3_1, tile_4_1, tile_5_1, tile_6_1},
    {NULL, tile_1_2, tile_2_2, tile_3_2, tile_4_2, tile_5_2, tile_6_2},
};

// All rows of one block of A against one panel.
static void rows_times_panel(size_t m, size_t k, const float *a, size_t rs, size_t cs, size_t block_stride, const float *b,
                             size_t width, float *c, size_t ldc, const float *bias, int accumulate) {
    const tile *by_rows = tiles[width > 8];
    for (size_t row = 0; row < m; row += 6) {
        size_t rows = m - row < 6 ? m - row : 6;
        by_rows[rows](k, a + (row / 6) * block_stride, rs, cs, b, 0, c + row * ldc, ldc, bias, accumulate, width);
    }
}

// Up to three rows: too few chains in flight for one panel, so two or four panels go side by side.
static void few_rows(size_t m, size_t n, size_t k, const float *a, size_t rs, size_t cs, const float *packed,
                     const float *bias, float *c, size_t ldc, int accumulate) {
    size_t together = (m == 1 ? 4 : 2) * RK_PANEL, column = 0, stride = k * RK_PANEL;
    for (; n - column >= together; column += together) {
        const float *b = packed + column * k, *start = bias ? bias + column : NULL;
        if (m == 1) tile_1_8(k, a, rs, cs, b, stride, c + column, ldc, start, accumulate, together);
        else if (m == 2) tile_2_4(k, a, rs, cs, b, stride, c + column, ldc, start, accumulate, together);
        else tile_3_4(k, a, rs, cs, b, stride, c + column, ldc, start, accumulate, together);
    }
    for (; column < n; column += RK_PANEL) {
        size_t width = n - column < RK_PANEL ? n - column : RK_PANEL;
        rows_times_panel(m, k, a, rs, cs, 6 * rs, packed + column * k, width, c + column, ldc,
                          bias ? bias + column : NULL, accumulate);
    }
}

// Blocks of A that stay in L2 and of a panel that stays in L1. A chain that is cut at a block of k goes on from the
// stored float, so that blocking changes no bit.
enum { block_m = 192, block_k = 384 };

static void gemm(size_t m, size_t n, size_t k, const float *a, size_t rs, size_t cs, const float *packed, const float *bias,
                 float *c, size_t ldc, int accumulate, float *scratch) {
    if (m == 0 || n == 0) return;
    if (m <= 3) {
        few_rows(m, n, k, a, rs, cs, packed, bias, c, ldc, accumulate);
        return;
    }
    int strided = cs != 1 && n > 2 * RK_PANEL;
    for (size_t m0 = 0; m0 < m; m0 += block_m) {
        size_t rows = m - m0 < block_m ? m - m0 : block_m;
        for (size_t k0 = 0; k0 < k || k0 == 0; k0 += block_k) {
            size_t depth = k - k0 < block_k ? k - k0 : block_k;
            const float *block = a + m0 * rs + k0 * cs;
            size_t brs = rs, bcs = cs, block_stride = 6 * rs;
            if (strided) {
                for (size_t r = 0; r < rows; r += 6) {
                    float *dst = scratch + r * depth;
                    size_t height = rows - r < 6 ? rows - r : 6;
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

// MARK: Cells

static void carry(size_t h, const float *from, float *to) { if (to != from) memcpy(to, from, h * sizeof(float)); }

static void lstm_forward(size_t b, size_t h, float *z, const float *mask, const float *c_prev, const float *h_prev, float *c,
                         float *tanh_c, float *h_out, size_t ld_h) {
    for (size_t row = 0; row < b; row++) {
        float *zi = z + row * 4 * h, *zf = zi + h, *zg = zf + h, *zo = zg + h;
        const float *cp = c_prev + row * h;
        float *cr = c + row * h, *tr = tanh_c + row * h, *hr = h_out + row * ld_h;
        if (mask && mask[row] == 0) {
            carry(h, cp, cr);
            carry(h, h_prev + row * ld_h, hr);
            continue;
        }
        for (size_t j = 0; j < h; j += 8) {
            size_t left = h - j;
            v8 i = sigmoid8(load_part(zi + j, left)), f = sigmoid8(load_part(zf + j, left));
            v8 g = tanh8(load_part(zg + j, left)), o = sigmoid8(load_part(zo + j, left));
            v8 cell = FMA(f, load_part(cp + j, left), i * g);
            v8 t = tanh8(cell);
            store_part(zi + j, i, left);
            store_part(zf + j, f, left);
            store_part(zg + j, g, left);
            store_part(zo + j, o, left);
            store_part(cr + j, cell, left);
            store_part(tr + j, t, left);
            store_part(hr + j, o * t, left);
        }
    }
}

static void lstm_backward(size_t b, size_t h, const float *gates, const float *mask, const float *c_prev, const float *tanh_c,
                          float *dh, float *dc, float *dz) {
    const v8 one = splat(1);
    for (size_t row = 0; row < b; row++) {
        const float *zi = gates + row * 4 * h, *zf = zi + h, *zg = zf + h, *zo = zg + h;
        const float *cp = c_prev + row * h, *tr = tanh_c + row * h;
        float *di = dz + row * 4 * h, *df = di + h, *dg = df + h, *dO = dg + h, *dhr = dh + row * h, *dcr = dc + row * h;
        if (mask && mask[row] == 0) {
            memset(di, 0, 4 * h * sizeof(float));
            continue;
        }
        for (size_t j = 0; j < h; j += 8) {
            size_t left = h - j;
            v8 i = load_part(zi + j, left), f = load_part(zf + j, left), g = load_part(zg + j, left);
            v8 o = load_part(zo + j, left), t = load_part(tr + j, left), d = load_part(dhr + j, left);
            v8 cell = FMA(d * o, one - t * t, load_part(dcr + j, left));
            store_part(di + j, cell * g * (i * (one - i)), left);
            store_part(df + j, cell * load_part(cp + j, left) * (f * (one - f)), left);
            store_part(dg + j, cell * i * (one - g * g), left);
            store_part(dO + j, d * t * (o * (one - o)), left);
            store_part(dcr + j, cell * f, left);
            store_part(dhr + j, splat(0), left);
        }
    }
}

static void gru_forward(size_t b, size_t h, float *zx, const float *zh, const float *mask, const float *h_prev, float *h_out,
                        size_t ld_h) {
    for (size_t row = 0; row < b; row++) {
        float *xr = zx + row * 3 * h, *xu = xr + h, *xn = xu + h, *hr = h_out + row * ld_h;
        const float *yr = zh + row * 3 * h, *yu = yr + h, *yn = yu + h, *hp = h_prev + row * ld_h;
        if (mask && mask[row] == 0) {
            carry(h, hp, hr);
            continue;
        }
        for (size_t j = 0; j < h; j += 8) {
            size_t left = h - j;
            v8 r = sigmoid8(load_part(xr + j, left) + load_part(yr + j, left));
            v8 u = sigmoid8(load_part(xu + j, left) + load_part(yu + j, left));
            v8 n = tanh8(FMA(r, load_part(yn + j, left), load_part(xn + j, left)));
            store_part(xr + j, r, left);
            store_part(xu + j, u, left);
            store_part(xn + j, n, left);
            store_part(hr + j, FMA(u, load_part(hp + j, left) - n, n), left);
        }
    }
}

static void gru_backward(size_t b, size_t h, const float *gates, const float *zh, const float *mask, const float *h_prev,
                         size_t ld_h, float *dh, float *dzx, float *dzh) {
    const v8 one = splat(1);
    for (size_t row = 0; row < b; row++) {
        const float *gr = gates + row * 3 * h, *gu = gr + h, *gn = gu + h, *yn = zh + row * 3 * h + 2 * h, *hp = h_prev + row * ld_h;
        float *xr = dzx + row * 3 * h, *xu = xr + h, *xn = xu + h, *dhr = dh + row * h;
        float *yr = dzh + row * 3 * h, *yu = yr + h, *ydn = yu + h;
        if (mask && mask[row] == 0) {
            memset(xr, 0, 3 * h * sizeof(float));
            memset(yr, 0, 3 * h * sizeof(float));
            continue;
        }
        for (size_t j = 0; j < h; j += 8) {
            size_t left = h - j;
            v8 r = load_part(gr + j, left), u = load_part(gu + j, left), n = load_part(gn + j, left), d = load_part(dhr + j, left);
            v8 du = d * (load_part(hp + j, left) - n) * (u * (one - u));
            v8 dn = d * (one - u) * (one - n * n);
            v8 dr = dn * load_part(yn + j, left) * (r * (one - r));
            store_part(xr + j, dr, left);
            store_part(xu + j, du, left);
            store_part(xn + j, dn, left);
            store_part(yr + j, dr, left);
            store_part(yu + j, du, left);
            store_part(ydn + j, dn * r, left);
            store_part(dhr + j, d * u, left);
        }
    }
}

static void rnn_forward(size_t b, size_t h, const float *z, int activation, const float *mask, const float *h_prev,
                        float *h_out, size_t ld_h) {
    for (size_t row = 0; row < b; row++) {
        const float *zr = z + row * h;
        float *hr = h_out + row * ld_h;
        if (mask && mask[row] == 0) {
            carry(h, h_prev + row * ld_h, hr);
            continue;
        }
        for (size_t j = 0; j < h; j += 8) {
            v8 x = load_part(zr + j, h - j);
            x = activation == 0 ? tanh8(x) : activation == 1 ? sigmoid8(x) : choose(x < splat(0), splat(0), x);
            store_part(hr + j, x, h - j);
        }
    }
}

static void rnn_backward(size_t b, size_t h, const float *h_out, size_t ld_h, int activation, const float *mask, float *dh,
                         float *dz) {
    const v8 one = splat(1);
    for (size_t row = 0; row < b; row++) {
        const float *hr = h_out + row * ld_h;
        float *dhr = dh + row * h, *dzr = dz + row * h;
        if (mask && mask[row] == 0) {
            memset(dzr, 0, h * sizeof(float));
            continue;
        }
        for (size_t j = 0; j < h; j += 8) {
            v8 x = load_part(hr + j, h - j), d = load_part(dhr + j, h - j);
            v8 slope = activation == 0 ? one - x * x : activation == 1 ? x * (one - x) : choose(x > splat(0), one, splat(0));
            store_part(dzr + j, d * slope, h - j);
            store_part(dhr + j, splat(0), h - j);
        }
    }
}

// MARK: Softmax and losses

INLINE float highest(size_t v, const float *x) {
    float most = x[0];
    for (size_t j = 1; j < v; j++) most = x[j] > most ? x[j] : most;
    return most;
}
INLINE float lanes(v8 x) { return ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7])); }

// out = e^((x − most) · inverse) and their sum, in eight lanes.
INLINE float exponentials(size_t v, const float *x, float most, float inverse, float *out) {
    v8 sum = splat(0);
    size_t j = 0;
    for (; j + 8 <= v; j += 8) {
        v8 e = exp8((load(x + j) - splat(most)) * splat(inverse));
        store(out + j, e);
        sum += e;
    }
    if (j < v) {
        v8 e = exp8((load_part(x + j, v - j) - splat(most)) * splat(inverse));
        store_part(out + j, e, v - j);
        for (size_t i = 0; i < v - j; i++) sum[i] += e[i];
    }
    return lanes(sum);
}

static size_t softmax_cross_entropy(size_t n, size_t v, const float *logits, const int32_t *targets, float *gradients,
                                    float scale, double *loss) {
    size_t counted = 0;
    for (size_t row = 0; row < n; row++) {
        const float *x = logits + row * v;
        float *g = gradients ? gradients + row * v : NULL;
        if (targets[row] < 0) {
            if (g) memset(g, 0, v * sizeof(float));
            continue;
        }
        counted++;
        float most = highest(v, x), sum;
        float target_logit = x[targets[row]];
        if (g) {
            sum = exponentials(v, x, most, 1.0f, g);
            float inverse = scale / sum;
            for (size_t j = 0; j < v; j += 8) store_part(g + j, load_part(g + j, v - j) * splat(inverse), v - j);
            g[targets[row]] -= scale;
        } else {
            v8 total = splat(0);
            size_t j = 0;
            for (; j + 8 <= v; j += 8) total += exp8((load(x + j) - splat(most)) * splat(1.0f));
            if (j < v) {
                v8 e = exp8((load_part(x + j, v - j) - splat(most)) * splat(1.0f));
                for (size_t i = 0; i < v - j; i++) total[i] += e[i];
            }
            sum = lanes(total);
        }
        *loss += rk_log((double)sum) + ((double)most - (double)target_logit);
    }
    return counted;
}

static void softmax(size_t n, size_t v, const float *logits, float inverse_temperature, float *probabilities) {
    for (size_t row = 0; row < n; row++) {
        const float *x = logits + row * v;
        float *p = probabilities + row * v;
        float inverse = 1.0f / exponentials(v, x, highest(v, x), inverse_temperature, p);
        for (size_t j = 0; j < v; j += 8) store_part(p + j, load_part(p + j, v - j) * splat(inverse), v - j);
    }
}

// MARK: Whole buffers

static void add(size_t n, const float *x, float *y) {
    for (size_t i = 0; i < n; i += 8) store_part(y + i, load_part(y + i, n - i) + load_part(x + i, n - i), n - i);
}
static void add_matrix(size_t rows, size_t columns, const float *x, size_t ldx, float *y, size_t ldy) {
    for (size_t row = 0; row < rows; row++) add(columns, x + row * ldx, y + row * ldy);
}
static void scale_all(size_t n, float s, float *x) {
    for (size_t i = 0; i < n; i += 8) store_part(x + i, load_part(x + i, n - i) * splat(s), n - i);
}
static void add_rows(size_t rows, size_t columns, const float *x, float *gradient) {
    for (size_t row = 0; row < rows; row++) add(columns, x + row * columns, gradient);
}
static double sum_of_squares(size_t n, const float *x) {
    double lane[8] = {0};
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (int j = 0; j < 8; j++) lane[j] += (double)x[i + j] * (double)x[i + j];
    for (int j = 0; i < n; i++, j++) lane[j] += (double)x[i] * (double)x[i];
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

// The finaliser of SplitMix64 (Steele, Lea & Flood 2014) over key and index.
INLINE uint64_t mix(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}
static void dropout(size_t n, uint64_t key, float keep_probability, const float *x, float *y) {
    // Two 32-bit draws of one mixed word: element i takes half (i & 1) of word i / 2.
    uint64_t threshold = (uint64_t)((double)keep_probability * 4294967296.0);
    float inverse = 1.0f / keep_probability;
    for (size_t i = 0; i < n; i += 2) {
        uint64_t word = mix(key + (uint64_t)(i / 2) * 0xD1342543DE82EF95u);
        y[i] = (word & 0xFFFFFFFFu) < threshold ? x[i] * inverse : 0;
        if (i + 1 < n) y[i + 1] = (word >> 32) < threshold ? x[i + 1] * inverse : 0;
    }
}

static void sgd(size_t n, float *p, const float *g, float *v, float rate, float momentum, float weight_decay,
                int nesterov) {
    for (size_t i = 0; i < n; i += 8) {
        size_t left = n - i;
        v8 w = load_part(p + i, left);
        v8 d = FMA(splat(weight_decay), w, load_part(g + i, left));
        v8 velocity = FMA(splat(momentum), load_part(v + i, left), d);
        store_part(v + i, velocity, left);
        store_part(p + i, FMA(splat(-rate), nesterov ? FMA(splat(momentum), velocity, d) : velocity, w), left);
    }
}

INLINE v8 root(v8 x) { return __builtin_elementwise_sqrt(x); }

static void scaled_descent(size_t n, float *p, const float *g, float *v, float rate, float retain, float gain, float epsilon,
                           float weight_decay) {
    for (size_t i = 0; i < n; i += 8) {
        size_t left = n - i;
        v8 w = load_part(p + i, left), d = FMA(splat(weight_decay), w, load_part(g + i, left));
        v8 square = FMA(splat(retain), load_part(v + i, left), splat(gain) * (d * d));
        store_part(v + i, square, left);
        store_part(p + i, w - splat(rate) * d / (root(square) + splat(epsilon)), left);
    }
}

static void adam(size_t n, float *p, const float *g, float *m, float *v, float rate, float beta1, float beta2, float epsilon,
                 float correction1, float correction2, float weight_decay, int decoupled) {
    float step = rate / correction1, inverse_root = 1.0f / sqrtf(correction2);
    for (size_t i = 0; i < n; i += 8) {
        size_t left = n - i;
        v8 w = load_part(p + i, left), d = load_part(g + i, left);
        if (!decoupled) d = FMA(splat(weight_decay), w, d);
        else w = FMA(splat(-rate * weight_decay), w, w);
        v8 first = FMA(splat(beta1), load_part(m + i, left), splat(1 - beta1) * d);
        v8 second = FMA(splat(beta2), load_part(v + i, left), splat(1 - beta2) * (d * d));
        store_part(m + i, first, left);
        store_part(v + i, second, left);
        v8 denominator = FMA(root(second), splat(inverse_root), splat(epsilon));
        store_part(p + i, w - splat(step) * first / denominator, left);
    }
}

#include "attention_body.h"

const rk_kernels RK_NAME = {
    .name = RK_TITLE, .pack = pack, .gemm = gemm, .lstm_forward = lstm_forward, .lstm_backward = lstm_backward,
    .gru_forward = gru_forward, .gru_backward = gru_backward, .rnn_forward = rnn_forward, .rnn_backward = rnn_backward,
    .softmax_cross_entropy = softmax_cross_entropy, .softmax = softmax, .add = add, .add_matrix = add_matrix, .scale = scale_all,
    .add_rows = add_rows, .sum_of_squares = sum_of_squares, .dropout = dropout, .sgd = sgd, .scaled_descent = scaled_descent, .adam = adam,
    .map_exp = map_exp, .map_tanh = map_tanh, .map_sigmoid = map_sigmoid,
    .attention = ATTENTION_KERNELS,
};
