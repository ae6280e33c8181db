// Kernels of attention and of Transformer blocks; a part of kernels_body.h, after the norms of cells.

// MARK: Attention

static void dots(size_t n, size_t k, const float *q, const float *x, size_t ldx, float *y) {
    size_t s = 0;
    // Four positions at once hide the latency of one chain; a position's lanes are the same either way.
    for (; s + 4 <= n; s += 4) {
        v8 sum[4] = {splat8(0), splat8(0), splat8(0), splat8(0)};
        for (size_t j = 0; j < k; j += 8) {
            v8 query = load8_part(q + j, k - j);
            UNROLL for (int i = 0; i < 4; i++)
                sum[i] = FMA(query, load8_part(x + (s + (size_t)i) * ldx + j, k - j), sum[i]);
        }
        UNROLL for (int i = 0; i < 4; i++) y[s + (size_t)i] = lanes(sum[i]);
    }
    for (; s < n; s++) {
        v8 sum = splat8(0);
        for (size_t j = 0; j < k; j += 8) sum = FMA(load8_part(q + j, k - j), load8_part(x + s * ldx + j, k - j), sum);
        y[s] = lanes(sum);
    }
}

static void additive_scores(size_t n, size_t k, const float *v, const float *q, const float *x, size_t ldx, float *y) {
    for (size_t s = 0; s < n; s++, x += ldx) {
        v8 sum = splat8(0);
        EACH_VECTOR(k, {
            vec u = tanh_each(load_part(x + j, left) + load_part(q + j, left));
            sum = fma_lanes(load_part(v + j, left), u, sum, left);
        });
        y[s] = lanes(sum);
    }
}

