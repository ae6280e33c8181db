// Which kernels this machine can run.
#include "CKernels.h"
#include <string.h>

extern const rk_kernels rk_kernels_scalar;
#if defined(__x86_64__)
extern const rk_kernels rk_kernels_avx2;
#elif defined(__aarch64__)
extern const rk_kernels rk_kernels_neon;
#endif

const rk_kernels *rk_kernels_best(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c"))
        return &rk_kernels_avx2;
#elif defined(__aarch64__)
    return &rk_kernels_neon;
#endif
    return &rk_kernels_scalar;
}

const rk_kernels *rk_kernels_named(const char *name) {
    if (strcmp(name, "scalar") == 0) return &rk_kernels_scalar;
    const rk_kernels *best = rk_kernels_best();
    return strcmp(name, best->name) == 0 ? best : NULL;
}
