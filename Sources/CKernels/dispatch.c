// The kernel sets, and which of them this machine can run.
#include "CKernels.h"
#include <string.h>

static int everywhere(void) { return 1; }
static int nowhere(void) { return 0; }

#if defined(__x86_64__)
extern const rk_kernels rk_kernels_avx2, rk_kernels_avx512;
static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}
// The compiler's runtime also asks the system whether it saves these registers.
static int has_avx512(void) {
    return has_avx2() && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("avx512f")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512bw");
}
#define ON_X86(supported, table) supported, &table
#else
#define ON_X86(supported, table) nowhere, NULL
#endif

#if defined(__aarch64__)
extern const rk_kernels rk_kernels_neon;
#define ON_ARM(supported, table) supported, &table
#else
#define ON_ARM(supported, table) nowhere, NULL
#endif

extern const rk_kernels rk_kernels_scalar;

// Of several that a machine supports, the one that is preferred comes first. A new set is a row.
static const rk_kernel_set sets[] = {
    {"avx512", ON_X86(has_avx512, rk_kernels_avx512)},
    {"avx2", ON_X86(has_avx2, rk_kernels_avx2)},
    {"neon", ON_ARM(everywhere, rk_kernels_neon)},
    {"scalar", everywhere, &rk_kernels_scalar},
};

const rk_kernel_set *rk_kernel_sets(size_t *count) {
    *count = sizeof sets / sizeof *sets;
    return sets;
}

const rk_kernels *rk_kernels_best(void) {
    const rk_kernel_set *set = sets;
    while (!set->supported()) set++;
    return set->table;
}

const rk_kernels *rk_kernels_named(const char *name) {
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (strcmp(name, sets[i].name) == 0) return sets[i].supported() ? sets[i].table : NULL;
    return NULL;
}
