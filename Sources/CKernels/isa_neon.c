// arm64: NEON with fused multiply-add is part of the baseline.
#if defined(__aarch64__)
#define RK_NAME rk_kernels_neon
#define RK_TITLE "neon"
#define RK_HALVES
#include "kernels_body.h"
#else
typedef int rk_no_neon;
#endif
