// The shortest decimals that read back as the same binary numbers, and of those the nearest.
#ifndef CD_SCHUBFACH_H
#define CD_SCHUBFACH_H
#include <stdbool.h>

#include "CDecimal.h"
#include "digits.h"

/// 5^55 < 2^128 < 5^56: significands of powers of ten up to this are exact.
#define EXACT_POWER_MAX 55
/// 5^53 < 2^124: these have four zeros at the end.
#define EXACT_SCALE_MAX 53

/// digits · 10^exponent. The digits may end with zeros.
typedef struct {
    uint64_t digits;
    int exponent;
} decimal;

/// floor(q · log10 2)
static CD_INLINE int decimal_exponent(int q) { return q * 1262611 >> 22; }
/// floor(k · log2 10)
static CD_INLINE int binary_exponent(int k) { return k * 1741647 >> 19; }

/// 10^k, rounded up where it does not fit.
static CD_INLINE cd_power rounded_up(const cd_tables *tables, int k) {
    cd_power power = tables->powers[k - CD_EXPONENT_MIN];
    // No low word is all ones: DecimalTests.
    power.low += k > EXACT_POWER_MAX || k < CD_ROUNDED_UP_MIN;
    return power;
}

/// The first 128 of 192 bits of a product.
static CD_INLINE unsigned __int128 multiply(cd_power power, uint64_t factor) {
    uint64_t low = (uint64_t)((unsigned __int128)power.low * factor >> 64);
    return (unsigned __int128)power.high * factor + low;
}

/// The first 64 bits of the product; the last of them is set if any bit behind is.
static inline uint64_t multiply_to_odd(cd_power power, uint64_t factor) {
    unsigned __int128 product = multiply(power, factor);
    return (uint64_t)(product >> 64) | ((uint64_t)product > 1);
}

/// The shortest decimal for c · 2^q: Schubfach as it is published (Giulietti, "The Schubfach way to render doubles",
/// 2020). A decimal from a grid so coarse that at most one of its points lies in the interval of all numbers that
/// round to this one, or else from the next finer grid. One algorithm for all precisions: only the distance of the
/// neighbours counts.
///
/// - is_lower_nearer: c is the least of its exponent: the numbers below it lie twice as dense as those above.
static inline decimal shortest(uint64_t c, int q, bool is_lower_nearer, const cd_tables *tables) {
    // 524031 / 2^22 = -log10 (3/4)
    int k = (q * 1262611 - (is_lower_nearer ? 524031 : 0)) >> 22;
    cd_power power = rounded_up(tables, -k);
    int shift = q + binary_exponent(-k) + 1;
    unsigned is_odd = c & 1;
    // Four times the number and the ends of its interval, in units of the grid. The ends belong to it if c is even.
    uint64_t center = 4 * c;
    uint64_t value = multiply_to_odd(power, center << shift);
    uint64_t lower = multiply_to_odd(power, (center - (is_lower_nearer ? 1 : 2)) << shift) + is_odd;
    uint64_t upper = multiply_to_odd(power, (center + 2) << shift) - is_odd;

    uint64_t whole = value / 4;
    if (whole >= 10) {
        uint64_t below = 40 * (whole / 10);
        bool is_below_inside = lower <= below, is_above_inside = below + 40 <= upper;
        if (is_below_inside != is_above_inside) return (decimal){whole / 10 + is_above_inside, k + 1};
    }
    uint64_t below = 4 * whole;
    bool is_below_inside = lower <= below, is_above_inside = below + 4 <= upper;
    if (is_below_inside != is_above_inside) return (decimal){whole + is_above_inside, k};
    // Both lie in the interval: the nearer one, the even one of two equally near.
    bool is_up = value > below + 2 || (value == below + 2 && (whole & 1));
    return (decimal){whole + is_up, k};
}

/// Schubfach for normal doubles, with numbers of a fixed point and without branches on what nobody can foretell.
///
/// On the finer grid, 10^k with 10^k <= 2^q < 10^(k+1), the number is V and half its interval W, 0.5 <= W < 5. So the
/// nearest point of the finer grid is always inside, and of the coarser grid only the nearest can be. V and W are cut
/// off below 2^-59.
/// - c: from 2^52 + 1 to 2^53 - 1.
/// - scale: 2^q in units of 10^k.
/// - Returns: whether it is certain; digits of at least 2^52.
static CD_INLINE bool shortest_if_certain(uint64_t c, cd_scale scale, decimal *found) {
    unsigned __int128 low = (unsigned __int128)scale.low * (c << 4);
    unsigned __int128 product = (unsigned __int128)scale.high * (c << 4) + (uint64_t)(low >> 64);
    uint64_t whole = (uint64_t)(product >> 64), fraction = (uint64_t)product;
    // With 4 bits before the point and 60 behind it: V modulo 10, how far the coarser grid is away, and W.
    uint64_t digit = whole % 10;
    uint64_t remainder = digit << 60 | fraction >> 4;
    uint64_t is_upper_half = digit >= 5;
    uint64_t distance = is_upper_half ? ((uint64_t)10 << 60) - remainder : remainder;
    uint64_t width = scale.high >> 1;
    uint64_t coarse = whole - digit + 10 * is_upper_half;
    const uint64_t half = (uint64_t)1 << 63, slack = 16;
    // Just between two points, as halves and quarters often are: the even one.
    bool is_tie = (fraction == half) & ((uint64_t)low == 0);
    uint64_t fine = whole + (fraction >> 63) - (is_tie & ~whole);
    *found = (decimal){distance < width ? coarse : fine, (int)scale.exponent};
    // Where the scale is exact, so is the product, and ties are no guess.
    return (distance - width + slack > 2 * slack) & (scale.is_exact | (fraction - half + slack > 2 * slack));
}

#endif
