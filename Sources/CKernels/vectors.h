// Vectors of floats, and exp, tanh and sigmoid on them: the same IEEE operations on every instruction set.
#ifndef RK_VECTORS_H
#define RK_VECTORS_H

#include "CKernels.h"
#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
// Every function that takes or returns a vector is inlined: no vector crosses a call.
#pragma clang diagnostic ignored "-Wpsabi"

// Floats of a vector: the including file may widen it. Only reductions have eight lanes whatever the vector.
#ifndef RK_LANES
#define RK_LANES 8
#endif

typedef float vec __attribute__((vector_size(4 * RK_LANES), aligned(4)));
typedef int32_t veci __attribute__((vector_size(4 * RK_LANES), aligned(4)));
typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef int32_t v8i __attribute__((vector_size(32), aligned(4)));

#define INLINE static inline __attribute__((always_inline))
#define FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))

#if RK_LANES == 16
INLINE vec splat(float x) { return (vec){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
#else
INLINE vec splat(float x) { return (vec){x, x, x, x, x, x, x, x}; }
#endif
INLINE v8 splat8(float x) { return (v8){x, x, x, x, x, x, x, x}; }
INLINE vec load(const float *p) { return *(const vec *)p; }
INLINE void store(float *p, vec x) { *(vec *)p = x; }
INLINE v8 load8(const float *p) { return *(const v8 *)p; }

// The first n floats, and 0 in the other lanes: nothing beyond them is read or written.
#ifdef RK_MASKS
#define RK_FIRST(n) (__mmask16)((1u << (n)) - 1)
INLINE vec load_part(const float *p, size_t n) {
    return n >= RK_LANES ? load(p) : (vec)_mm512_maskz_loadu_ps(RK_FIRST(n), p);
}
INLINE void store_part(float *p, vec x, size_t n) {
    if (n >= RK_LANES) store(p, x);
    else _mm512_mask_storeu_ps(p, RK_FIRST(n), (__m512)x);
}
INLINE v8 load8_part(const float *p, size_t n) {
    return n >= 8 ? load8(p) : (v8)_mm256_maskz_loadu_ps((__mmask8)RK_FIRST(n), p);
}
INLINE vec keep_part(vec x, size_t n) {
    return n >= RK_LANES ? x : (vec)_mm512_maskz_mov_ps(RK_FIRST(n), (__m512)x);
}
#else
INLINE vec load_part(const float *p, size_t n) {
    if (n >= RK_LANES) return load(p);
    vec x = splat(0);
    memcpy(&x, p, n * sizeof(float));
    return x;
}
INLINE void store_part(float *p, vec x, size_t n) {
    if (n >= RK_LANES) store(p, x);
    else memcpy(p, &x, n * sizeof(float));
}
INLINE v8 load8_part(const float *p, size_t n) {
    if (n >= 8) return load8(p);
    v8 x = splat8(0);
    memcpy(&x, p, n * sizeof(float));
    return x;
}
INLINE vec keep_part(vec x, size_t n) {
    if (n >= RK_LANES) return x;
    vec kept = splat(0);
    memcpy(&kept, &x, n * sizeof(float));
    return kept;
}
#endif

// Element j of a row is added in lane j % 8, one after the other: a vector of sixteen is two turns, of which the second
// is left out where none of its `left` elements exists.
INLINE v8 add_lanes(v8 sum, vec x, size_t left) {
#if RK_LANES == 16
    sum += __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7);
    return left > 8 ? sum + __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15) : sum;
#else
    (void)left;
    return sum + x;
#endif
}
INLINE v8 fma_lanes(vec a, vec b, v8 sum, size_t left) {
#if RK_LANES == 16
    sum = FMA(__builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7),
              __builtin_shufflevector(b, b, 0, 1, 2, 3, 4, 5, 6, 7), sum);
    if (left <= 8) return sum;
    return FMA(__builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15),
               __builtin_shufflevector(b, b, 8, 9, 10, 11, 12, 13, 14, 15), sum);
#else
    (void)left;
    return FMA(a, b, sum);
#endif
}
INLINE float lanes(v8 x) { return ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7])); }

INLINE vec choose(veci mask, vec a, vec b) { return (vec)((mask & (veci)a) | (~mask & (veci)b)); }
INLINE v8 choose8(v8i mask, v8 a, v8 b) { return (v8)((mask & (v8i)a) | (~mask & (v8i)b)); }
// A vector of halves (IEEE binary16), finite, as floats: exactly. Where no instruction does it (RK_HALVES), the bits
// are moved to a float's place and the exponent is mended; a subnormal half counts multiples of 2^-24 above 2^-14.
INLINE vec load_half(const uint16_t *p) {
#ifdef RK_HALVES
    typedef _Float16 halves __attribute__((vector_size(2 * RK_LANES), aligned(2)));
    return __builtin_convertvector(*(const halves *)p, vec);
#else
    typedef uint16_t halves __attribute__((vector_size(2 * RK_LANES), aligned(2)));
    veci bits = __builtin_convertvector(*(const halves *)p, veci), magnitude = (bits & 0x7FFF) << 13;
    vec small = (vec)(magnitude + (113 << 23)) - splat(0x1p-14f), usual = (vec)(magnitude + (112 << 23));
    return (vec)((veci)choose(magnitude < (1 << 23), small, usual) | (bits & 0x8000) << 16);
#endif
}

