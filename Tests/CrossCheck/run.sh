#!/usr/bin/env bash
# The same bytes on every instruction set: every set of this machine natively, scalar and NEON cross-compiled and
# emulated where that is possible. AVX-512's vectors of sixteen also run in the registers of AVX2 and of NEON.
# Emulation needs qemu-user, binutils-aarch64-linux-gnu, libc6-dev-arm64-cross, libgcc-12-dev-arm64-cross (Debian).
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
if command -v qemu-aarch64 >/dev/null; then
    "$clang" --target=aarch64-linux-gnu --gcc-toolchain=/usr --sysroot=/usr/aarch64-linux-gnu \
        -isystem /usr/aarch64-linux-gnu/include -L/usr/aarch64-linux-gnu/lib -B/usr/aarch64-linux-gnu/lib \
        --ld-path=/usr/bin/aarch64-linux-gnu-ld -static $flags -o "$work/arm64"
    qemu-aarch64 "$work/arm64" >>"$work/all"
else
    echo "arm64: skipped, qemu-user is not installed"
fi
sort "$work/all" | uniq -c
# Each part of the table has one digest, however many sets gave it.
sort -u "$work/all" | sed 's/ [0-9a-f]*$//' | uniq -d | grep . && { echo "the sets differ"; exit 1; }
echo "every instruction set gives the same bytes"
