// The float32 kernels of the engine. One source (kernels_body.h) is compiled once per instruction set; each
// function gives the same bytes on every one of them, because
//  - every output element is one sequential fused multiply-add chain over k (vectorised over columns, never over k),
//  - reductions use a fixed number of virtual lanes (8),
//  - exp, tanh and sigmoid are our own polynomials, made of IEEE-exact operations only,
//  - a magnitude below 2^-63 is zero (vectors.h): no kernel is slowed by subnormal numbers.
// Letters: T steps, B batch, I inputs, H hidden, V vocabulary. Matrices are row-major; `ld` is a row's length in
// floats.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>
#include "CAttentionKernels.h"

/// Columns of one packed panel; packed matrices are [ceil(N / RK_PANEL)][K][RK_PANEL], padded with zeros, the panels
/// rk_panel_stride(K) apart.
#define RK_PANEL 16

/// Floats from a panel of K rows to the next: a line more where panels would begin a multiple of 4 kB apart, as the
/// lines that a tile reads of several panels at once would all share one set of L1.
static inline size_t rk_panel_stride(size_t k) { return (k > 0 && k % 64 == 0 ? k + 1 : k) * RK_PANEL; }

#if defined(__clang__)
#pragma clang assume_nonnull begin
#else
#define _Nullable
#endif

