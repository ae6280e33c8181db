// Vectors of eight floats, and exp, tanh and sigmoid on them: the same IEEE operations on every instruction set.
#ifndef RK_VECTORS_H
#define RK_VECTORS_H

#include "CKernels.h"
#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF
// Every function that takes or returns a vector is inlined: no vector crosses a call.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef int32_t v8i __attribute__((vector_size(32), aligned(4)));

#define INLINE static inline __attribute__((always_inline))
#define FMA(a, b, c) __builtin_elementwise_fma((a), (b), (c))

INLINE v8 splat(float x) { return (v8){x, x, x, x, x, x, x, x}; }
INLINE v8 load(const float *p) { return *(const v8 *)p; }
INLINE void store(float *p, v8 x) { *(v8 *)p = x; }
INLINE v8 load_part(const float *p, size_t n) {
    if (n >= 8) return load(p);
    v8 x = splat(0);
    memcpy(&x, p, n * sizeof(float));
    return x;
}
INLINE void store_part(float *p, v8 x, size_t n) {
    if (n >= 8) store(p, x);
    else memcpy(p, &x, n * sizeof(float));
}
// Eight halves (IEEE binary16), finite, as floats: exactly. Where no instruction does it (RK_HALVES), the bits are
// moved to a float's place, and the product by 2^112 mends the exponent, of subnormals too.
INLINE v8 load_half(const uint16_t *p) {
#ifdef RK_HALVES
    typedef _Float16 h8 __attribute__((vector_size(16), aligned(2)));
    return __builtin_convertvector(*(const h8 *)p, v8);
#else
    typedef uint16_t u8 __attribute__((vector_size(16), aligned(2)));
    v8i bits = __builtin_convertvector(*(const u8 *)p, v8i);
    v8 magnitude = (v8)((bits & 0x7FFF) << 13) * splat(5192296858534827628530496329220096.0f);
    return (v8)((v8i)magnitude | (bits & 0x8000) << 16);
#endif
}
INLINE v8 choose(v8i mask, v8 a, v8 b) { return (v8)((mask & (v8i)a) | (~mask & (v8i)b)); }

// Runs the body for j = 0, 8, 16, … below n with `left` elements to do: a constant 8 in the loop, which so has neither
// a branch nor a call that would spill constants, and the rest once at the end.
#define EACH_VECTOR(n, ...)                     \
    do {                                        \
        size_t j = 0;                           \
        for (; j + 8 <= (n); j += 8) {          \
            enum { left = 8 };                  \
            __VA_ARGS__                         \
        }                                       \
        if (j < (n)) {                          \
            const size_t left = (n) - j;        \
            __VA_ARGS__                         \
        }                                       \
    } while (0)

// MARK: exp, tanh, sigmoid

// (e^r − 1 − r) / r² on |r| ≤ ln 2 / 2: the polynomial of degree 4 whose error, relative to e^r, is least (3.1e-9,
// found by iteratively reweighted least squares), in Estrin's scheme, whose chain is short.
INLINE v8 exp_tail(v8 r, v8 square) {
    v8 low = FMA(r, splat(0.1666652113f), splat(0.4999999404f)),
       high = FMA(r, splat(0.00836874545f), splat(0.04166838899f));
    return FMA(FMA(square, splat(0.001381454058f), high), square, low);
}
// n = x / ln 2 rounded, and 2^n. Adding 1.5 · 2^23 rounds to an integer; 127 more is the exponent's bias, so that the
// sum's low bits are the exponent of 2^n.
INLINE v8 split(v8 x, v8 *power) {
    const v8 magic = splat(12582912.0f + 127);
    v8 t = FMA(x, splat(1.44269504f), magic);
    *power = (v8)((v8i)t << 23);
    return t - magic;
}
// A NaN stays a NaN: comparisons are written so that it is passed on.
INLINE v8 exp8(v8 x) {
    x = choose(x > splat(88.0f), splat(88.0f), x);
    x = choose(x < splat(-87.0f), splat(-87.0f), x);
    v8 power, n = split(x, &power);
    v8 r = FMA(n, splat(2.12194440e-4f), FMA(n, splat(-0.693359375f), x)), square = r * r;
    v8 p = FMA(exp_tail(r, square), square, r) + splat(1.0f);
    return p * power;
}
// e^r − 1 with x = n ln 2 + r and ln 2 in one float: the error of n · 1.4e-8 in r does not show in 1 / (1 + e^x), nor
// in tanh, whose e is −1 by the time that n is large.
INLINE v8 expm1_of_rest(v8 x, v8 *power) {
    v8 n = split(x, power), r = FMA(n, splat(-0.693147182f), x), square = r * r;
    return FMA(exp_tail(r, square), square, r);
}
// tanh|x| = −e/(2 + e) with e = expm1(−2|x|), which loses nothing near zero.
INLINE v8 tanh8(v8 x) {
    v8i sign = (v8i)x & (v8i)splat(-0.0f);
    v8 a = (v8)((v8i)x | (v8i)splat(-0.0f));  // −|x|
    a = a + a;
    a = choose(a < splat(-40.0f), splat(-40.0f), a);
    v8 power, p = expm1_of_rest(a, &power);
    v8 e = FMA(p, power, power - splat(1.0f));
    v8 t = -e / (splat(2.0f) + e);
    return (v8)(((v8i)t & ~(v8i)splat(-0.0f)) | sign);
}
// 1 / (1 + e^−x).
INLINE v8 sigmoid8(v8 x) {
    x = choose(x > splat(87.0f), splat(87.0f), x);
    x = choose(x < splat(-87.0f), splat(-87.0f), x);
    v8 power, p = expm1_of_rest(-x, &power);
    return splat(1.0f) / (FMA(p, power, power) + splat(1.0f));
}

INLINE float lanes(v8 x) { return ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7])); }

#endif
