// Softmax and the cross-entropy after it.

INLINE float highest(size_t v, const float *x) {
    float most = x[0];
    if (v >= 8) {
        v8 lane = load8(x);
        for (size_t j = 8; j + 8 <= v; j += 8) lane = choose8(load8(x + j) > lane, load8(x + j), lane);
        for (int i = 0; i < 8; i++) most = lane[i] > most ? lane[i] : most;
    }
    for (size_t j = v < 8 ? 1 : v - v % 8; j < v; j++) most = x[j] > most ? x[j] : most;
    return most;
}

// The sum of e^((x − most) · inverse) with exponents of at least `least`, in eight lanes; the terms are kept in `out`,
// which may be NULL. Far-away terms are so small that the sum does not feel the bound.
INLINE float exponentials(size_t v, const float *x, float most, float inverse, float least, float *out) {
    v8 sum = splat8(0);
    EACH_VECTOR(v, {
        vec e = exp_above((load_part(x + j, left) - splat(most)) * splat(inverse), least);
        if (out) store_part(out + j, e, left);
        sum = add_lanes(sum, keep_part(e, left), left);
    });
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
            sum = exponentials(v, x, most, 1.0f, RK_LEAST_EXPONENT, g);
            float inverse = scale / sum;
            EACH_VECTOR(v, {
                vec share = load_part(g + j, left) * splat(inverse);
                store_part(g + j, choose(share < splat(RK_LEAST), splat(0), share), left);
            });
            g[targets[row]] -= scale;
        } else {
            sum = exponentials(v, x, most, 1.0f, RK_LEAST_EXPONENT, NULL);
        }
        *loss += rk_log((double)sum) + ((double)most - (double)target_logit);
    }
    return counted;
}

// e^−69 over a sum of ten million terms is still a normal number, and has a logarithm.
static void softmax(size_t n, size_t v, const float *logits, float inverse_temperature, float *probabilities) {
    for (size_t row = 0; row < n; row++) {
        const float *x = logits + row * v;
        float *p = probabilities + row * v;
        float inverse = 1.0f / exponentials(v, x, highest(v, x), inverse_temperature, -69.0f, p);
        EACH_VECTOR(v, store_part(p + j, load_part(p + j, left) * splat(inverse), left););
    }
}
