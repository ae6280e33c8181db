// x86-64 with AVX2, FMA and F16C.
#if defined(__x86_64__)
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "CKernels.h"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define RK_NAME rk_kernels_avx2
#define RK_TITLE "avx2"
#define RK_HALVES
#include "kernels_body.h"
#pragma clang attribute pop
#else
typedef int rk_no_avx2;
#endif
