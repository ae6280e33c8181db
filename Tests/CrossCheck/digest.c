// Prints a digest of the bytes that each kernel gives on fixed inputs, for each instruction set of the machine that
// runs it. The same source runs natively and, cross-compiled, on an emulated arm64: every line must be the same.
#ifdef RK_WIDE
#include "CWideKernels.h"
#endif
#include "CKernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 42;
// SplitMix64; only integer arithmetic and one exact conversion, so that inputs agree everywhere.
static float draw(void) {
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (float)(int32_t)((z ^ (z >> 31)) >> 40) / 4194304.0f - 2.0f;
}
static float *fill(size_t n) {
    float *x = malloc((n + 1) * sizeof(float));
    for (size_t i = 0; i < n; i++) x[i] = draw();
    return x;
}
static uint64_t digest = 0;
// FNV-1a.
static void take(const void *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) digest = (digest ^ ((const unsigned char *)bytes)[i]) * 0x100000001B3u;
}
static void take_floats(const float *x, size_t n) { take(x, n * sizeof(float)); }

static void say(const char *what) {
    printf("%s %016llx\n", what, (unsigned long long)digest);
    digest = 0xCBF29CE484222325u;
}

static const size_t sizes[] = {1, 3, 7, 8, 9, 16, 31, 64, 67};

static void attention(const rk_attention_kernels *k) {
    for (int s = 0; s < 9; s++) {
        size_t m = sizes[s], n = 5;
        float mask[] = {1, 0, 1, 1, 1}, scores[5], gradients[5];
        float *q = fill(m), *v = fill(m), *x = fill(n * m), *dv = fill(m), *dq = fill(m), *dx = fill(n * m),
              *y = fill(n * m);
        float statistics[10] = {0};
        k->dots(n, m, q, x, m, scores), take_floats(scores, n);
        k->additive_scores(n, m, v, q, x, m, scores), take_floats(scores, n);
        k->masked_softmax(n, mask, 0.3f, scores), take_floats(scores, n);
        memcpy(gradients, x, m < n ? m * sizeof(float) : n * sizeof(float));
        for (size_t i = m; i < n; i++) gradients[i] = 0.25f;
        k->softmax_backward(n, scores, 0.3f, gradients), take_floats(gradients, n);
        k->additive_backward(n, m, v, q, x, m, gradients, dv, dq, dx, m);
        take_floats(dv, m), take_floats(dq, m), take_floats(dx, n * m);
        k->weighted_rows(n, m, scores, x, m, y), take_floats(y, m);
        k->add_outer(n, m, scores, q, y, m), take_floats(y, n * m);
        k->normalise_rows(n, m, x, q, v, 1e-5f, y, statistics), take_floats(y, n * m), take_floats(statistics, 2 * n);
        k->normalise_rows_backward(n, m, x, q, statistics, y, dx, dq, dv);
        take_floats(dx, n * m), take_floats(dq, m), take_floats(dv, m);
        for (int relu = 0; relu < 2; relu++) {
            k->feed_forward_activation(n * m, relu, x, y), take_floats(y, n * m);
            k->feed_forward_activation_backward(n * m, relu, x, y), take_floats(y, n * m);
        }
    }
}

static void maps(const rk_kernels *k) {
    for (int s = 0; s < 9; s++) {
        size_t n = sizes[s];
        float *x = fill(n), *y = fill(n);
        k->map_exp(n, x, y), take_floats(y, n);
        k->map_tanh(n, x, y), take_floats(y, n);
        k->map_sigmoid(n, x, y), take_floats(y, n);
    }
}

static void product(const rk_kernels *k, size_t m, size_t n, size_t depth, float *scratch) {
    float *a = fill(m * depth), *b = fill(depth * n), *bias = fill(n), *c = fill(m * n);
    size_t count = (n + RK_PANEL - 1) / RK_PANEL * rk_panel_stride(depth);
    float *packed = calloc(count, sizeof(float));
    k->pack(depth, n, b, 1, depth, packed, rk_panel_stride(depth));
    k->gemm(m, n, depth, a, depth, 1, packed, bias, c, n, 0, scratch), take_floats(c, m * n);
    k->gemm(m, n, depth, a, 1, m, packed, NULL, c, n, 1, scratch), take_floats(c, m * n);
    uint16_t *halves = malloc(count * sizeof(uint16_t));
    k->to_half(count, packed, halves), take(halves, count * sizeof(uint16_t));
    k->gemm_half(m, n, depth, a, depth, halves, bias, c, n, 0), take_floats(c, m * n);
}

static void products(const rk_kernels *k) {
    float *scratch = malloc(RK_SCRATCH * sizeof(float));
    for (int s = 0; s < 9; s++)
        for (int t = 0; t < 9; t += 2) product(k, sizes[t], sizes[s], 5 + 97 * (size_t)s, scratch);
    // Rows that collide in a cache; several chunks and blocks of the right-hand side.
    product(k, 45, 40, 512, scratch);
    product(k, 40, 900, 390, scratch);
    product(k, 130, 600, 450, scratch);
}

