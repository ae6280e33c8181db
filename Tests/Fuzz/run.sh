#!/usr/bin/env bash
# Feeds the readers of foreign bytes: what they must never do is end the process, or depend on how the bytes were cut.
# Each target's file says what it checks.
#
#   Tests/Fuzz/run.sh [SECONDS] [TARGET ...]     default: 60 seconds for each target
#
#   request, chunks, json, gzip, tables    bytes, by libFuzzer under AddressSanitizer
#   imports, models, checkpoints,      cases made by a seeded generator that knows their structure (Tests/Fuzz/Models):
#   files of requests, configuration            weights, stored models and checkpoints, bodies of /train and what they
#   train, settings
#
# Corpora grow in .build/fuzz/corpus and are used again; a finding is left in .build/fuzz/findings and ends with an
# error. One of the generator names its target, seed and case, which run again alone: .build/release/fuzz-models TARGET
# --seed N --case I
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds="${1:-60}"
shift || true
targets=("$@")
structured=(imports models checkpoints requests configuration)
[ ${#targets[@]} -gt 0 ] || targets=(request chunks json gzip tables "${structured[@]}")

build=.build/fuzz
mkdir -p "$build/findings"
export SWIFT_BACKTRACE=enable=no

# Runs the target $1 of the generator; the last case it began is what ended it.
generate() {
    local state="$build/findings/$1-case"
    swift build -c release --product fuzz-models
    if nice -n 15 .build/release/fuzz-models "$1" --seconds "$seconds" --state "$state"; then
        rm -f "$state"
    else
        echo "the process ended in this case: fuzz-models $(cat "$state")" >&2
        return 1
    fi
}
bytes=()
for target in "${targets[@]}"; do
    case " ${structured[*]} " in
    *" $target "*) generate "$target" ;;
    *) bytes+=("$target") ;;
    esac
done
[ ${#bytes[@]} -gt 0 ] || exit 0

[ -d .build/checkouts/swift-http-types ] || swift package resolve
flags=(-O -swift-version 6 -parse-as-library -package-name rondo
    -module-cache-path "$build/cache" -I "$build" -I Sources/CZlib -I "$build/CDecimal"
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
    -enable-upcoming-feature InternalImportsByDefault -sanitize=fuzzer,address)

# Compiles the module $1 from the directory $2, unless it is newer than its sources.
module() {
    local object="$build/$1.o"
    [ -f "$object" ] && [ -z "$(find "$2" -name '*.swift' -newer "$object")" ] && return
    swiftc "${flags[@]}" -wmo -module-name "$1" -emit-module -emit-module-path "$build/$1.swiftmodule" \
        -c $(find "$2" -name '*.swift') -o "$object"
}
# The dependency's own code takes no upcoming features.
if [ ! -f "$build/HTTPTypes.o" ]; then
    swiftc -O -parse-as-library -wmo -module-name HTTPTypes -module-cache-path "$build/cache" -sanitize=address \
        -emit-module -emit-module-path "$build/HTTPTypes.swiftmodule" \
        -c .build/checkouts/swift-http-types/Sources/HTTPTypes/*.swift -o "$build/HTTPTypes.o"
fi
# The module of C, with a module map as the package manager makes one.
mkdir -p "$build/CDecimal"
echo "module CDecimal { header \"$PWD/Sources/CDecimal/include/CDecimal.h\" export * }" \
    >"$build/CDecimal/module.modulemap"
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
for source in Sources/CDecimal/*.c; do
    "$clang" -O2 -std=c17 -fsanitize=address,undefined -fno-sanitize-recover=undefined -ISources/CDecimal/include \
        -c "$source" -o "$build/CDecimal/$(basename "$source" .c).o"
done
module System Sources/System
module SeriesTime Sources/SeriesTime
module HTTP1 Sources/HTTP1
module JSON Sources/JSON
module Tables Sources/Tables
module Compression Sources/Compression

seeds() {  # a few beginnings for each target; the first byte chooses how the rest is cut
    local directory="$build/corpus/$1"
    mkdir -p "$directory"
    case "$1" in
    request)
        printf 'aGET /a/../b%%20c?x=1&y=+ HTTP/1.1\r\nHost: [::1]:80\r\nX: y\r\n\r\n' >"$directory/get"
        {
            printf 'bPOST http://a/ HTTP/1.0\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc'
            printf 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'
        } >"$directory/post"
        {
            printf 'cPUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n'
            printf '3;a="b"\r\nabc\r\n0\r\nT: u\r\n\r\n'
        } >"$directory/chunked"
        ;;
    chunks) printf 'a3;a=b;c="d\\"e"\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n' >"$directory/chunks" ;;
    tables)
        printf 'ddate;id;wert\n01.02.2026;a;1,5\n02.02.2026;a;2,5\n03.02.2026;a;\n' >"$directory/text"
        printf 'f{"date":"2026-01-01","n":1}\n{"n":2,"date":"2026-01-02"}\n{"date":null}\n' >"$directory/records" ;;
    json) printf '{"a":[1,-2.5e-3,null,true,"\\ud83d\\ude00\\n"],"b":{"c":""}}' >"$directory/object" ;;
    gzip)
        { printf 'a'; printf 'hello hello hello' | gzip -nc; printf 'more' | gzip -nc; } >"$directory/members"
        printf 'b\x78\x9c\xcb\x48\xcd\xc9\xc9\x07\x00\x06\x2c\x02\x15' >"$directory/zlib" ;;
    esac
}

for target in "${bytes[@]}"; do
    seeds "$target"
    swiftc "${flags[@]}" -module-name "fuzz_$target" "Tests/Fuzz/$target.swift" Tests/Fuzz/Shared/*.swift \
        "$build"/{System,SeriesTime,HTTP1,JSON,Tables,Compression,HTTPTypes}.o "$build"/CDecimal/*.o -lz \
        -o "$build/fuzz_$target"
    echo "$target: $seconds seconds"
    dictionary=()
    [ -f "Tests/Fuzz/$target.dict" ] && dictionary=(-dict="Tests/Fuzz/$target.dict")
    nice -n 15 "$build/fuzz_$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 \
        -rss_limit_mb=1024 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="$build/findings/$target-" "${dictionary[@]}" "$build/corpus/$target"
done
