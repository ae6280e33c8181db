// The baseline: any machine. fmaf may be a library call here; it rounds once, like the instruction.
#define RK_NAME rk_kernels_scalar
#define RK_TITLE "scalar"
#include "kernels_body.h"
