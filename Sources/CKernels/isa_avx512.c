// x86-64 with AVX-512 F, VL, DQ and BW: vectors of sixteen floats, ends of rows by masks.
#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include "CKernels.h"
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,bmi2,avx512f,avx512vl,avx512dq,avx512bw"))), \
                             apply_to = function)
#define RK_NAME rk_kernels_avx512
#define RK_TITLE "avx512"
#define RK_LANES 16
#define RK_HALVES
#define RK_MASKS
#include "kernels_body.h"
#pragma clang attribute pop
#else
typedef int rk_no_avx512;
#endif
