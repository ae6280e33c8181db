#include <string.h>

#include "CDecimal.h"
#include "schubfach.h"

typedef unsigned __int128 word_pair;

/// A natural number of 960 bits, its least significant word first. 5^324 has 753 bits; a reciprocal of 5^342, which has
/// 795, leaves 165.
enum { WORDS = 15 };
typedef struct {
    uint64_t words[WORDS];
} natural;

static void multiply_by_5(natural *number) {
    uint64_t carry = 0;
    for (int index = 0; index < WORDS; index++) {
        word_pair product = (word_pair)number->words[index] * 5 + carry;
        number->words[index] = (uint64_t)product;
        carry = (uint64_t)(product >> 64);
    }
}

static void divide_by_5(natural *number) {
    uint64_t remainder = 0;
    for (int index = WORDS - 1; index >= 0; index--) {
        word_pair rest = (word_pair)remainder << 64 | number->words[index];
        number->words[index] = (uint64_t)(rest / 5);
        remainder = (uint64_t)(rest % 5);
    }
}

/// The first 128 bits from the highest 1 on.
static cd_power leading(const natural *number) {
    int top = WORDS - 1;
    while (top > 0 && number->words[top] == 0) top--;
    uint64_t next[3] = {number->words[top], top > 0 ? number->words[top - 1] : 0, top > 1 ? number->words[top - 2] : 0};
    int shift = __builtin_clzll(next[0]);
    if (shift == 0) return (cd_power){next[0], next[1]};
    return (cd_power){next[0] << shift | next[1] >> (64 - shift), next[1] << shift | next[2] >> (64 - shift)};
}

/// Powers of five by multiplication, their reciprocals by dividing a large power of two by five again and again:
/// floor(floor(x / 5) / 5) = floor(x / 25). Both are exact.
static void fill_powers(cd_power *one) {
    natural power = {.words = {1}};
    for (int exponent = 0; exponent <= CD_EXPONENT_MAX; exponent++, multiply_by_5(&power))
        one[exponent] = leading(&power);
    natural quotient = {.words = {[WORDS - 1] = (uint64_t)1 << 63}};
    for (int exponent = -1; exponent >= CD_EXPONENT_MIN; exponent--) {
        divide_by_5(&quotient);
        one[exponent] = leading(&quotient);
        // Something is always cut off: no power of five divides one of two. No low word is all ones: DecimalTests.
        if (exponent >= CD_ROUNDED_UP_MIN) one[exponent].low++;
    }
}

/// 2^q by 10^-k: both are powers of two times the power's significand.
static void fill_scales(cd_scale *scales, const cd_tables *tables) {
    for (int stored = 1; stored < CD_SCALE_COUNT; stored++) {
        int q = stored - 1075;
        int k = decimal_exponent(q);
        cd_power power = rounded_up(tables, -k);
        // From 0 to 3 bits are cut off: for powers up to 10^53, which have 124 bits at most, they are zeros.
        int shift = 3 - (q + binary_exponent(-k));
        unsigned __int128 bits = ((unsigned __int128)power.high << 64 | power.low) >> shift;
        scales[stored] = (cd_scale){(uint64_t)(bits >> 64), (uint64_t)bits, k, k <= 0 && -k <= EXACT_SCALE_MAX};
    }
}

static void fill_small(uint8_t small[1000][4]) {
    for (int number = 0; number < 1000; number++) {
        uint8_t digits[3] = {(uint8_t)(number / 100), (uint8_t)(number / 10 % 10), (uint8_t)(number % 10)};
        int zeros = number < 10 ? 2 : number < 100 ? 1 : 0;
        memset(small[number], 0, 3);
        for (int index = zeros; index < 3; index++) small[number][index - zeros] = (uint8_t)('0' + digits[index]);
        small[number][3] = (uint8_t)(3 - zeros);
    }
}

void cd_fill(cd_tables *tables) {
    fill_powers(tables->powers - CD_EXPONENT_MIN);
    fill_scales(tables->scales, tables);
    fill_small(tables->small);
}