typedef struct rk_kernels {
    /// As in `rk_kernel_set`.
    const char *name;

    /// dst = panels of B [K, N] with B[k, n] = src[k * row_stride + n * column_stride], 0 where it is below 2^-63.
    /// Panels begin `stride` floats apart: rk_panel_stride(K), or that of the matrix whose rows K are a part of.
    void (*pack)(size_t k, size_t n, const float *src, size_t row_stride, size_t column_stride, float *dst,
                 size_t stride);

    /// C[m, n] = start + Σ_k A[m, k] · B[k, n]; start is C where `accumulate`, else bias[n], else 0.
    /// A[m, k] = a[m * row_stride + k * column_stride]; `scratch` holds RK_SCRATCH floats (used where A is strided).
    void (*gemm)(size_t m, size_t n, size_t k, const float *a, size_t row_stride, size_t column_stride,
                 const float *packed, const float *_Nullable bias, float *c, size_t ldc, int accumulate,
                 float *scratch);

    /// y = x as IEEE binary16, to the nearest (ties to even); beyond the largest, ±65504. For weights of serving.
    void (*to_half)(size_t n, const float *x, uint16_t *y);
    /// gemm with B packed in halves, whose values are those of floats that to_half rounded: the bytes of gemm with
    /// these. A's columns lie side by side.
    void (*gemm_half)(size_t m, size_t n, size_t k, const float *a, size_t row_stride, const uint16_t *packed,
                      const float *_Nullable bias, float *c, size_t ldc, int accumulate);

    /// LSTM gates of one step. z [B, 4H] pre-activations, replaced by i, f, g, o. Where mask[b] == 0 the state is
    /// carried over.
    void (*lstm_forward)(size_t b, size_t h, float *z, const float *_Nullable mask, const float *c_prev,
                         const float *h_prev, float *c, float *tanh_c, float *h_out, size_t ld_h);
    /// dz [B, 4H] from dh [B, H] and dc [B, H]; dc is replaced by dL/dc_{t-1}, dh by the part that skips a masked step.
    void (*lstm_backward)(size_t b, size_t h, const float *gates, const float *_Nullable mask, const float *c_prev,
                          const float *tanh_c, float *dh, float *dc, float *dz);

    /// GRU (reset gate after the product, as PyTorch). zx [B, 3H] is replaced by r, u, n; zh [B, 3H] keeps W_hn h +
    /// b_hn.
    void (*gru_forward)(size_t b, size_t h, float *zx, const float *zh, const float *_Nullable mask,
                        const float *h_prev, float *h_out, size_t ld_h);
    /// dzx, dzh [B, 3H] from dh; dh is replaced by what reaches h_{t-1} without passing a product.
    void (*gru_backward)(size_t b, size_t h, const float *gates, const float *zh, const float *_Nullable mask,
                         const float *h_prev, size_t ld_h, float *dh, float *dzx, float *dzh);

    /// GRU with the reset gate before the product (Cho et al. 2014), first half: r, u of zx + zh, and reset_h [B, H] =
    /// r · h_in, 0 where masked; h_in has rows of ld_in floats.
    void (*gru_gates_forward)(size_t b, size_t h, float *zx, const float *zh, const float *_Nullable mask,
                              const float *h_in, size_t ld_in, float *reset_h);
    /// Second half: n = tanh(zx + zh) of the last third, whose zh is the product of reset_h; then h.
    void (*gru_candidate_forward)(size_t b, size_t h, float *zx, const float *zh, const float *_Nullable mask,
                                  const float *h_prev, float *h_out, size_t ld_h);
    /// du and dn of dz [B, 3H] from dh; dh is replaced by what reaches h_{t-1} without passing a product.
    void (*gru_candidate_backward)(size_t b, size_t h, const float *gates, const float *_Nullable mask,
                                   const float *h_prev, size_t ld_h, float *dh, float *dz);
    /// dr of dz from d_reset_h [B, H]; dh_in [B, H] += d_reset_h · r.
    void (*gru_gates_backward)(size_t b, size_t h, const float *gates, const float *_Nullable mask, const float *h_in,
                               size_t ld_in, const float *d_reset_h, float *dh_in, float *dz);

    /// Elman cell: h = φ(z); activation 0 tanh, 1 sigmoid, 2 relu.
    void (*rnn_forward)(size_t b, size_t h, const float *z, int activation, const float *_Nullable mask,
                        const float *h_prev, float *h_out, size_t ld_h);
    void (*rnn_backward)(size_t b, size_t h, const float *h_out, size_t ld_h, int activation,
                         const float *_Nullable mask, float *dh, float *dz);

    /// Layer normalisation of rows of x: x = (x − mean) / √(variance + RK_NORM_EPSILON), in place, and y = gain · x +
    /// bias, or y += gain · x where bias is NULL. x and y have rows of `ld` floats; inverse [rows] = 1 / √(variance +
    /// ε).
    void (*layer_norm_forward)(size_t rows, size_t columns, float *x, const float *gain, const float *_Nullable bias,
                               float *y, size_t ld, float *inverse);
    /// The normalised x is replaced by dL/dx before the normalisation; gain_gradient += Σ_rows dy · x.
    void (*layer_norm_backward)(size_t rows, size_t columns, const float *dy, const float *gain, const float *inverse,
                                float *x, size_t ld, float *gain_gradient);
    /// As lstm_forward with h = o · tanh(gain · norm(c) + bias); normalized [B, H], inverse [B] and tanh_c are for
    /// backward.
    void (*lstm_norm_forward)(size_t b, size_t h, float *z, const float *_Nullable mask, const float *c_prev,
                              const float *h_prev, float *c, const float *gain, const float *bias, float *normalized,
                              float *inverse, float *tanh_c, float *h_out, size_t ld_h);
    /// As lstm_backward; normalized is used up, the gradients of gain and bias [H] are added.
    void (*lstm_norm_backward)(size_t b, size_t h, const float *gates, const float *_Nullable mask, const float *c_prev,
                               const float *tanh_c, const float *gain, float *normalized, const float *inverse,
                               float *dh, float *dc, float *dz, float *gain_gradient, float *bias_gradient);

    /// Softmax cross-entropy of N rows of V logits; target < 0 is masked. gradients (may be NULL) = (softmax − onehot)
    /// · scale. Adds −log p in nats to *loss, and returns the number of rows that count.
    size_t (*softmax_cross_entropy)(size_t n, size_t v, const float *logits, const int32_t *targets,
                                    float *_Nullable gradients, float scale, double *loss);
    /// probabilities = softmax(logits · inverse_temperature), N rows of V.
    void (*softmax)(size_t n, size_t v, const float *logits, float inverse_temperature, float *probabilities);

    /// y += x.
    void (*add)(size_t n, const float *x, float *y);
    /// y += x, and x = 0.
    void (*take)(size_t n, float *x, float *y);
    /// y += x for `rows` rows of `columns`, with row lengths ldx and ldy.
    void (*add_matrix)(size_t rows, size_t columns, const float *x, size_t ldx, float *y, size_t ldy);
    /// x *= s.
    void (*scale)(size_t n, float s, float *x);
    /// x = 0 where |x| < 2^-63: for numbers that come from outside and enter a product.
    void (*flush)(size_t n, float *x);
    /// bias_gradient[j] += Σ_rows x[row, j].
    void (*add_rows)(size_t rows, size_t columns, const float *x, float *bias_gradient);
    /// lanes[i mod 8] += x[i]², for eight lanes.
    void (*sum_of_squares)(size_t n, const float *x, double *lanes);
    /// y = x · keep(index) / keep_probability with keep drawn from (key, index): no history, no state.
    void (*dropout)(size_t n, uint64_t key, float keep_probability, const float *x, float *y);
    /// SGD with momentum: v = momentum · v + g; p −= rate · v, or p −= rate · (g + momentum · v) by Nesterov. Without
    /// v, as if it were 0.
    void (*sgd)(size_t n, float *p, const float *g, float *_Nullable v, float rate, float momentum, float weight_decay,
                int nesterov);
    /// v = retain · v + gain · g²; p −= rate · g / (√v + epsilon): RMSProp (Hinton 2012), with retain = gain = 1
    /// Adagrad (Duchi et al. 2011).
    void (*scaled_descent)(size_t n, float *p, const float *g, float *v, float rate, float retain, float gain,
                           float epsilon, float weight_decay);
    /// Adam (Kingma & Ba 2015); `decoupled` weight decay as AdamW (Loshchilov & Hutter 2019).
    void (*adam)(size_t n, float *p, const float *g, float *m, float *v, float rate, float beta1, float beta2,
                 float epsilon, float correction1, float correction2, float weight_decay, int decoupled);
    /// Our own exp, tanh, sigmoid, element by element.
    void (*map_exp)(size_t n, const float *x, float *y);
    void (*map_tanh)(size_t n, const float *x, float *y);
    void (*map_sigmoid)(size_t n, const float *x, float *y);
    /// Of attention and Transformer blocks.
    rk_attention_kernels attention;
    /// Yardsticks of benchmarks: RK_PEAK_FLOPS operations a round, in registers; n floats read and added up.
    float (*fma_rounds)(size_t rounds);
    float (*read_floats)(size_t n, const float *x);
} rk_kernels;

