// Kernels of attention and of Transformer blocks; a part of kernels_body.h, which defines the vectors and the maps.

// MARK: Attention

static void dots(size_t n, size_t k, const float *q, const float *x, size_t ldx, float *y) {
    size_t s = 0;
    // Four positions at once hide the latency of one chain; a position's lanes are the same either way.
    for (; s + 4 <= n; s += 4) {
        v8 sum[4] = {splat(0), splat(0), splat(0), splat(0)};
        for (size_t j = 0; j < k; j += 8) {
            v8 query = load_part(q + j, k - j);
            UNROLL for (int i = 0; i < 4; i++) sum[i] = FMA(query, load_part(x + (s + (size_t)i) * ldx + j, k - j), sum[i]);
        }
        UNROLL for (int i = 0; i < 4; i++) y[s + (size_t)i] = lanes(sum[i]);
    }
    for (; s < n; s++) {
        v8 sum = splat(0);
        for (size_t j = 0; j < k; j += 8) sum = FMA(load_part(q + j, k - j), load_part(x + s * ldx + j, k - j), sum);
        y[s] = lanes(sum);
    }
}

static void additive_scores(size_t n, size_t k, const float *v, const float *q, const float *x, size_t ldx, float *y) {
    for (size_t s = 0; s < n; s++) {
        v8 sum = splat(0);
        for (size_t j = 0; j < k; j += 8) {
            v8 u = tanh8(load_part(x + s * ldx + j, k - j) + load_part(q + j, k - j));
            sum = FMA(load_part(v + j, k - j), u, sum);
        }
        y[s] = lanes(sum);
    }
}

static void additive_backward(size_t n, size_t k, const float *v, const float *q, const float *x, size_t ldx, const float *ds,
                              float *dv, float *dq, float *dx, size_t lddx) {
    const v8 one = splat(1);
    for (size_t j = 0; j < k; j += 8) {
        size_t left = k - j;
        v8 value = load_part(v + j, left), query = load_part(q + j, left);
        v8 dvalue = load_part(dv + j, left), dquery = load_part(dq + j, left);
        for (size_t s = 0; s < n; s++) {
            if (ds[s] == 0) continue;
            v8 u = tanh8(load_part(x + s * ldx + j, left) + query), d = splat(ds[s]);
            dvalue = FMA(d, u, dvalue);
            v8 dz = d * value * (one - u * u);
            dquery += dz;
            store_part(dx + s * lddx + j, load_part(dx + s * lddx + j, left) + dz, left);
        }
        store_part(dv + j, dvalue, left);
        store_part(dq + j, dquery, left);
    }
}

static void masked_softmax(size_t n, const float *mask, float scale, float *x) {
    float most = 0;
    int any = 0;
    for (size_t s = 0; s < n; s++) {
        if (mask && mask[s] == 0) continue;
        most = any && !(x[s] > most) ? most : x[s];
        any = 1;
    }
    if (!any) {
        memset(x, 0, n * sizeof(float));
        return;
    }
    v8 sum = splat(0);
    for (size_t s = 0; s < n; s += 8) {
        size_t left = n - s;
        v8 e = exp8((load_part(x + s, left) - splat(most)) * splat(scale));
        if (mask) e = choose(load_part(mask + s, left) == splat(0), splat(0), e);
        if (left < 8) UNROLL for (size_t i = 0; i < 8; i++) e[i] = i < left ? e[i] : 0;
        store_part(x + s, e, left);
        sum += e;
    }
    float inverse = 1.0f / lanes(sum);
    for (size_t s = 0; s < n; s += 8) store_part(x + s, load_part(x + s, n - s) * splat(inverse), n - s);
}

static void softmax_backward(size_t n, const float *p, float scale, float *d) {
    v8 sum = splat(0);
    for (size_t s = 0; s < n; s += 8) sum = FMA(load_part(p + s, n - s), load_part(d + s, n - s), sum);
    v8 mean = splat(lanes(sum));
    for (size_t s = 0; s < n; s += 8)
        store_part(d + s, splat(scale) * load_part(p + s, n - s) * (load_part(d + s, n - s) - mean), n - s);
}

static void weighted_rows(size_t n, size_t k, const float *w, const float *x, size_t ldx, float *y) {
    size_t j = 0;
    for (; j + 32 <= k; j += 32) {
        v8 sum[4];
        UNROLL for (size_t i = 0; i < 4; i++) sum[i] = load(y + j + i * 8);
        for (size_t s = 0; s < n; s++) {
            if (w[s] == 0) continue;
            v8 weight = splat(w[s]);
            UNROLL for (size_t i = 0; i < 4; i++) sum[i] = FMA(weight, load(x + s * ldx + j + i * 8), sum[i]);
        }
        UNROLL for (size_t i = 0; i < 4; i++) store(y + j + i * 8, sum[i]);
    }
    for (; j < k; j += 8) {
        v8 sum = load_part(y + j, k - j);
        for (size_t s = 0; s < n; s++)
            if (w[s] != 0) sum = FMA(splat(w[s]), load_part(x + s * ldx + j, k - j), sum);
        store_part(y + j, sum, k - j);
    }
}

