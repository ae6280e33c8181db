#!/usr/bin/env bash
# Predictions over HTTP on loopback, from 1, 8 and 64 client threads, and the reading and writing of JSON: one JSON
# object a line.
#   Benchmarks/Service/run.sh [SECONDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-3}
swift build -c release --product rondo >&2
swift build -c release --product json-bench >&2
work=$(mktemp -d)
.build/release/rondo serve --port 0 --data "$work/data" 2>"$work/log" &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$work"' EXIT
url=
for _ in $(seq 200); do
    url=$(grep -om1 'http://[0-9.:]*' "$work/log" || true)
    [ -n "$url" ] && curl -sf "$url/readyz" >/dev/null && break
    sleep 0.05
done
port=${url##*:}
train() {
    local id
    id=$(curl -sS -H 'Content-Type: application/json' --data-binary @"$1" "$url/train" |
        grep -o '"id":"job_[0-9A-Z]*"' | head -1 | cut -d'"' -f4)
    curl -sSN "$url/jobs/$id/events" >/dev/null
}
train Examples/airline.json
printf '{"model":"words","text":"%s","network":{"layers":2,"hidden":256},"training":{"epochs":1}}' \
    "$(printf 'the grey hills before any ship could be seen %.0s' $(seq 200))" >"$work/words.json"
train "$work/words.json"
series=$(grep -o '\[[0-9, .]*\]' Examples/airline.json | head -1)
printf '{"model":"airline","sequence":%s,"horizon":1}' "$series" >"$work/forecast1"
printf '{"model":"airline","sequence":%s,"horizon":24}' "$series" >"$work/forecast24"
printf '{"model":"words","prompt":"the grey","max_tokens":64}' >"$work/text64"
printf '{"model":"words","prompt":"the grey","max_tokens":64,"weights":"float16"}' >"$work/text64half"
cc -O2 -D_GNU_SOURCE Benchmarks/Service/load.c -o "$work/load"
for name in forecast1 forecast24 text64 text64half; do
    for clients in 1 8 64; do "$work/load" "$port" /predict "$work/$name" "$clients" "$seconds" "$name"; done
done
.build/release/json-bench "$seconds"
