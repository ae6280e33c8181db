#include <stdbool.h>

#include "CDecimal.h"
#include "digits.h"
#include "schubfach.h"

/// Digits that are laid out: as many as the shortest decimal of a double may need.
#define DIGITS_MAX 17
/// As a double stores it. Larger whole numbers are written with an exponent: not all their digits are known.
#define EXPONENT_OF_2_53 (1023 + 53)

// MARK: Digits

/// The first digits of a number without the zeros in front: `digits` holds 4 or 8.
static CD_INLINE size_t write_first(uint64_t digits, unsigned count, uint8_t *text) {
    // The last digit is written even if it is zero.
    unsigned zeros = (unsigned)__builtin_ctzll(digits | (uint64_t)1 << (8 * count - 8)) / 8;
    cd_store((digits | CD_ZEROS) >> 8 * zeros, text);
    return count - zeros;
}

static __attribute__((noinline)) size_t write_long_whole(uint64_t number, uint8_t *text) {
    if (number < CD_1E8) return write_first(cd_split8((uint32_t)number), 8, text);
    uint64_t upper = number / CD_1E8;
    uint64_t lower = cd_split8((uint32_t)(number % CD_1E8)) | CD_ZEROS;
    size_t size;
    if (upper < CD_1E8) {
        size = write_first(cd_split8((uint32_t)upper), 8, text);
    } else {
        size = write_first(cd_split4((uint32_t)(upper / CD_1E8)), 4, text);
        cd_store(cd_split8((uint32_t)(upper % CD_1E8)) | CD_ZEROS, text + size);
        size += 8;
    }
    cd_store(lower, text + size);
    return size + 8;
}

static CD_INLINE size_t write_whole(uint64_t number, uint8_t *text, const cd_tables *tables) {
    if (number >= 1000) return write_long_whole(number, text);
    const uint8_t *digits = tables->small[number];
    memcpy(text, digits, 4);
    return digits[3];
}

/// Seventeen digits, the first of them not 0, as characters: 0.digits · 10^point.
typedef struct {
    uint8_t first;
    cd_bytes16 rest;
    /// Without the zeros at the end.
    int count;
    int point;
} layout;

/// - number: of at least sixteen digits.
static CD_INLINE layout lay_out(decimal number) {
    // Whether there are sixteen or seventeen, no branch can tell.
    bool is_short = number.digits < CD_1E16;
    uint64_t digits = is_short ? number.digits * 10 : number.digits;
    uint64_t upper = digits / CD_1E8;
    uint32_t first = (uint32_t)(digits / CD_1E16);
    cd_bytes16 rest = cd_split16((uint32_t)(upper - first * (uint64_t)CD_1E8), (uint32_t)(digits - upper * CD_1E8));
    cd_words2 halves = (cd_words2)rest;
    uint64_t middle = cd_swap_if_little(halves[0]), last = cd_swap_if_little(halves[1]);
    // Behind the last digit that is not 0.
    int count = last ? 17 - __builtin_ctzll(last) / 8 : middle ? 9 - __builtin_ctzll(middle) / 8 : 1;
    return (layout){(uint8_t)('0' + first), rest | '0', count, number.exponent + DIGITS_MAX - is_short};
}

static size_t write_scientific(const layout *digits, uint8_t *text, const cd_tables *tables) {
    text[0] = digits->first;
    text[1] = '.';
    memcpy(text + 2, &digits->rest, sizeof digits->rest);
    size_t size = digits->count > 1 ? (size_t)digits->count + 1 : 1;
    int exponent = digits->point - 1, sign = exponent >> 31;
    text[size] = 'e';
    // "-" is two behind "+".
    text[size + 1] = (uint8_t)('+' - 2 * sign);
    exponent = (exponent ^ sign) - sign;
    // Two digits at least.
    text[size + 2] = '0';
    size += exponent < 10 ? 3 : 2;
    return size + write_whole((uint64_t)exponent, text + size, tables);
}

/// All digits, with the point behind the ninth or later, or behind all of them.
static size_t write_long(const layout *digits, uint8_t *text) {
    size_t count = (size_t)digits->count, point = (size_t)digits->point;
    text[0] = digits->first;
    memcpy(text + 1, &digits->rest, sizeof digits->rest);
    if (point >= count) {
        // The digits behind the last one are zeros.
        memcpy(text + point, ".0", 2);
        return point + 2;
    }
    memmove(text + point + 1, text + point, count - point);
    text[point] = '.';
    return count + 1;
}

