// The kernels in vectors of sixteen floats, as for AVX-512, made for the registers that other machines have: so their
// bytes are tested there, too.
#ifndef CWIDEKERNELS_H
#define CWIDEKERNELS_H

#include "CKernels.h"

#if defined(__clang__)
#pragma clang assume_nonnull begin
#endif

/// On x86-64 it needs what the set "avx2" needs.
extern const rk_kernels rk_kernels_wide;

#if defined(__clang__)
#pragma clang assume_nonnull end
#endif

#endif
