#!/usr/bin/env bash
# The same bytes on every instruction set: scalar and AVX2 natively, scalar and NEON cross-compiled and emulated.
# Needs qemu-user, binutils-aarch64-linux-gnu, libc6-dev-arm64-cross, libgcc-12-dev-arm64-cross (Debian).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
command -v qemu-aarch64 >/dev/null || { echo "skipped: qemu-user is not installed"; exit 0; }
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
sources=$(ls ../../Sources/CKernels/*.c)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c17 -O2 -Wall -Wextra -Werror -I../../Sources/CKernels/include digest.c $sources -lm"
"$clang" $flags -o "$work/native"
"$clang" --target=aarch64-linux-gnu --gcc-toolchain=/usr --sysroot=/usr/aarch64-linux-gnu \
    -isystem /usr/aarch64-linux-gnu/include -L/usr/aarch64-linux-gnu/lib -B/usr/aarch64-linux-gnu/lib \
    --ld-path=/usr/bin/aarch64-linux-gnu-ld -static $flags -o "$work/arm64"
"$work/native" >"$work/all"
qemu-aarch64 "$work/arm64" >>"$work/all"
sort "$work/all" | uniq -c
# Each line came from two instruction sets here and two of arm64.
sort "$work/all" | uniq -c | awk '$1 != 4 { exit 1 }' && echo "every instruction set gives the same bytes"