/// The number whose point is behind one of the first eight digits, or has up to three zeros behind it.
///
/// One way for both: "0.000" is written, and the digits behind the zeros that count, or over all of it.
static CD_INLINE size_t write_short(const layout *digits, uint8_t *text) {
    cd_store(0x3030303030302E30u, text);
    int point = digits->point;
    bool is_inside = point > 0;
    text += is_inside ? 0 : 2 - point;
    text[0] = digits->first;
    memcpy(text + 1 + is_inside, &digits->rest, sizeof digits->rest);
    uint64_t word = cd_swap_if_big(((cd_words2)digits->rest)[0]);
    unsigned bits = 8 * (unsigned)(point - 1) & 63;
    uint64_t kept = ((uint64_t)1 << bits) - 1;
    uint64_t with_point = (word & kept) | (uint64_t)'.' << bits | (word & ~kept) << 8;
    cd_store(is_inside ? with_point : word, text + 1);
    return (size_t)(digits->count + (is_inside ? 1 : 2 - point));
}

// MARK: Numbers

size_t cd_write_integer(int64_t value, uint8_t *text, const cd_tables *tables) {
    text[0] = '-';
    bool is_negative = value < 0;
    return is_negative + write_whole(is_negative ? 0 - (uint64_t)value : (uint64_t)value, text + is_negative, tables);
}

/// Any decimal, as slowly as it takes.
///
/// - is_large: a whole number not all of whose digits are known.
static size_t write_decimal(decimal number, bool is_large, uint8_t *text, const cd_tables *tables) {
    for (; number.digits < CD_1E16 / 10; number.exponent--) number.digits *= 10;
    layout digits = lay_out(number);
    if (digits.point < -3 || is_large) return write_scientific(&digits, text, tables);
    return digits.point > 8 || digits.point >= digits.count ? write_long(&digits, text) : write_short(&digits, text);
}

static size_t write_text(const char *word, uint8_t *text) {
    size_t size = strlen(word);
    memcpy(text, word, size);
    return size;
}

/// Any double that is not a whole number below 2^53.
static __attribute__((noinline)) size_t write_any(uint64_t bits, uint8_t *text, const cd_tables *tables) {
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int exponent = (int)(bits >> 52) & 0x7FF;
    bool is_negative = bits >> 63, is_normal = exponent > 0;
    if (exponent == 0x7FF) return write_text("null", text);
    if (fraction == 0 && !is_normal) return write_text("-0.0", text);
    text[0] = '-';
    decimal number = shortest(
        fraction | (uint64_t)is_normal << 52, exponent - is_normal - 1074, fraction == 0 && exponent > 1, tables);
    bool is_large = exponent > EXPONENT_OF_2_53 || (exponent == EXPONENT_OF_2_53 && fraction != 0);
    return is_negative + write_decimal(number, is_large, text + is_negative, tables);
}

/// How a number is written: with all its digits, with an exponent, without fraction, in any other way.
enum { DECIMAL, LARGE, WHOLE, OTHER };

/// A number on its way to its text.
///
/// Both halves of the way are long chains of operations that each wait for the one before. Many numbers go the first
/// half before they go the second, so that the processor works on several short chains at once.
typedef struct {
    /// Of a decimal the digits, of a whole number the magnitude, of others the bits.
    uint64_t digits;
    int16_t exponent;
    uint8_t kind;
    bool is_negative;
} prepared;

/// Whether a number below 2^53 is whole, and not -0.
static CD_INLINE bool magnitude_if_whole(double value, uint64_t *magnitude) {
    int64_t whole = (int64_t)value;
    *magnitude = whole < 0 ? 0 - (uint64_t)whole : (uint64_t)whole;
    return (double)whole == value && (whole != 0 || !__builtin_signbit(value));
}

static CD_INLINE prepared prepare(double value, const cd_tables *tables) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bool is_negative = bits >> 63;
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int exponent = (int)(bits >> 52) & 0x7FF;
    prepared number = {bits, 0, OTHER, is_negative};
    bool is_large = exponent >= EXPONENT_OF_2_53;
    // What is large and what is not may come in any order: a mask, which the compiler shall not make a branch of.
    uint64_t magnitude, half = 0x3FE0000000000000, mask = 0 - (uint64_t)is_large;
    __asm__("" : "+r"(mask));
    uint64_t usual_bits = bits ^ ((bits ^ half) & mask);
    double usual;
    memcpy(&usual, &usual_bits, sizeof usual);
    if (magnitude_if_whole(usual, &magnitude)) {
        number.digits = magnitude;
        number.kind = WHOLE;
        return number;
    }
    decimal found;
    if (fraction != 0 && exponent != 0 && exponent < CD_SCALE_COUNT
        && shortest_if_certain(fraction | (uint64_t)1 << 52, tables->scales[exponent], &found)) {
        number.digits = found.digits;
        number.exponent = (int16_t)found.exponent;
        number.kind = (uint8_t)(DECIMAL + (mask & 1));
    }
    return number;
}

