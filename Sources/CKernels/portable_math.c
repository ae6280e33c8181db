// Logarithm and exponential in double precision without fused operations or library calls: the same bytes everywhere.
#include "CKernels.h"
#include <string.h>

#pragma STDC FP_CONTRACT OFF

// x = m · 2^e with m in [√½, √2); log m = 2 artanh s, s = (m − 1)/(m + 1), |s| ≤ 0.1716: eleven terms reach 2^-53.
double rk_log(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (x != x || x <= 0) return x == 0 ? -__builtin_inf() : __builtin_nan("");
    if ((bits >> 52) == 0x7FF) return x;
    int exponent = 0;
    if ((bits >> 52) == 0) {
        x *= 18014398509481984.0;  // 2^54: a subnormal number
        exponent = -54;
        memcpy(&bits, &x, sizeof bits);
    }
    exponent += (int)(bits >> 52) - 1023;
    bits = (bits & 0xFFFFFFFFFFFFFu) | 0x3FF0000000000000u;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        exponent++;
    }
    double s = (m - 1) / (m + 1), q = s * s, series = 0;
    for (int term = 21; term >= 3; term -= 2) series = (series + 1.0 / term) * q;
    return (double)exponent * 0.6931471805599453 + (2 * s + 2 * s * series);
}

// x = n ln 2 + r; the Taylor series of e^r on |r| ≤ 0.3466 reaches 2^-53 with fourteen terms.
double rk_exp(double x) {
    if (x != x) return x;
    if (x < -708) return 0;
    if (x > 709) x = 709;
    const double magic = 6755399441055744.0;  // 1.5 · 2^52
    double n = (x * 1.4426950408889634 + magic) - magic;
    double r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
    double series = 1;
    for (int term = 14; term >= 1; term--) series = 1 + series * r / term;
    int64_t exponent = (int64_t)n + 1023;
    double low = 1;
    if (exponent > 2046) exponent -= 1, low = 2;
    uint64_t bits = (uint64_t)exponent << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return series * power * low;
}