static void add_outer(size_t n, size_t k, const float *w, const float *x, float *y, size_t ldy) {
    for (size_t s = 0; s < n; s++) {
        if (w[s] == 0) continue;
        v8 weight = splat(w[s]);
        float *row = y + s * ldy;
        for (size_t j = 0; j < k; j += 8)
            store_part(row + j, FMA(weight, load_part(x + j, k - j), load_part(row + j, k - j)), k - j);
    }
}

// MARK: Transformer blocks

INLINE v8 keep_part(v8 x, size_t n) {
    if (n < 8) UNROLL for (size_t i = 0; i < 8; i++) x[i] = i < n ? x[i] : 0;
    return x;
}

static void normalise_rows(size_t rows, size_t m, const float *x, const float *gain, const float *bias, float epsilon, float *y,
                           float *statistics) {
    for (size_t row = 0; row < rows; row++, x += m, y += m, statistics += 2) {
        v8 sum = splat(0), squares = splat(0);
        for (size_t j = 0; j < m; j += 8) sum += load_part(x + j, m - j);
        float mean = lanes(sum) / (float)m;
        for (size_t j = 0; j < m; j += 8) {
            v8 d = keep_part(load_part(x + j, m - j) - splat(mean), m - j);
            squares = FMA(d, d, squares);
        }
        float inverse = 1.0f / sqrtf(lanes(squares) / (float)m + epsilon);
        for (size_t j = 0; j < m; j += 8) {
            v8 normal = (load_part(x + j, m - j) - splat(mean)) * splat(inverse);
            store_part(y + j, FMA(normal, load_part(gain + j, m - j), load_part(bias + j, m - j)), m - j);
        }
        statistics[0] = mean, statistics[1] = inverse;
    }
}

static void normalise_rows_backward(size_t rows, size_t m, const float *x, const float *gain, const float *statistics,
                                    const float *dy, float *dx, float *d_gain, float *d_bias) {
    for (size_t row = 0; row < rows; row++, x += m, dy += m, dx += m, statistics += 2) {
        v8 mean = splat(statistics[0]), inverse = splat(statistics[1]), sum = splat(0), product = splat(0);
        for (size_t j = 0; j < m; j += 8) {
            size_t left = m - j;
            v8 normal = keep_part((load_part(x + j, left) - mean) * inverse, left), d = load_part(dy + j, left);
            v8 g = d * load_part(gain + j, left);
            sum += g;
            product = FMA(g, normal, product);
            store_part(d_gain + j, FMA(d, normal, load_part(d_gain + j, left)), left);
            store_part(d_bias + j, load_part(d_bias + j, left) + d, left);
        }
        v8 mean_g = splat(lanes(sum) / (float)m), mean_product = splat(lanes(product) / (float)m);
        for (size_t j = 0; j < m; j += 8) {
            size_t left = m - j;
            v8 normal = (load_part(x + j, left) - mean) * inverse;
            v8 g = load_part(dy + j, left) * load_part(gain + j, left) - mean_g - normal * mean_product;
            store_part(dx + j, FMA(inverse, g, load_part(dx + j, left)), left);
        }
    }
}

// √(2/π)
#define GELU_SLOPE splat(0.79788456f)
#define GELU_CUBIC splat(0.044715f)

static void feed_forward_activation(size_t n, int relu, const float *x, float *y) {
    for (size_t i = 0; i < n; i += 8) {
        v8 a = load_part(x + i, n - i);
        v8 t = relu ? splat(0) : tanh8(GELU_SLOPE * FMA(GELU_CUBIC * a * a, a, a));
        store_part(y + i, relu ? choose(a < splat(0), splat(0), a) : splat(0.5f) * a * (splat(1) + t), n - i);
    }
}

static void feed_forward_activation_backward(size_t n, int relu, const float *x, float *d) {
    const v8 one = splat(1), half = splat(0.5f);
    for (size_t i = 0; i < n; i += 8) {
        v8 a = load_part(x + i, n - i), slope;
        if (relu) {
            slope = choose(a > splat(0), one, splat(0));
        } else {
            v8 t = tanh8(GELU_SLOPE * FMA(GELU_CUBIC * a * a, a, a));
            v8 inner = GELU_SLOPE * FMA(splat(3) * GELU_CUBIC * a, a, one);
            slope = FMA(half * a * (one - t * t), inner, half * (one + t));
        }
        store_part(d + i, load_part(d + i, n - i) * slope, n - i);
    }
}

#define ATTENTION_KERNELS                                                                                                \
    {                                                                                                                    \
        .dots = dots, .additive_scores = additive_scores, .additive_backward = additive_backward,                        \
        .masked_softmax = masked_softmax, .softmax_backward = softmax_backward, .weighted_rows = weighted_rows,          \
        .add_outer = add_outer, .normalise_rows = normalise_rows, .normalise_rows_backward = normalise_rows_backward,    \
        .feed_forward_activation = feed_forward_activation,                                                              \
        .feed_forward_activation_backward = feed_forward_activation_backward,                                            \
    }