// MARK: the least magnitude

// Processors take a hundred cycles and more for a subnormal operand or result. Their modes that flush these differ in
// what they call tiny, so the kernels do it, the same on every machine: a state, a gradient or a moment below 2^-63 in
// magnitude is zero. No product of two such numbers is subnormal; a product of three is only where two of them are
// within 2^32 of the bound, which vanishing numbers pass in a few steps. What is flushed is what a kernel stores, so
// that nothing decays further than that; loads are not, as products and sums of such numbers are normal.
#define RK_LEAST 0x1p-63f
INLINE vec flush(vec x) {
    // Two bits of the exponent; a NaN stays one, and zero keeps its sign.
    veci tiny = ((veci)x & 0x60000000) == 0;
    return (vec)((veci)x & ~(tiny & 0x7FFFFFFF));
}
INLINE int is_tiny(float x) { return x < RK_LEAST && x > -RK_LEAST; }
INLINE void store_flushed(float *p, vec x, size_t n) { store_part(p, flush(x), n); }
// x below this has an e^x, and a sigmoid, of less than 1.3e-19, just above the least magnitude.
#define RK_LEAST_EXPONENT (-43.5f)

// Runs the body for j = 0, RK_LANES, 2 RK_LANES, … below n with `left` elements to do: a constant in the loop, which
// so has neither a branch nor a call that would spill constants, and the rest once at the end.
#define EACH_VECTOR(n, ...)                           \
    do {                                              \
        size_t j = 0;                                 \
        for (; j + RK_LANES <= (n); j += RK_LANES) {  \
            enum { left = RK_LANES };                 \
            __VA_ARGS__                               \
        }                                             \
        if (j < (n)) {                                \
            const size_t left = (n) - j;              \
            __VA_ARGS__                               \
        }                                             \
    } while (0)

// MARK: exp, tanh, sigmoid

// (e^r − 1 − r) / r² on |r| ≤ ln 2 / 2: the polynomial of degree 4 whose error, relative to e^r, is least (3.1e-9,
// found by iteratively reweighted least squares), in Estrin's scheme, whose chain is short.
INLINE vec exp_tail(vec r, vec square) {
    vec low = FMA(r, splat(0.1666652113f), splat(0.4999999404f)),
       high = FMA(r, splat(0.00836874545f), splat(0.04166838899f));
    return FMA(FMA(square, splat(0.001381454058f), high), square, low);
}
// n = x / ln 2 rounded, and 2^n. Adding 1.5 · 2^23 rounds to an integer; 127 more is the exponent's bias, so that the
// sum's low bits are the exponent of 2^n.
INLINE vec split(vec x, vec *power) {
    const vec magic = splat(12582912.0f + 127);
    vec t = FMA(x, splat(1.44269504f), magic);
    *power = (vec)((veci)t << 23);
    return t - magic;
}
// e^x for `least` ≤ x ≤ 88, and beyond these what it is there. A NaN stays a NaN: comparisons are written so that it is
// passed on.
INLINE vec exp_above(vec x, float least) {
    x = choose(x > splat(88.0f), splat(88.0f), x);
    x = choose(x < splat(least), splat(least), x);
    vec power, n = split(x, &power);
    vec r = FMA(n, splat(2.12194440e-4f), FMA(n, splat(-0.693359375f), x)), square = r * r;
    vec p = FMA(exp_tail(r, square), square, r) + splat(1.0f);
    return p * power;
}
INLINE vec exp_each(vec x) { return exp_above(x, -87.0f); }
// e^r − 1 with x = n ln 2 + r and ln 2 in one float: the error of n · 1.4e-8 in r does not show in 1 / (1 + e^x), nor
// in tanh, whose e is −1 by the time that n is large.
INLINE vec expm1_of_rest(vec x, vec *power) {
    vec n = split(x, power), r = FMA(n, splat(-0.693147182f), x), square = r * r;
    return FMA(exp_tail(r, square), square, r);
}
// tanh|x| = −e/(2 + e) with e = expm1(−2|x|), which loses nothing near zero.
INLINE vec tanh_each(vec x) {
    veci sign = (veci)x & (veci)splat(-0.0f);
    vec a = (vec)((veci)x | (veci)splat(-0.0f));  // −|x|
    a = a + a;
    a = choose(a < splat(-40.0f), splat(-40.0f), a);
    vec power, p = expm1_of_rest(a, &power);
    vec e = FMA(p, power, power - splat(1.0f));
    vec t = -e / (splat(2.0f) + e);
    return (vec)(((veci)t & ~(veci)splat(-0.0f)) | sign);
}
// 1 / (1 + e^−x), which is never less than the least magnitude.
INLINE vec sigmoid_each(vec x) {
    x = choose(x > splat(87.0f), splat(87.0f), x);
    x = choose(x < splat(RK_LEAST_EXPONENT), splat(RK_LEAST_EXPONENT), x);
    vec power, p = expm1_of_rest(-x, &power);
    return splat(1.0f) / (FMA(p, power, power) + splat(1.0f));
}

#endif
