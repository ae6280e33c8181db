// Kernels of attention and of Transformer blocks; a part of kernels_body.h, after the norms of cells.

// MARK: Attention

static void dots(size_t n, size_t k, const float *q, const float *x, size_t ldx, float *y) {
    size_t s = 0;
    // Four positions at once hide the latency of one chain; a position's lanes are the same either way.
    for (; s + 4 <= n; s += 4) {
        v8 sum[4] = {splat(0), splat(0), splat(0), splat(0)};
        for (size_t j = 0; j < k; j += 8) {
            v8 query = load_part(q + j, k - j);
            UNROLL for (int i = 0; i < 4; i++)
                sum[i] = FMA(query, load_part(x + (s + (size_t)i) * ldx + j, k - j), sum[i]);
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
    for (size_t s = 0; s < n; s++, x += ldx) {
        v8 sum = splat(0);
        EACH_VECTOR(k, {
            v8 u = tanh8(load_part(x + j, left) + load_part(q + j, left));
            sum = FMA(load_part(v + j, left), u, sum);
        });
        y[s] = lanes(sum);
    }
}

static void additive_backward(size_t n, size_t k, const float *v, const float *q, const float *x, size_t ldx,
                              const float *ds, float *dv, float *dq, float *dx, size_t lddx) {
    const v8 one = splat(1);
    EACH_VECTOR(k, {
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
    });
}

static void masked_softmax(size_t n, const float *mask, float scale, float *x) {
    // Positions that do not count take the first one's score that does, so that they do not raise the highest.
    size_t first = 0;
    while (first < n && mask && mask[first] == 0) first++;
    if (first >= n) {
        memset(x, 0, n * sizeof(float));
        return;
    }
    for (size_t s = 0; mask && s < n; s++) x[s] = mask[s] == 0 ? x[first] : x[s];
    float most = highest(n, x);
    v8 sum = splat(0);
    EACH_VECTOR(n, {
        v8 e = exp8((load_part(x + j, left) - splat(most)) * splat(scale));
        if (mask) e = choose(load_part(mask + j, left) == splat(0), splat(0), e);
        store_part(x + j, e, left);
        sum += keep_part(e, left);
    });
    v8 inverse = splat(1.0f / lanes(sum));
    EACH_VECTOR(n, { store_part(x + j, load_part(x + j, left) * inverse, left); });
}

static void softmax_backward(size_t n, const float *p, float scale, float *d) {
    v8 sum = splat(0);
    EACH_VECTOR(n, { sum = FMA(load_part(p + j, left), load_part(d + j, left), sum); });
    v8 mean = splat(lanes(sum));
    EACH_VECTOR(
        n, { store_part(d + j, splat(scale) * load_part(p + j, left) * (load_part(d + j, left) - mean), left); });
}

static void weighted_rows(size_t n, size_t k, const float *w, const float *x, size_t ldx, float *y) {
    size_t column = 0;
    for (; column + 32 <= k; column += 32) {
        v8 sum[4];
        UNROLL for (size_t i = 0; i < 4; i++) sum[i] = load(y + column + i * 8);
        for (size_t s = 0; s < n; s++) {
            if (w[s] == 0) continue;
            v8 weight = splat(w[s]);
            UNROLL for (size_t i = 0; i < 4; i++) sum[i] = FMA(weight, load(x + s * ldx + column + i * 8), sum[i]);
        }
        UNROLL for (size_t i = 0; i < 4; i++) store(y + column + i * 8, sum[i]);
    }
    x += column, y += column;
    EACH_VECTOR(k - column, {
        v8 sum = load_part(y + j, left);
        for (size_t s = 0; s < n; s++)
            if (w[s] != 0) sum = FMA(splat(w[s]), load_part(x + s * ldx + j, left), sum);
        store_part(y + j, sum, left);
    });
}

static void add_outer(size_t n, size_t k, const float *w, const float *x, float *y, size_t ldy) {
    for (size_t s = 0; s < n; s++, y += ldy) {
        if (w[s] == 0) continue;
        v8 weight = splat(w[s]);
        EACH_VECTOR(k, { store_part(y + j, FMA(weight, load_part(x + j, left), load_part(y + j, left)), left); });
    }
}

// MARK: Transformer blocks

static void normalise_rows(size_t rows, size_t m, const float *x, const float *gain, const float *bias, float epsilon,
                           float *y, float *statistics) {
    for (size_t row = 0; row < rows; row++, x += m, y += m, statistics += 2) {
        v8 sum = splat(0), squares = splat(0);
        EACH_VECTOR(m, { sum += load_part(x + j, left); });
        v8 mean = splat(lanes(sum) / (float)m);
        EACH_VECTOR(m, {
            v8 d = keep_part(load_part(x + j, left) - mean, left);
            squares = FMA(d, d, squares);
        });
        v8 inverse = splat(1.0f / sqrtf(lanes(squares) / (float)m + epsilon));
        EACH_VECTOR(m, {
            v8 normal = (load_part(x + j, left) - mean) * inverse;
            store_part(y + j, FMA(normal, load_part(gain + j, left), load_part(bias + j, left)), left);
        });
        statistics[0] = mean[0], statistics[1] = inverse[0];
    }
}

static void normalise_rows_backward(size_t rows, size_t m, const float *x, const float *gain, const float *statistics,
                                    const float *dy, float *dx, float *d_gain, float *d_bias) {
    for (size_t row = 0; row < rows; row++, x += m, dy += m, dx += m, statistics += 2) {
        v8 mean = splat(statistics[0]), inverse = splat(statistics[1]), sum = splat(0), product = splat(0);
        EACH_VECTOR(m, {
            v8 normal = keep_part((load_part(x + j, left) - mean) * inverse, left), d = load_part(dy + j, left);
            v8 g = d * load_part(gain + j, left);
            sum += g;
            product = FMA(g, normal, product);
            store_part(d_gain + j, FMA(d, normal, load_part(d_gain + j, left)), left);
            store_part(d_bias + j, load_part(d_bias + j, left) + d, left);
        });
        v8 mean_g = splat(lanes(sum) / (float)m), mean_product = splat(lanes(product) / (float)m);
        EACH_VECTOR(m, {
            v8 normal = (load_part(x + j, left) - mean) * inverse;
            v8 g = load_part(dy + j, left) * load_part(gain + j, left) - mean_g - normal * mean_product;
            store_part(dx + j, FMA(inverse, g, load_part(dx + j, left)), left);
        });
    }
}

// √(2/π)
#define GELU_SLOPE splat(0.79788456f)
#define GELU_CUBIC splat(0.044715f)
INLINE v8 gelu_tanh(v8 a) { return tanh8(GELU_SLOPE * FMA(GELU_CUBIC * a * a, a, a)); }

static void feed_forward_activation(size_t n, int relu, const float *x, float *y) {
    const v8 zero = splat(0), one = splat(1), half = splat(0.5f);
    if (relu) {
        EACH_VECTOR(n, {
            v8 a = load_part(x + j, left);
            store_part(y + j, choose(a < zero, zero, a), left);
        });
    } else {
        EACH_VECTOR(n, {
            v8 a = load_part(x + j, left);
            store_part(y + j, half * a * (one + gelu_tanh(a)), left);
        });
    }
}

static void feed_forward_activation_backward(size_t n, int relu, const float *x, float *d) {
    const v8 zero = splat(0), one = splat(1), half = splat(0.5f);
    if (relu) {
        EACH_VECTOR(n, {
            v8 slope = choose(load_part(x + j, left) > zero, one, zero);
            store_part(d + j, load_part(d + j, left) * slope, left);
        });
    } else {
        EACH_VECTOR(n, {
            v8 a = load_part(x + j, left), t = gelu_tanh(a);
            v8 inner = GELU_SLOPE * FMA(splat(3) * GELU_CUBIC * a, a, one);
            v8 slope = FMA(half * a * (one - t * t), inner, half * (one + t));
            store_part(d + j, load_part(d + j, left) * slope, left);
        });
    }
}

#define ATTENTION_KERNELS \
    { \
        .dots = dots, .additive_scores = additive_scores, .additive_backward = additive_backward, \
        .masked_softmax = masked_softmax, .softmax_backward = softmax_backward, .weighted_rows = weighted_rows, \
        .add_outer = add_outer, .normalise_rows = normalise_rows, \
        .normalise_rows_backward = normalise_rows_backward, .feed_forward_activation = feed_forward_activation, \
        .feed_forward_activation_backward = feed_forward_activation_backward, \
    }
