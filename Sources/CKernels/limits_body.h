// What the machine can do at most, measured: the yardsticks of benchmarks.

// `rounds` of twelve independent chains of fused multiply-adds in registers: RK_PEAK_FLOPS each.
static float fma_rounds(size_t rounds) {
    enum { chains = 12 };
    vec acc[chains];
    const vec x = splat(0.999f), y = splat(1e-6f);
    UNROLL for (int i = 0; i < chains; i++) acc[i] = splat((float)i);
    for (size_t round = 0; round < rounds; round++) {
        UNROLL for (int turn = 0; turn < RK_PEAK_FLOPS / (2 * chains * RK_LANES); turn++)
            UNROLL for (int i = 0; i < chains; i++) acc[i] = FMA(acc[i], x, y);
    }
    vec total = splat(0);
    UNROLL for (int i = 0; i < chains; i++) total += acc[i];
    return lanes(add_lanes(splat8(0), total, RK_LANES));
}

// The sum of n floats, eight vectors at a time: as fast as they can be read. What is left of n is not.
static float read_floats(size_t n, const float *x) {
    enum { chains = 8 };
    vec acc[chains];
    UNROLL for (int i = 0; i < chains; i++) acc[i] = splat(0);
    for (size_t j = 0; j + RK_LANES * chains <= n; j += RK_LANES * chains) {
        UNROLL for (size_t i = 0; i < chains; i++) acc[i] += load(x + j + RK_LANES * i);
    }
    vec total = splat(0);
    UNROLL for (int i = 0; i < chains; i++) total += acc[i];
    return lanes(add_lanes(splat8(0), total, RK_LANES));
}