/// ε of layer normalisation, PyTorch's.
#define RK_NORM_EPSILON 1e-5f

/// Floating-point operations of a round of fma_rounds.
#define RK_PEAK_FLOPS 384

/// Floats of scratch that gemm may use.
#define RK_SCRATCH (192 * 384)

/// The kernels for one instruction set.
typedef struct rk_kernel_set {
    /// As in `RONDO_ISA`.
    const char *name;
    /// Whether this machine can run them.
    int (*supported)(void);
    /// NULL where they are not compiled: for another kind of processor.
    const rk_kernels *_Nullable table;
} rk_kernel_set;

/// All kernel sets, the preferred ones first; `count` becomes their number.
const rk_kernel_set *rk_kernel_sets(size_t *count);
/// The kernels of the named set, or NULL where this machine cannot run it.
const rk_kernels *_Nullable rk_kernels_named(const char *name);
/// The preferred kernels of this machine.
const rk_kernels *rk_kernels_best(void);
/// Forgets what rk_met_subnormals looks at.
static inline void rk_forget_subnormals(void) {
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() & ~0x3Fu);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpsr, xzr");
#endif
}
/// Whether this thread has met a subnormal operand, or a result too small for a normal float, since then: the
/// processor's own flags. For tests and benchmarks.
static inline int rk_met_subnormals(void) {
#if defined(__x86_64__)
    return (__builtin_ia32_stmxcsr() & 0x12) != 0;
#elif defined(__aarch64__)
    uint64_t status;
    __asm__ volatile("mrs %0, fpsr" : "=r"(status));
    return (status & 0x88) != 0;
#else
    return 0;
#endif
}
/// Tells the processor that this is a waiting loop.
static inline void rk_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
/// Natural logarithm made of IEEE-exact operations only (the same bytes on every machine). x > 0.
double rk_log(double x);
/// e^x, likewise; 0 below −708, and clamped at x = 709.
double rk_exp(double x);

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