/// - ending_size: of the ".0" behind whole numbers.
static CD_INLINE size_t write_prepared(
    const prepared *number, size_t ending_size, uint8_t *text, const cd_tables *tables) {
    text[0] = '-';
    uint8_t *digits_text = text + number->is_negative;
    if (number->kind == WHOLE) {
        size_t size = number->is_negative + write_whole(number->digits, digits_text, tables);
        if (ending_size) memcpy(text + size, ".0", 2);
        return size + ending_size;
    }
    if (__builtin_expect(number->kind == OTHER, 0)) return write_any(number->digits, text, tables);
    layout digits = lay_out((decimal){number->digits, number->exponent});
    // Asked so, each question has nearly always the same answer, for usual numbers and for those of any size.
    size_t size;
    if (digits.point >= -3 && digits.point <= 8)
        size = write_short(&digits, digits_text);
    else if (digits.point >= 9 && digits.point <= 16 && number->kind == DECIMAL)
        size = write_long(&digits, digits_text);
    else
        size = write_scientific(&digits, digits_text, tables);
    return number->is_negative + size;
}

size_t cd_write_double(double value, uint8_t *text, const cd_tables *tables) {
    prepared number = prepare(value, tables);
    return write_prepared(&number, 2, text, tables);
}

/// Writes the whole numbers that an array begins with: what is counted has no long way to go.
///
/// - Returns: how many there are.
static CD_INLINE size_t write_wholes(const double *values, size_t count, uint8_t **text, const cd_tables *tables) {
    uint8_t *at = *text;
    size_t written = 0;
    for (; written < count; written++) {
        double value = values[written];
        uint64_t magnitude;
        if (!(value < 0x1p53 && value > -0x1p53) || !magnitude_if_whole(value, &magnitude)) break;
        *at = '-';
        at += value < 0;
        at += write_whole(magnitude, at, tables);
        *at++ = ',';
    }
    *text = at;
    return written;
}

size_t cd_write(
    const double *values, size_t count, uint8_t *text, size_t capacity_bytes, size_t *size_bytes,
    const cd_tables *tables) {
    // The longest text is "-1.2345678901234567e-300", and a comma follows.
    enum { BATCH_MAX = 32, TEXT_SIZE_BYTES_MAX = 25 };
    uint8_t *at = text;
    size_t written = 0;
    while (written < count) {
        size_t free_bytes = capacity_bytes - CD_NUMBER_SIZE_BYTES_MAX - (size_t)(at - text);
        size_t batch = free_bytes / TEXT_SIZE_BYTES_MAX;
        if (batch > BATCH_MAX) batch = BATCH_MAX;
        if (batch > count - written) batch = count - written;
        if (batch < BATCH_MAX / 4 && batch < count - written && written > 0) break;
        prepared numbers[BATCH_MAX];
        size_t wholes = write_wholes(values + written, batch, &at, tables);
        written += wholes;
        batch -= wholes;
        for (size_t index = 0; index < batch; index++) numbers[index] = prepare(values[written + index], tables);
        for (size_t index = 0; index < batch; index++) {
            at += write_prepared(&numbers[index], 0, at, tables);
            *at++ = ',';
        }
        written += batch;
    }
    *size_bytes = (size_t)(at - text);
    return written;
}

/// The shortest decimal of a float that is finite and not 0.
static decimal shortest_of_float(uint32_t bits, const cd_tables *tables) {
    uint32_t fraction = bits & 0x7FFFFF;
    int exponent = (int)(bits >> 23) & 0xFF;
    bool is_normal = exponent > 0;
    return shortest(
        fraction | (uint32_t)is_normal << 23, exponent - is_normal - 149, fraction == 0 && exponent > 1, tables);
}

size_t cd_write_float(float value, uint8_t *text, const cd_tables *tables) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bool is_negative = bits >> 31;
    float magnitude = is_negative ? -value : value;
    text[0] = '-';
    if ((bits >> 23 & 0xFF) == 0xFF) return write_text("null", text);
    if (magnitude < 0x1p24f && (float)(int32_t)magnitude == magnitude) {
        size_t size = is_negative + write_whole((uint64_t)magnitude, text + is_negative, tables);
        memcpy(text + size, ".0", 2);
        return size + 2;
    }
    return is_negative
        + write_decimal(shortest_of_float(bits, tables), magnitude > 0x1p24f, text + is_negative, tables);
}

double cd_shortest(float value, const cd_tables *tables) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if (value < 0x1p31f && value >= -0x1p31f && (float)(int32_t)value == value) return value;
    decimal number = shortest_of_float(bits, tables);
    double magnitude = cd_nearest(number.digits, number.exponent, tables);
    return bits >> 31 ? -magnitude : magnitude;
}
