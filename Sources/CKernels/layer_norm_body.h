// Layer normalisation inside a cell (Ba, Kiros & Hinton 2016), part of kernels_body.h: rows are reduced in eight lanes.

// x becomes (x − mean) · inverse; the answer is inverse = 1 / √(variance + ε).
INLINE float normalize_row(size_t n, float *x) {
    v8 sum = splat8(0), squares = splat8(0);
    for (size_t j = 0; j < n; j += RK_LANES) sum = add_lanes(sum, load_part(x + j, n - j), n - j);
    vec mean = splat(lanes(sum) / (float)n);
    for (size_t j = 0; j < n; j += RK_LANES) {
        vec d = keep_part(load_part(x + j, n - j) - mean, n - j);
        squares = fma_lanes(d, d, squares, n - j);
    }
    float inverse = 1.0f / sqrtf(lanes(squares) / (float)n + RK_NORM_EPSILON);
    for (size_t j = 0; j < n; j += RK_LANES)
        store_flushed(x + j, (load_part(x + j, n - j) - mean) * splat(inverse), n - j);
    return inverse;
}

// x, normalised, becomes dL/dx before the normalisation: inverse · (d − mean(d) − x · mean(d · x)) with d = gain · dy.
INLINE void normalize_row_backward(size_t n, const float *dy, const float *gain, float inverse, float *x,
                                   float *gain_gradient) {
    v8 sum = splat8(0), dot = splat8(0);
    for (size_t j = 0; j < n; j += RK_LANES) {
        vec y = load_part(dy + j, n - j), value = load_part(x + j, n - j), d = y * load_part(gain + j, n - j);
        sum = add_lanes(sum, d, n - j);
        dot = fma_lanes(d, value, dot, n - j);
        store_part(gain_gradient + j, FMA(y, value, load_part(gain_gradient + j, n - j)), n - j);
    }
    vec mean = splat(lanes(sum) / (float)n), slope = splat(-lanes(dot) / (float)n);
    for (size_t j = 0; j < n; j += RK_LANES) {
        vec d = load_part(dy + j, n - j) * load_part(gain + j, n - j) - mean;
        store_flushed(x + j, FMA(load_part(x + j, n - j), slope, d) * splat(inverse), n - j);
    }
}

static void layer_norm_forward(size_t rows, size_t columns, float *x, const float *gain, const float *bias, float *y,
                               size_t ld, float *inverse) {
    for (size_t row = 0; row < rows; row++, x += ld, y += ld) {
        inverse[row] = normalize_row(columns, x);
        for (size_t j = 0; j < columns; j += RK_LANES) {
            size_t left = columns - j;
            vec start = bias ? load_part(bias + j, left) : load_part(y + j, left);
            store_part(y + j, FMA(load_part(gain + j, left), load_part(x + j, left), start), left);
        }
    }
}

static void layer_norm_backward(size_t rows, size_t columns, const float *dy, const float *gain, const float *inverse,
                                float *x, size_t ld, float *gain_gradient) {
    for (size_t row = 0; row < rows; row++, dy += ld, x += ld)
        normalize_row_backward(columns, dy, gain, inverse[row], x, gain_gradient);
}

static void lstm_norm_forward(size_t b, size_t h, float *z, const float *mask, const float *c_prev, const float *h_prev,
                              float *c, const float *gain, const float *bias, float *normalized, float *inverse,
                              float *tanh_c, float *h_out, size_t ld_h) {
    for (size_t row = 0; row < b; row++) {
        float *zi = z + row * 4 * h, *zf = zi + h, *zg = zf + h, *zo = zg + h;
        const float *cp = c_prev + row * h;
        float *cr = c + row * h, *nr = normalized + row * h, *tr = tanh_c + row * h, *hr = h_out + row * ld_h;
        if (mask && mask[row] == 0) {
            carry(h, cp, cr);
            carry(h, h_prev + row * ld_h, hr);
            continue;
        }
        for (size_t j = 0; j < h; j += RK_LANES) {
            size_t left = h - j;
            vec i = sigmoid_each(load_part(zi + j, left)), f = sigmoid_each(load_part(zf + j, left)),
               g = tanh_each(load_part(zg + j, left));
            vec cell = flush(FMA(f, load_part(cp + j, left), i * g));
            store_part(zi + j, i, left);
            store_part(zf + j, f, left);
            store_part(zg + j, g, left);
            store_part(cr + j, cell, left);
            store_part(nr + j, cell, left);
        }
        inverse[row] = normalize_row(h, nr);
        for (size_t j = 0; j < h; j += RK_LANES) {
            size_t left = h - j;
            vec o = sigmoid_each(load_part(zo + j, left));
            vec t = tanh_each(FMA(load_part(gain + j, left), load_part(nr + j, left), load_part(bias + j, left)));
            store_part(zo + j, o, left);
            store_part(tr + j, t, left);
            store_flushed(hr + j, o * t, left);
        }
    }
}

static void lstm_norm_backward(size_t b, size_t h, const float *gates, const float *mask, const float *c_prev,
                               const float *tanh_c, const float *gain, float *normalized, const float *inverse,
                               float *dh, float *dc, float *dz, float *gain_gradient, float *bias_gradient) {
    const vec one = splat(1);
    for (size_t row = 0; row < b; row++) {
        const float *zi = gates + row * 4 * h, *zf = zi + h, *zg = zf + h, *zo = zg + h;
        const float *cp = c_prev + row * h, *tr = tanh_c + row * h;
        float *di = dz + row * 4 * h, *df = di + h, *dg = df + h, *dO = dg + h, *dhr = dh + row * h,
              *dcr = dc + row * h;
        float *nr = normalized + row * h;
        if (mask && mask[row] == 0) {
            memset(di, 0, 4 * h * sizeof(float));
            continue;
        }
        for (size_t j = 0; j < h; j += RK_LANES) {
            size_t left = h - j;
            vec o = load_part(zo + j, left), t = load_part(tr + j, left), d = load_part(dhr + j, left);
            // dL/d(gain · normalized + bias), until the row's sums are known.
            store_flushed(di + j, d * o * (one - t * t), left);
            store_flushed(dO + j, d * t * (o * (one - o)), left);
            store_part(dhr + j, splat(0), left);
        }
        add(h, di, bias_gradient);
        normalize_row_backward(h, di, gain, inverse[row], nr, gain_gradient);
        for (size_t j = 0; j < h; j += RK_LANES) {
            size_t left = h - j;
            vec i = load_part(zi + j, left), f = load_part(zf + j, left), g = load_part(zg + j, left);
            vec cell = load_part(nr + j, left) + load_part(dcr + j, left);
            store_flushed(di + j, cell * g * (i * (one - i)), left);
            store_flushed(df + j, cell * load_part(cp + j, left) * (f * (one - f)), left);
            store_flushed(dg + j, cell * i * (one - g * g), left);
            store_flushed(dcr + j, cell * f, left);
        }
    }
}
