#!/usr/bin/env bash
# Runs the whole test suite, the server under test too, with a sanitizer: a report of it is an error.
#
#   Tests/Sanitizers/run.sh thread|address [--filter NAME ...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
kind="${1:-}"
case "$kind" in
thread | address) ;;
*)
    echo "usage: Tests/Sanitizers/run.sh thread|address [--filter NAME ...]" >&2
    exit 2
    ;;
esac
shift

build=.build/sanitize-$kind
reports=$build/reports
swift build -c release --build-tests --sanitize="$kind" --scratch-path "$build"
rm -rf "$reports"
mkdir -p "$reports"
RONDO_BINARY=$PWD/$(ls -d "$build"/*/release/rondo | head -1)
export RONDO_BINARY SWIFT_BACKTRACE=enable=no
if [ "$kind" = thread ]; then
    clang -O1 -fPIC -shared -o "$build/mutex_order.so" Tests/Sanitizers/mutex_order.c -ldl
    TSAN_OPTIONS="log_path=$PWD/$reports/thread exitcode=0 suppressions=$PWD/Tests/Sanitizers/thread.supp"
    export TSAN_OPTIONS LD_PRELOAD=$PWD/$build/mutex_order.so
else
    # Leaks are not looked for: the Swift runtime keeps its metadata for ever.
    export ASAN_OPTIONS="log_path=$PWD/$reports/address detect_leaks=0"
fi
# It sends SIGSEGV and the like to the server, which a sanitizer takes for a fault of the program.
set -- "$@" --skip aFaultOfTheProgramHasALastLine
status=0
swift test -c release --sanitize="$kind" --scratch-path "$build" --skip-build "$@" || status=$?
count=$(cat "$reports"/* 2>/dev/null | grep -cE 'WARNING: ThreadSanitizer|ERROR: AddressSanitizer' || true)
echo "$kind sanitizer: $count reports in $reports"
[ "$count" = 0 ] && exit "$status"
exit 1
