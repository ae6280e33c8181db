#!/usr/bin/env bash
# The same bytes on every instruction set: every set of this machine natively, scalar and NEON cross-compiled and
# emulated where that is possible. AVX-512's vectors of sixteen also run in the registers of AVX2 and of NEON.
# Emulation needs qemu-user-static, binutils-aarch64-linux-gnu, libc6-dev-arm64-cross, libgcc-12-dev-arm64-cross
# (Debian), installed or unpacked with their dependencies under the directory that CROSS_ROOT names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
wide=../WideKernels
sources="digest.c $(echo ../../Sources/CKernels/*.c)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c17 -O2 -Wall -Wextra -Werror -I../../Sources/CKernels/include -I$wide/include"
flags="$flags -DRK_WIDE $wide/isa_wide.c $sources -lm"
"$clang" $flags -o "$work/native"
"$work/native" >"$work/all"
root=${CROSS_ROOT:-}
emulator=$(PATH="$root/usr/bin:$PATH" command -v qemu-aarch64-static || command -v qemu-aarch64 || true)
if [ -n "$emulator" ]; then
    libraries="$root/usr/aarch64-linux-gnu/lib" compiler="$root/usr/lib/gcc-cross/aarch64-linux-gnu/12"
    LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu" "$clang" --target=aarch64-linux-gnu --gcc-toolchain="$root/usr" \
        --sysroot="$root/usr/aarch64-linux-gnu" -isystem "$root/usr/aarch64-linux-gnu/include" \
        -L"$libraries" -B"$libraries" -L"$compiler" -B"$compiler" \
        --ld-path="$root/usr/bin/aarch64-linux-gnu-ld" -static $flags -o "$work/arm64"
    "$emulator" "$work/arm64" >>"$work/all"
else
    echo "arm64: skipped, qemu-user is not installed"
fi
sort "$work/all" | uniq -c
# Each part of the table has one digest, however many sets gave it.
sort -u "$work/all" | sed 's/ [0-9a-f]*$//' | uniq -d | grep . && { echo "the sets differ"; exit 1; }
echo "every instruction set gives the same bytes"
