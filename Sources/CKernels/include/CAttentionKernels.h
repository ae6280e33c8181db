// Kernels of attention and of Transformer blocks: a part of the table in CKernels.h, with the same rules of
// determinism. n positions attended to, k the width of a key or value; `ldx` is the distance between two positions in
// floats.
#ifndef CATTENTIONKERNELS_H
#define CATTENTIONKERNELS_H

#include <stddef.h>

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

typedef struct rk_attention_kernels {
    /// y[s] = Σ_k q[k] · x[s, k], in eight lanes over k.
    void (*dots)(size_t n, size_t k, const float *q, const float *x, size_t ldx, float *y);
    /// y[s] = Σ_k v[k] · tanh(x[s, k] + q[k]), in eight lanes over k (Bahdanau, Cho & Bengio 2015).
    void (*additive_scores)(size_t n, size_t k, const float *v, const float *q, const float *x, size_t ldx, float *y);
    /// Adds the gradients of additive_scores for ds [n] to dv [k], dq [k] and dx [n, k] (row length lddx).
    void (*additive_backward)(size_t n, size_t k, const float *v, const float *q, const float *x, size_t ldx,
                              const float *ds, float *dv, float *dq, float *dx, size_t lddx);
    /// x = softmax(x · scale) over the positions where mask (or NULL: all) is not 0; exactly 0 elsewhere.
    void (*masked_softmax)(size_t n, const float *_Nullable mask, float scale, float *x);
    /// d = scale · p ⊙ (d − Σ p d) for p = softmax(x · scale): dL/dp becomes dL/dx.
    void (*softmax_backward)(size_t n, const float *p, float scale, float *d);
    /// y[k] += Σ_s w[s] · x[s, k]: one fused multiply-add chain over s; positions with w[s] = 0 are not read.
    void (*weighted_rows)(size_t n, size_t k, const float *w, const float *x, size_t ldx, float *y);
    /// y[s, k] += w[s] · x[k]; positions with w[s] = 0 are left alone.
    void (*add_outer)(size_t n, size_t k, const float *w, const float *x, float *y, size_t ldy);

    /// y = (x − mean) · gain / √(variance + epsilon) + bias over each of `rows` rows of m (Ba, Kiros & Hinton 2016);
    /// statistics [rows, 2] keep mean and 1/√(variance + epsilon).
    void (*normalise_rows)(size_t rows, size_t m, const float *x, const float *gain, const float *bias, float epsilon,
                           float *y, float *statistics);
    /// Adds the gradients of normalise_rows for dy to dx, d_gain and d_bias.
    void (*normalise_rows_backward)(size_t rows, size_t m, const float *x, const float *gain, const float *statistics,
                                    const float *dy, float *dx, float *d_gain, float *d_bias);
    /// y = x · (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2 (Hendrycks & Gimpel 2016), or max(x, 0) where `relu`.
    void (*feed_forward_activation)(size_t n, int relu, const float *x, float *y);
    /// d becomes d · φ'(x).
    void (*feed_forward_activation_backward)(size_t n, int relu, const float *x, float *d);
} rk_attention_kernels;

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