static void additive_backward(size_t n, size_t k, const float *v, const float *q, const float *x, size_t ldx,
                              const float *ds, float *dv, float *dq, float *dx, size_t lddx) {
    const vec one = splat(1);
    EACH_VECTOR(k, {
        vec value = load_part(v + j, left), query = load_part(q + j, left);
        vec dvalue = load_part(dv + j, left), dquery = load_part(dq + j, left);
        for (size_t s = 0; s < n; s++) {
            if (is_tiny(ds[s])) continue;
            vec u = tanh_each(load_part(x + s * ldx + j, left) + query), d = splat(ds[s]);
            dvalue = FMA(d, u, dvalue);
            vec dz = d * value * (one - u * u);
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
    v8 sum = splat8(0);
    EACH_VECTOR(n, {
        vec e = exp_above((load_part(x + j, left) - splat(most)) * splat(scale), RK_LEAST_EXPONENT);
        if (mask) e = choose(load_part(mask + j, left) == splat(0), splat(0), e);
        store_part(x + j, e, left);
        sum = add_lanes(sum, keep_part(e, left), left);
    });
    vec inverse = splat(1.0f / lanes(sum));
    EACH_VECTOR(n, { store_part(x + j, load_part(x + j, left) * inverse, left); });
}

static void softmax_backward(size_t n, const float *p, float scale, float *d) {
    v8 sum = splat8(0);
    EACH_VECTOR(n, { sum = fma_lanes(load_part(p + j, left), load_part(d + j, left), sum, left); });
    vec mean = splat(lanes(sum));
    EACH_VECTOR(n, {
        store_flushed(d + j, splat(scale) * load_part(p + j, left) * (load_part(d + j, left) - mean), left);
    });
}

static void weighted_rows(size_t n, size_t k, const float *w, const float *x, size_t ldx, float *y) {
    enum { together = 4 * RK_LANES };
    size_t column = 0;
    for (; column + together <= k; column += together) {
        vec sum[4];
        UNROLL for (size_t i = 0; i < 4; i++) sum[i] = load(y + column + i * RK_LANES);
        for (size_t s = 0; s < n; s++) {
            if (is_tiny(w[s])) continue;
            vec weight = splat(w[s]);
            const float *row = x + s * ldx + column;
            UNROLL for (size_t i = 0; i < 4; i++) sum[i] = FMA(weight, load(row + i * RK_LANES), sum[i]);
        }
        UNROLL for (size_t i = 0; i < 4; i++) store(y + column + i * RK_LANES, sum[i]);
    }
    x += column, y += column;
    EACH_VECTOR(k - column, {
        vec sum = load_part(y + j, left);
        for (size_t s = 0; s < n; s++)
            if (!is_tiny(w[s])) sum = FMA(splat(w[s]), load_part(x + s * ldx + j, left), sum);
        store_part(y + j, sum, left);
    });
}

static void add_outer(size_t n, size_t k, const float *w, const float *x, float *y, size_t ldy) {
    for (size_t s = 0; s < n; s++, y += ldy) {
        if (is_tiny(w[s])) continue;
        vec weight = splat(w[s]);
        EACH_VECTOR(k, { store_part(y + j, FMA(weight, load_part(x + j, left), load_part(y + j, left)), left); });
    }
}

// MARK: Transformer blocks

static void normalise_rows(size_t rows, size_t m, const float *x, const float *gain, const float *bias, float epsilon,
                           float *y, float *statistics) {
    for (size_t row = 0; row < rows; row++, x += m, y += m, statistics += 2) {
        v8 sum = splat8(0), squares = splat8(0);
        EACH_VECTOR(m, { sum = add_lanes(sum, load_part(x + j, left), left); });
        vec mean = splat(lanes(sum) / (float)m);
        EACH_VECTOR(m, {
            vec d = keep_part(load_part(x + j, left) - mean, left);
            squares = fma_lanes(d, d, squares, left);
        });
        vec inverse = splat(1.0f / sqrtf(lanes(squares) / (float)m + epsilon));
        EACH_VECTOR(m, {
            vec normal = (load_part(x + j, left) - mean) * inverse;
            store_flushed(y + j, FMA(normal, load_part(gain + j, left), load_part(bias + j, left)), left);
        });
        statistics[0] = mean[0], statistics[1] = inverse[0];
    }
}

static void normalise_rows_backward(size_t rows, size_t m, const float *x, const float *gain, const float *statistics,
                                    const float *dy, float *dx, float *d_gain, float *d_bias) {
    for (size_t row = 0; row < rows; row++, x += m, dy += m, dx += m, statistics += 2) {
        vec mean = splat(statistics[0]), inverse = splat(statistics[1]);
        v8 sum = splat8(0), product = splat8(0);
        EACH_VECTOR(m, {
            vec normal = keep_part((load_part(x + j, left) - mean) * inverse, left), d = load_part(dy + j, left);
            vec g = d * load_part(gain + j, left);
            sum = add_lanes(sum, g, left);
            product = fma_lanes(g, normal, product, left);
            store_part(d_gain + j, FMA(d, normal, load_part(d_gain + j, left)), left);
            store_part(d_bias + j, load_part(d_bias + j, left) + d, left);
        });
        vec mean_g = splat(lanes(sum) / (float)m), mean_product = splat(lanes(product) / (float)m);
        EACH_VECTOR(m, {
            vec normal = (load_part(x + j, left) - mean) * inverse;
            vec g = load_part(dy + j, left) * load_part(gain + j, left) - mean_g - normal * mean_product;
            store_flushed(dx + j, FMA(inverse, g, load_part(dx + j, left)), left);
        });
    }
}

// √(2/π)
#define GELU_SLOPE splat(0.79788456f)
#define GELU_CUBIC splat(0.044715f)
INLINE vec gelu_tanh(vec a) { return tanh_each(GELU_SLOPE * FMA(GELU_CUBIC * a * a, a, a)); }

static void feed_forward_activation(size_t n, int relu, const float *x, float *y) {
    const vec zero = splat(0), one = splat(1), half = splat(0.5f);
    if (relu) {
        EACH_VECTOR(n, {
            vec a = load_part(x + j, left);
            store_part(y + j, choose(a < zero, zero, a), left);
        });
    } else {
        EACH_VECTOR(n, {
            vec a = load_part(x + j, left);
            store_flushed(y + j, half * a * (one + gelu_tanh(a)), left);
        });
    }
}

static void feed_forward_activation_backward(size_t n, int relu, const float *x, float *d) {
    const vec zero = splat(0), one = splat(1), half = splat(0.5f);
    if (relu) {
        EACH_VECTOR(n, {
            vec slope = choose(load_part(x + j, left) > zero, one, zero);
            store_part(d + j, load_part(d + j, left) * slope, left);
        });
    } else {
        EACH_VECTOR(n, {
            vec a = load_part(x + j, left), t = gelu_tanh(a);
            vec inner = GELU_SLOPE * FMA(splat(3) * GELU_CUBIC * a, a, one);
            vec slope = FMA(half * a * (one - t * t), inner, half * (one + t));
            store_flushed(d + j, load_part(d + j, left) * slope, left);
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
