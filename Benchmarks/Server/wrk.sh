#!/usr/bin/env bash
# Throughput and latency with wrk (apt-get install wrk): GET /healthz and a small POST /predict; beside them the servers given as
# NAME=URL.
#
#   Benchmarks/Server/wrk.sh [SECONDS=10] [CONNECTIONS=64] [NAME=http://127.0.0.1:PORT/healthz ...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-10}
connections=${2:-64}
binary=${RONDO_BINARY:-.build/release/rondo}
command -v wrk >/dev/null || { echo "wrk is missing: apt-get install wrk" >&2; exit 1; }

work=$(mktemp -d)
"$binary" serve --port 0 --data "$work/data" 2>"$work/log" &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do
    url=$(grep -om1 'http://[0-9.:]*' "$work/log" || true)
    [ -n "$url" ] && break
    sleep 0.05
done
"$binary" train Examples/airline.json --url "$url" >/dev/null 2>&1

cat >"$work/predict.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"model":"airline","sequence":[340,318,362,348,363,435,491,505,404,359,310,337],"horizon":4}'
LUA

run() {
    printf '%-28s' "$1"
    shift
    wrk --latency -t 2 -c "$connections" -d "${seconds}s" "$@" |
        awk '/50%|99%/ {printf "%s %s  ", $1, $2} /Requests\/sec/ {printf "%s requests/s", $2} /Non-2xx|Socket errors/ {printf "  %s", $0} END {print ""}'
}
run "rondo GET /healthz" "$url/healthz"
for peer in "${@:3}"; do run "${peer%%=*} GET" "${peer#*=}"; done
run "rondo POST /predict" -s "$work/predict.lua" "$url/predict"