static void cells(const rk_kernels *k) {
    for (int s = 0; s < 9; s++) {
        size_t h = sizes[s], b = 3;
        float mask[] = {1, 0, 1};
        float *z = fill(4 * b * h), *zh = fill(4 * b * h), *c = fill(b * h), *hp = fill(b * h), *out = fill(b * h);
        float *cell = fill(b * h), *tanh_c = fill(b * h), *dh = fill(b * h), *dc = fill(b * h), *dz = fill(4 * b * h),
              *dzh = fill(4 * b * h);
        k->lstm_forward(b, h, z, mask, c, hp, cell, tanh_c, out, h), take_floats(out, b * h);
        k->lstm_backward(b, h, z, mask, c, tanh_c, dh, dc, dz), take_floats(dz, 4 * b * h);
        k->gru_forward(b, h, z, zh, mask, hp, out, h), take_floats(out, b * h);
        k->gru_backward(b, h, z, zh, mask, hp, h, dh, dz, dzh), take_floats(dz, 3 * b * h), take_floats(dzh, 3 * b * h);
        for (int activation = 0; activation < 3; activation++) {
            k->rnn_forward(b, h, zh, activation, mask, hp, out, h), take_floats(out, b * h);
            k->rnn_backward(b, h, out, h, activation, mask, dc, dz), take_floats(dz, b * h);
        }
    }
}

static void cell_options(const rk_kernels *k) {
    for (int s = 0; s < 9; s++) {
        size_t h = sizes[s], b = 3;
        float mask[] = {1, 0, 1}, inverse[3] = {0, 0, 0};
        float *x = fill(4 * b * h), *y = fill(4 * b * h), *gain = fill(h), *bias = fill(h), *slope = fill(h),
              *c = fill(b * h);
        float *hp = fill(b * h), *out = fill(b * h), *cell = fill(b * h), *values = fill(b * h), *tanh_c = fill(b * h);
        float *dh = fill(b * h), *dc = fill(b * h), *dz = fill(4 * b * h);
        k->layer_norm_forward(b, h, x, gain, bias, y, 4 * h, inverse), take_floats(y, 4 * b * h);
        k->layer_norm_backward(b, h, y, gain, inverse, x, 4 * h, slope), take_floats(x, 4 * b * h),
            take_floats(slope, h);
        k->lstm_norm_forward(b, h, x, mask, c, hp, cell, gain, bias, values, inverse, tanh_c, out, h),
            take_floats(out, b * h);
        k->lstm_norm_backward(b, h, x, mask, c, tanh_c, gain, values, inverse, dh, dc, dz, slope, bias);
        take_floats(dz, 4 * b * h), take_floats(slope, h), take_floats(bias, h), take_floats(dc, b * h);
        k->gru_gates_forward(b, h, y, x, mask, hp, h, out), take_floats(out, b * h);
        k->gru_candidate_forward(b, h, y, x, mask, hp, out, h), take_floats(out, b * h);
        k->gru_candidate_backward(b, h, y, mask, hp, h, dh, dz), take_floats(dz, 3 * b * h);
        k->gru_gates_backward(b, h, y, mask, hp, h, out, dh, dz), take_floats(dz, 3 * b * h), take_floats(dh, b * h);
    }
}

static void buffers(const rk_kernels *k) {
    for (int s = 0; s < 9; s++) {
        size_t n = sizes[s];
        float *x = fill(n), *p = fill(n), *m = fill(n), *v = fill(n);
        for (size_t i = 0; i < n; i++) v[i] *= v[i];
        k->adam(n, p, x, m, v, 0.01f, 0.9f, 0.999f, 1e-8f, 0.1f, 0.001f, 0.02f, 1), take_floats(p, n);
        k->sgd(n, p, x, m, 0.1f, 0.9f, 0.01f, 1), take_floats(p, n);
        k->scaled_descent(n, p, x, v, 0.1f, 0.99f, 0.01f, 1e-8f, 0.01f), take_floats(p, n);
        k->dropout(n, 99, 0.7f, x, p), take_floats(p, n);
        k->softmax(1, n, x, 0.7f, p), take_floats(p, n);
        int32_t target = (int32_t)(n / 2);
        double loss = 0, squares[8] = {0};
        k->sum_of_squares(n, x, squares);
        k->softmax_cross_entropy(1, n, x, &target, p, 0.5f, &loss), take_floats(p, n), take(&loss, 8),
            take(squares, sizeof squares);
        double both[] = {rk_log((double)v[0] + 1e-3), rk_exp((double)x[0])};
        take(both, sizeof both);
    }
}

static void run(const rk_kernels *k) {
    state = 42;
    digest = 0xCBF29CE484222325u;
    maps(k), say("maps");
    products(k), say("products");
    cells(k), say("cells");
    cell_options(k), say("cell options");
    buffers(k), say("buffers");
    attention(&k->attention), say("attention");
}

int main(void) {
    size_t count;
    const rk_kernel_set *sets = rk_kernel_sets(&count);
    for (size_t i = 0; i < count; i++) {
        if (!sets[i].supported()) {
            fprintf(stderr, "%s: skipped, not of this machine\n", sets[i].name);
            continue;
        }
        fprintf(stderr, "%s\n", sets[i].name);
        run(sets[i].table);
    }
#ifdef RK_WIDE
    fprintf(stderr, "wide\n");
    run(&rk_kernels_wide);
#endif
    return 0;
}
