// Decimal numbers and the binary numbers they stand for, in both directions: the inner loops of reading and of writing
// arrays of numbers in JSON. Nothing here allocates, and nothing depends on the locale.
#ifndef RONDO_CDECIMAL_H
#define RONDO_CDECIMAL_H
#include <stddef.h>
#include <stdint.h>

/// The least and the largest power of ten that reading and writing of doubles need.
enum { CD_EXPONENT_MIN = -342, CD_EXPONENT_MAX = 324 };

/// 5^27 < 2^64: powers of ten from 10^-27 to 10^-1 are rounded up.
enum { CD_ROUNDED_UP_MIN = -27 };

/// A power of ten as a significand of 128 bits, of which the first is 1:
///
///     10^q = significand · 2^(floor(q · log2 10) - 127)
typedef struct {
    uint64_t high, low;
} cd_power;

/// 2^q = significand · 2^-124 · 10^exponent with the largest power of ten that is not larger: from 1 to 10.
typedef struct {
    uint64_t high, low;
    int32_t exponent;
    /// Whether no bits of the significand are missing.
    int32_t is_exact;
} cd_scale;

/// Exponents of normal doubles, as they are stored: from 1 on.
enum { CD_SCALE_COUNT = 2047 };

/// What is computed once.
typedef struct {
    /// From `CD_EXPONENT_MIN` on. What does not fit is cut off, from `CD_ROUNDED_UP_MIN` to 10^-1 rounded up, as the
    /// proof of Eisel and Lemire wants it.
    cd_power powers[CD_EXPONENT_MAX - CD_EXPONENT_MIN + 1];
    /// Of a double's last bit, by its exponent.
    cd_scale scales[CD_SCALE_COUNT];
    /// The digits of the numbers below 1000 without zeros in front, and how many there are in the last byte.
    uint8_t small[1000][4];
} cd_tables;

/// Fills the tables, in some hundred microseconds.
void cd_fill(cd_tables *tables);

/// The double nearest to significand · 10^exponent, ties to even; infinity for what is too large.
double cd_nearest(uint64_t significand, long exponent, const cd_tables *tables);

/// Where `cd_read` stopped.
typedef enum {
    /// Before an element that it does not read.
    CD_AT_ELEMENT,
    /// Behind an element that no comma follows.
    CD_BEHIND_ELEMENT,
    /// Before an element for which there is no room.
    CD_FULL,
} cd_stop;

/// Reads elements of an array that are numbers, with the commas between them.
///
/// Whatever is unusual (the end of the text is near, more than nineteen digits, faults) is left to the caller.
/// - offset: of an element's first byte; becomes that of the first byte not read.
/// - count: numbers in `values`; rises to `capacity` at most.
cd_stop cd_read(
    const uint8_t *text, size_t size_bytes, size_t *offset, double *values, size_t *count, size_t capacity,
    const cd_tables *tables);

/// Bytes that a number may touch from its first one on. Its text has at most 24.
enum { CD_NUMBER_SIZE_BYTES_MAX = 40 };

/// Writes numbers and a comma behind each: the shortest decimals that read back as the same doubles, whole numbers
/// below 2^53 as integers, `null` for what is not finite.
///
/// - text: `capacity_bytes` of at least `CD_NUMBER_SIZE_BYTES_MAX` can be written.
/// - size_bytes: becomes the size of the text.
/// - Returns: how many of the numbers were written before the memory was used up, at least one.
size_t cd_write(
    const double *values, size_t count, uint8_t *text, size_t capacity_bytes, size_t *size_bytes,
    const cd_tables *tables);

/// Writes one number as Swift describes it: `2.0`, `0.0001`, `1e-05`, `1.5e+16`; `null` if it is not finite.
///
/// - Returns: the size of the text.
size_t cd_write_double(double value, uint8_t *text, const cd_tables *tables);
/// As `cd_write_double`.
size_t cd_write_float(float value, uint8_t *text, const cd_tables *tables);
/// Writes an integer.
size_t cd_write_integer(int64_t value, uint8_t *text, const cd_tables *tables);

/// The double that the shortest decimal of a finite float stands for: 0.1 for 0.1f, not 0.10000000149011612. Whole
/// numbers of 32 bits stay what they are.
double cd_shortest(float value, const cd_tables *tables);

#endif
