// The GRU whose reset gate acts before the product (Cho et al. 2014), part of kernels_body.h: each step in two halves,
// with the product of r ⊙ h between them.

static void gru_gates_forward(size_t b, size_t h, float *zx, const float *zh, const float *mask, const float *h_in,
                              size_t ld_in, float *reset_h) {
    for (size_t row = 0; row < b; row++) {
        float *xr = zx + row * 3 * h, *xu = xr + h, *out = reset_h + row * h;
        const float *yr = zh + row * 3 * h, *yu = yr + h, *in = h_in + row * ld_in;
        if (mask && mask[row] == 0) {
            memset(out, 0, h * sizeof(float));
            continue;
        }
        for (size_t j = 0; j < h; j += RK_LANES) {
            size_t left = h - j;
            vec r = sigmoid_each(load_part(xr + j, left) + load_part(yr + j, left));
            vec u = sigmoid_each(load_part(xu + j, left) + load_part(yu + j, left));
            store_part(xr + j, r, left);
            store_part(xu + j, u, left);
            store_flushed(out + j, r * load_part(in + j, left), left);
        }
    }
}

static void gru_candidate_forward(size_t b, size_t h, float *zx, const float *zh, const float *mask,
                                  const float *h_prev, float *h_out, size_t ld_h) {
    for (size_t row = 0; row < b; row++) {
        float *xu = zx + row * 3 * h + h, *xn = xu + h, *hr = h_out + row * ld_h;
        const float *yn = zh + row * 3 * h + 2 * h, *hp = h_prev + row * ld_h;
        if (mask && mask[row] == 0) {
            carry(h, hp, hr);
            continue;
        }
        for (size_t j = 0; j < h; j += RK_LANES) {
            size_t left = h - j;
            vec n = tanh_each(load_part(xn + j, left) + load_part(yn + j, left));
            store_part(xn + j, n, left);
            store_flushed(hr + j, FMA(load_part(xu + j, left), load_part(hp + j, left) - n, n), left);
        }
    }
}

static void gru_candidate_backward(size_t b, size_t h, const float *gates, const float *mask, const float *h_prev,
                                   size_t ld_h, float *dh, float *dz) {
    const vec one = splat(1);
    for (size_t row = 0; row < b; row++) {
        const float *gu = gates + row * 3 * h + h, *gn = gu + h, *hp = h_prev + row * ld_h;
        float *dr = dz + row * 3 * h, *du = dr + h, *dn = du + h, *dhr = dh + row * h;
        if (mask && mask[row] == 0) {
            memset(dr, 0, 3 * h * sizeof(float));
            continue;
        }
        for (size_t j = 0; j < h; j += RK_LANES) {
            size_t left = h - j;
            vec u = load_part(gu + j, left), n = load_part(gn + j, left), d = load_part(dhr + j, left);
            store_flushed(du + j, d * (load_part(hp + j, left) - n) * (u * (one - u)), left);
            store_flushed(dn + j, d * (one - u) * (one - n * n), left);
            store_flushed(dhr + j, d * u, left);
        }
    }
}

static void gru_gates_backward(size_t b, size_t h, const float *gates, const float *mask, const float *h_in,
                               size_t ld_in, const float *d_reset_h, float *dh_in, float *dz) {
    const vec one = splat(1);
    for (size_t row = 0; row < b; row++) {
        const float *gr = gates + row * 3 * h, *in = h_in + row * ld_in, *d = d_reset_h + row * h;
        float *dr = dz + row * 3 * h, *to = dh_in + row * h;
        if (mask && mask[row] == 0) continue;
        for (size_t j = 0; j < h; j += RK_LANES) {
            size_t left = h - j;
            vec r = load_part(gr + j, left), slope = load_part(d + j, left);
            store_flushed(dr + j, slope * load_part(in + j, left) * (r * (one - r)), left);
            store_flushed(to + j, FMA(slope, r, load_part(to + j, left)), left);
        }
    }
}
