#include <math.h>
#include <stdbool.h>

#include "CDecimal.h"
#include "digits.h"

/// The most digits that always fit 64 bits.
#define DIGITS_MAX 19
/// Three words of them.
#define DIGITS_READ_MAX 24
/// What a number may touch: three words of digits, a point, three words more, and an exponent of four digits.
#define NUMBER_SIZE_BYTES_MAX 64

static const uint64_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
/// The powers that a double holds exactly.
static const double exact_tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
#define EXACT_TENS_MAX 22

static CD_INLINE double from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/// After Eisel and Lemire ("Number Parsing at a Gigabyte per Second", Software: Practice and Experience 51, 2021; that
/// it needs no way out: Mushtak and Lemire, "Fast Number Parsing Without Fallback", 2023).
static CD_INLINE double nearest(uint64_t significand, long exponent, const cd_tables *tables) {
    if (significand == 0 || exponent < CD_EXPONENT_MIN) return 0;
    if (exponent > 308) return INFINITY;
    cd_power power = tables->powers[exponent - CD_EXPONENT_MIN];
    int zeros = __builtin_clzll(significand);
    significand <<= zeros;
    unsigned __int128 product = (unsigned __int128)significand * power.high;
    // The first 55 bits are right unless all behind them are ones; only then can the rest of the power change them.
    if (((uint64_t)(product >> 64) & 0x1FF) == 0x1FF)
        product += (uint64_t)((unsigned __int128)significand * power.low >> 64);
    uint64_t high = (uint64_t)(product >> 64);
    int upper = (int)(high >> 63);
    // 54 bits: the significand, and one to round by.
    int shift = upper + 9;
    uint64_t bits = high >> shift;
    // floor(exponent · log2 10) is the power's own exponent.
    long biased = (exponent * 217706 >> 16) + 63 + upper - zeros + 1023;
    if (biased <= 0) {
        // Subnormal. Numbers of 64 bits do not lie between two of them.
        if (biased < -62) return 0;
        bits >>= 1 - biased;
        return from_bits((bits + (bits & 1)) >> 1);
    }
    // Just between two numbers: possible only with a power so small, and then the even one is taken.
    if ((uint64_t)product <= 1 && exponent >= -4 && exponent <= 23 && (bits & 3) == 1 && bits << shift == high)
        bits &= ~(uint64_t)1;
    bits = (bits + (bits & 1)) >> 1;
    // Rounded up to the next power of two, the significand carries into the exponent.
    bits += (uint64_t)(biased - 1) << 52;
    return bits >= (uint64_t)2047 << 52 ? INFINITY : from_bits(bits);
}

double cd_nearest(uint64_t significand, long exponent, const cd_tables *tables) {
    return nearest(significand, exponent, tables);
}

/// Appends digits to `significand`, modulo 2^64.
///
/// - Returns: how many there are; `DIGITS_READ_MAX` if there may be more.
static CD_INLINE unsigned read_digits(const uint8_t *text, uint64_t *significand) {
    uint64_t word = cd_load(text) ^ CD_ZEROS;
    unsigned count = cd_digit_count(word);
    if (count == 0) return 0;
    *significand = *significand * tens[count] + cd_join(word, count);
    unsigned sum = count;
    while (count == 8 && sum < DIGITS_READ_MAX) {
        word = cd_load(text + sum) ^ CD_ZEROS;
        count = cd_digit_count(word);
        if (count == 0) break;
        *significand = *significand * tens[count] + cd_join(word, count);
        sum += count;
    }
    return sum;
}

/// An exponent of at most four digits, behind its "e".
///
/// - Returns: where it ends, null if it is longer or not there.
static const uint8_t *read_exponent(const uint8_t *text, long *exponent) {
    bool is_negative = *text == '-';
    text += is_negative || *text == '+';
    long written = 0;
    unsigned count = 0;
    for (; count < 5 && *text - '0' < 10u; count++) written = written * 10 + (*text++ - '0');
    if (count == 0 || count == 5) return NULL;
    *exponent += is_negative ? -written : written;
    return text;
}

/// The number that begins at `text`, of which `NUMBER_SIZE_BYTES_MAX` bytes can be read.
///
/// With at most 53 bits of digits and a power of ten up to 22 both are doubles, and one multiplication or division
/// rounds once, hence right (Clinger, "How to read floating point numbers accurately", 1990).
/// - Returns: where it ends, null if it is unusual or faulty.
static CD_INLINE const uint8_t *read_number(const uint8_t *text, double *value, const cd_tables *tables) {
    bool is_negative = *text == '-';
    text += is_negative;
    uint64_t significand = 0;
    unsigned digits = read_digits(text, &significand);
    if (digits == 0 || digits > DIGITS_MAX || (*text == '0' && digits > 1)) return NULL;
    const uint8_t *first = text;
    text += digits;
    long exponent = 0;
    bool is_integer = true;
    if (*text == '.') {
        unsigned fraction = read_digits(++text, &significand);
        if (fraction == 0 || fraction >= DIGITS_READ_MAX) return NULL;
        if (*first == '0') digits = 0;
        digits += fraction;
        if (digits > DIGITS_MAX && *first == '0')
            for (unsigned index = 0; index < 8 && text[index] == '0'; index++) digits--;
        text += fraction;
        exponent = -(long)fraction;
        is_integer = false;
    }
    if (digits > DIGITS_MAX) return NULL;
    if ((*text | 0x20) == 'e') {
        text = read_exponent(text + 1, &exponent);
        if (!text) return NULL;
        is_integer = false;
    }
    double magnitude;
    if (significand <= (uint64_t)1 << 53 && exponent >= -EXACT_TENS_MAX && exponent <= EXACT_TENS_MAX) {
        magnitude = (double)(int64_t)significand;
        magnitude = exponent < 0 ? magnitude / exact_tens[-exponent] : magnitude * exact_tens[exponent];
    } else if (is_integer) {
        if (significand > INT64_MAX) return NULL;
        magnitude = (double)(int64_t)significand;
    } else {
        magnitude = nearest(significand, exponent, tables);
        if (magnitude == INFINITY) return NULL;
    }
    *value = is_negative ? -magnitude : magnitude;
    return text;
}

static CD_INLINE bool is_white(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t'; }

cd_stop cd_read(
    const uint8_t *text, size_t size_bytes, size_t *offset, double *values, size_t *count, size_t capacity,
    const cd_tables *tables) {
    const uint8_t *at = text + *offset, *end = text + size_bytes;
    size_t read = *count;
    cd_stop stop = CD_FULL;
    while (read < capacity) {
        const uint8_t *behind =
            end - at < NUMBER_SIZE_BYTES_MAX ? NULL : read_number(at, values + read, tables);
        if (!behind) {
            stop = CD_AT_ELEMENT;
            break;
        }
        read++;
        at = behind;
        if (at == end || *at != ',') {
            stop = CD_BEHIND_ELEMENT;
            break;
        }
        at++;
        while (at < end && is_white(*at)) at++;
    }
    *offset = (size_t)(at - text);
    *count = read;
    return stop;
}
