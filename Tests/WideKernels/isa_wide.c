// Vectors of sixteen floats in two registers of AVX2, or four of NEON.
#include "CWideKernels.h"
#if defined(__x86_64__)
#include <math.h>
#include <stdint.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#endif
#define RK_NAME rk_kernels_wide
#define RK_TITLE "wide"
#define RK_LANES 16
#define RK_HALVES
#include "../../Sources/CKernels/kernels_body.h"
#if defined(__x86_64__)
#pragma clang attribute pop
#endif
