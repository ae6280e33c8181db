// What the machine can do at most, measured: the yardsticks of benchmarks.

// `rounds` of twelve independent chains of fused multiply-adds, eight wide, in registers: RK_PEAK_FLOPS each.
static float fma_rounds(size_t rounds) {
    enum { chains = 12 };
    v8 acc[chains];
    const v8 x = splat(0.999f), y = splat(1e-6f);
    UNROLL for (int i = 0; i < chains; i++) acc[i] = splat((float)i);
    for (size_t round = 0; round < rounds; round++) {
        UNROLL for (int i = 0; i < chains; i++) acc[i] = FMA(acc[i], x, y);
    }
    v8 total = splat(0);
    UNROLL for (int i = 0; i < chains; i++) total += acc[i];
    return lanes(total);
}

// The sum of n floats, eight vectors at a time: as fast as they can be read.
static float read_floats(size_t n, const float *x) {
    enum { chains = 8 };
    v8 acc[chains];
    UNROLL for (int i = 0; i < chains; i++) acc[i] = splat(0);
    for (size_t j = 0; j + 8 * chains <= n; j += 8 * chains) {
        UNROLL for (int i = 0; i < chains; i++) acc[i] += load(x + j + 8 * (size_t)i);
    }
    v8 total = splat(0);
    UNROLL for (int i = 0; i < chains; i++) total += acc[i];
    return lanes(total);
}
