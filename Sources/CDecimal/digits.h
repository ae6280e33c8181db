// Eight decimal digits in one word, the first of them in its lowest byte: read and written together.
#ifndef CD_DIGITS_H
#define CD_DIGITS_H
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/// Inner loops are one piece of code, however long.
#define CD_INLINE inline __attribute__((always_inline))
#define CD_ZEROS 0x3030303030303030u  // "00000000"
#define CD_1E4 10000u
#define CD_1E8 100000000u
#define CD_1E16 10000000000000000u

static CD_INLINE uint64_t cd_swap_if_big(uint64_t word) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return __builtin_bswap64(word);
#else
    return word;
#endif
}

/// A word whose first byte in memory is its highest one: zeros at the end are the lowest bits, and to find the lowest 1
/// is faster on many processors than to find the highest.
static CD_INLINE uint64_t cd_swap_if_little(uint64_t word) { return cd_swap_if_big(__builtin_bswap64(word)); }

static CD_INLINE uint64_t cd_load(const uint8_t *text) {
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return cd_swap_if_big(word);
}

static CD_INLINE void cd_store(uint64_t word, uint8_t *text) {
    word = cd_swap_if_big(word);
    memcpy(text, &word, sizeof word);
}

/// With how many digits a word begins. Digits are 0 to 9 in it, all other bytes are larger.
static CD_INLINE unsigned cd_digit_count(uint64_t word) {
    // A carry goes only into bytes behind the first that is not a digit.
    uint64_t others = ((word + 0x7676767676767676u) | word) & 0x8080808080808080u;
    return others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
}

/// The number whose digits are the first `count` bytes, 1 to 8.
static CD_INLINE uint64_t cd_join(uint64_t word, unsigned count) {
    // Zeros in front, so that the digits end at the last byte; then pairs, and pairs of those.
    word <<= 64 - 8 * count;
    word = word * 10 + (word >> 8);
    uint64_t first = (word & 0x000000FF000000FFu) * 0x000F424000000064u;
    uint64_t second = ((word >> 16) & 0x000000FF000000FFu) * 0x0000271000000001u;
    return (first + second) >> 32;
}

/// The digits of a number below 10^4, with zeros in front.
static CD_INLINE uint32_t cd_split4(uint32_t number) {
    // 10486 / 2^20 divides by 100 what is below 10^4, 103 / 2^10 divides by 10 what is below 100.
    uint32_t hundreds = number * 10486u >> 20;
    uint32_t pairs = hundreds | (number - hundreds * 100u) << 16;
    uint32_t tens = (pairs * 103u >> 10) & 0x000F000Fu;
    return tens | (pairs - tens * 10u) << 8;
}

/// The digits of a number below 10^8, with zeros in front.
static CD_INLINE uint64_t cd_split8(uint32_t number) {
    uint64_t upper = number / CD_1E4;
    uint64_t fours = upper | (number - upper * CD_1E4) << 32;
    uint64_t hundreds = (fours * 10486u >> 20) & 0x0000007F0000007Fu;
    uint64_t pairs = hundreds | (fours - hundreds * 100u) << 16;
    uint64_t tens = (pairs * 103u >> 10) & 0x000F000F000F000Fu;
    return tens | (pairs - tens * 10u) << 8;
}

typedef uint8_t cd_bytes16 __attribute__((vector_size(16)));
typedef uint16_t cd_words8 __attribute__((vector_size(16)));
typedef uint32_t cd_words8_wide __attribute__((vector_size(32)));
typedef uint64_t cd_words2 __attribute__((vector_size(16)));

/// The upper halves of the products.
static CD_INLINE cd_words8 cd_multiply_high(cd_words8 a, uint16_t factor) {
#ifdef __SSE2__
    // As an instruction of its own: the shift that follows would not be left apart otherwise.
    return (cd_words8)_mm_mulhi_epu16((__m128i)a, _mm_set1_epi16((short)factor));
#else
    cd_words8_wide wide = __builtin_convertvector(a, cd_words8_wide) * factor >> 16;
    return __builtin_convertvector(wide, cd_words8);
#endif
}

/// The sixteen digits of two numbers below 10^8, with zeros in front.
static CD_INLINE cd_bytes16 cd_split16(uint32_t upper, uint32_t lower) {
    // As `cd_split8`. 0xD1B71759 / 2^45 divides by 10^4, 5243 / 2^19 by 100, 6554 / 2^16 by 10.
    cd_words2 eights = {upper, lower};
    cd_words2 thousands = eights * 0xD1B71759u >> 45;
    cd_words8 fours = (cd_words8)(thousands | (eights - thousands * CD_1E4) << 32);
    cd_words8 hundreds = cd_multiply_high(fours, 5243) >> 3;
    cd_words2 pairs = (cd_words2)hundreds | (cd_words2)(fours - hundreds * 100) << 16;
    cd_words8 tens = cd_multiply_high((cd_words8)pairs, 6554);
    cd_words8 ones = (cd_words8)pairs - tens * 10;
    return (cd_bytes16)(tens | ones << 8);
}

#endif
