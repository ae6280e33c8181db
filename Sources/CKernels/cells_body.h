// The gates of the cells, one step of a batch at a time.

static void carry(size_t h, const float *from, float *to) { if (to != from) memcpy(to, from, h * sizeof(float)); }

static void lstm_forward(size_t b, size_t h, float *z, const float *mask, const float *c_prev, const float *h_prev,
                         float *c, float *tanh_c, float *h_out, size_t ld_h) {
    for (size_t row = 0; row < b; row++) {
        float *zi = z + row * 4 * h, *zf = zi + h, *zg = zf + h, *zo = zg + h;
        const float *cp = c_prev + row * h;
        float *cr = c + row * h, *tr = tanh_c + row * h, *hr = h_out + row * ld_h;
        if (mask && mask[row] == 0) {
            carry(h, cp, cr);
            carry(h, h_prev + row * ld_h, hr);
            continue;
        }
        // Short loops, so that the chains of several turns are in flight at once.
        EACH_VECTOR(2 * h, store_part(zi + j, sigmoid_each(load_part(zi + j, left)), left););
        EACH_VECTOR(h, store_part(zg + j, tanh_each(load_part(zg + j, left)), left););
        EACH_VECTOR(h, store_part(zo + j, sigmoid_each(load_part(zo + j, left)), left););
        EACH_VECTOR(h, {
            vec i = load_part(zi + j, left), f = load_part(zf + j, left);
            vec cell = flush(FMA(f, load_part(cp + j, left), i * load_part(zg + j, left)));
            vec t = tanh_each(cell);
            store_part(cr + j, cell, left);
            store_part(tr + j, t, left);
            store_flushed(hr + j, load_part(zo + j, left) * t, left);
        });
    }
}

static void lstm_backward(size_t b, size_t h, const float *gates, const float *mask, const float *c_prev,
                          const float *tanh_c, float *dh, float *dc, float *dz) {
    const vec one = splat(1);
    for (size_t row = 0; row < b; row++) {
        const float *zi = gates + row * 4 * h, *zf = zi + h, *zg = zf + h, *zo = zg + h;
        const float *cp = c_prev + row * h, *tr = tanh_c + row * h;
        float *di = dz + row * 4 * h, *df = di + h, *dg = df + h, *dO = dg + h, *dhr = dh + row * h,
              *dcr = dc + row * h;
        if (mask && mask[row] == 0) {
            memset(di, 0, 4 * h * sizeof(float));
            continue;
        }
        EACH_VECTOR(h, {
            vec i = load_part(zi + j, left), f = load_part(zf + j, left), g = load_part(zg + j, left);
            vec o = load_part(zo + j, left), t = load_part(tr + j, left), d = load_part(dhr + j, left);
            vec cell = FMA(d * o, one - t * t, load_part(dcr + j, left));
            store_flushed(di + j, cell * g * (i * (one - i)), left);
            store_flushed(df + j, cell * load_part(cp + j, left) * (f * (one - f)), left);
            store_flushed(dg + j, cell * i * (one - g * g), left);
            store_flushed(dO + j, d * t * (o * (one - o)), left);
            store_flushed(dcr + j, cell * f, left);
            store_part(dhr + j, splat(0), left);
        });
    }
}

static void gru_forward(size_t b, size_t h, float *zx, const float *zh, const float *mask, const float *h_prev,
                        float *h_out, size_t ld_h) {
    for (size_t row = 0; row < b; row++) {
        float *xr = zx + row * 3 * h, *xu = xr + h, *xn = xu + h, *hr = h_out + row * ld_h;
        const float *yr = zh + row * 3 * h, *yn = yr + 2 * h, *hp = h_prev + row * ld_h;
        if (mask && mask[row] == 0) {
            carry(h, hp, hr);
            continue;
        }
        EACH_VECTOR(2 * h, store_part(xr + j, sigmoid_each(load_part(xr + j, left) + load_part(yr + j, left)), left););
        EACH_VECTOR(h, {
            vec n = tanh_each(FMA(load_part(xr + j, left), load_part(yn + j, left), load_part(xn + j, left)));
            store_part(xn + j, n, left);
            store_flushed(hr + j, FMA(load_part(xu + j, left), load_part(hp + j, left) - n, n), left);
        });
    }
}

static void gru_backward(size_t b, size_t h, const float *gates, const float *zh, const float *mask,
                         const float *h_prev, size_t ld_h, float *dh, float *dzx, float *dzh) {
    const vec one = splat(1);
    for (size_t row = 0; row < b; row++) {
        const float *gr = gates + row * 3 * h, *gu = gr + h, *gn = gu + h, *yn = zh + row * 3 * h + 2 * h,
                    *hp = h_prev + row * ld_h;
        float *xr = dzx + row * 3 * h, *xu = xr + h, *xn = xu + h, *dhr = dh + row * h;
        float *yr = dzh + row * 3 * h, *yu = yr + h, *ydn = yu + h;
        if (mask && mask[row] == 0) {
            memset(xr, 0, 3 * h * sizeof(float));
            memset(yr, 0, 3 * h * sizeof(float));
            continue;
        }
        EACH_VECTOR(h, {
            vec r = load_part(gr + j, left), u = load_part(gu + j, left), n = load_part(gn + j, left),
               d = load_part(dhr + j, left);
            vec du = flush(d * (load_part(hp + j, left) - n) * (u * (one - u)));
            vec dn = flush(d * (one - u) * (one - n * n));
            vec dr = flush(dn * load_part(yn + j, left) * (r * (one - r)));
            store_part(xr + j, dr, left);
            store_part(xu + j, du, left);
            store_part(xn + j, dn, left);
            store_part(yr + j, dr, left);
            store_part(yu + j, du, left);
            store_flushed(ydn + j, dn * r, left);
            store_flushed(dhr + j, d * u, left);
        });
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
        EACH_VECTOR(h, {
            vec x = load_part(zr + j, left);
            x = activation == 0 ? tanh_each(x) : activation == 1 ? sigmoid_each(x) : choose(x < splat(0), splat(0), x);
            store_flushed(hr + j, x, left);
        });
    }
}

static void rnn_backward(size_t b, size_t h, const float *h_out, size_t ld_h, int activation, const float *mask,
                         float *dh, float *dz) {
    const vec one = splat(1);
    for (size_t row = 0; row < b; row++) {
        const float *hr = h_out + row * ld_h;
        float *dhr = dh + row * h, *dzr = dz + row * h;
        if (mask && mask[row] == 0) {
            memset(dzr, 0, h * sizeof(float));
            continue;
        }
        EACH_VECTOR(h, {
            vec x = load_part(hr + j, left), d = load_part(dhr + j, left);
            vec slope = activation == 0   ? one - x * x
                       : activation == 1 ? x * (one - x)
                                         : choose(x > splat(0), one, splat(0));
            store_flushed(dzr + j, d * slope, left);
            store_part(dhr + j, splat(0), left);
        });
    }
}
