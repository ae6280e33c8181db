#!/usr/bin/env bash
# Throughput and latency with wrk (apt-get install wrk): GET /healthz and a small POST /predict, of one binary or of two
# that take turns; beside them the servers given as NAME=URL. One line a run, then medians, and with two binaries how
# the first compares.
#
#   Benchmarks/Server/wrk.sh [--seconds 10] [--connections 64] [--rounds 3] [--binary NAME=PATH ...]
#       [NAME=http://127.0.0.1:PORT/healthz ...]
#
# Without --binary: RONDO_BINARY or .build/release/rondo. To compare with a build before:
#   Benchmarks/Server/wrk.sh --rounds 5 --binary now=.build/release/rondo --binary before=/tmp/before/rondo
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=10 connections=64 rounds=3 binaries=() peers=()
while [ $# -gt 0 ]; do
    case "$1" in
        --seconds) seconds=$2; shift 2 ;;
        --connections) connections=$2; shift 2 ;;
        --rounds) rounds=$2; shift 2 ;;
        --binary) binaries+=("$2"); shift 2 ;;
        *=http://*) peers+=("$1"); shift ;;
        *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
[ ${#binaries[@]} -gt 0 ] || binaries=("rondo=${RONDO_BINARY:-.build/release/rondo}")
command -v wrk >/dev/null || { echo "wrk is missing: apt-get install wrk" >&2; exit 1; }

work=$(mktemp -d)
servers=()
cleanup() {
    for server in "${servers[@]}"; do
        kill "$server" 2>/dev/null
        wait "$server" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT
cat >"$work/predict.lua" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Host"] = "localhost"
wrk.body = '{"model":"airline","sequence":[340,318,362,348,363,435,491,505,404,359,310,337],"horizon":4}'
LUA

# All binaries run meanwhile; idle ones take no processor time.
names=() urls=()
for binary in "${binaries[@]}"; do
    name=${binary%%=*}
    "${binary#*=}" serve --port 0 --data "$work/data-$name" 2>"$work/log-$name" &
    servers+=($!)
    url=
    for _ in $(seq 200); do
        url=$(grep -om1 'http://[0-9.:]*' "$work/log-$name" || true)
        [ -n "$url" ] && break
        sleep 0.05
    done
    [ -n "$url" ] || { echo "$name did not start: $(cat "$work/log-$name")" >&2; exit 1; }
    "${binary#*=}" train Examples/airline.json --url "$url" >/dev/null 2>&1
    names+=("$name") urls+=("$url")
done

# One run: a line to read, and in "results" name, requests a second, p50 and p99 in milliseconds, failed requests.
run() {
    local name=$1
    shift
    wrk --latency -t 2 -c "$connections" -d "${seconds}s" "$@" | awk -v name="$name" -v results="$work/results" '
        function milliseconds(text) {
            return text ~ /us$/ ? text / 1000 : text ~ /ms$/ ? text + 0 : text ~ /m$/ ? text * 60000 : text * 1000
        }
        /50%/ { p50 = milliseconds($2) }
        /99%/ { p99 = milliseconds($2) }
        /Requests\/sec/ { rate = $2 }
        /Non-2xx/ { failed += $NF }
        /Socket errors/ { gsub(",", ""); failed += $4 + $6 + $8 + $10 }
        END {
            printf "%-28s %9.0f requests/s  p50 %7.2f ms  p99 %7.2f ms  failed %d\n", name, rate, p50, p99, failed
            printf "%s\t%s\t%s\t%s\t%d\n", name, rate, p50, p99, failed >>results
        }'
}
for round in $(seq "$rounds"); do
    # Every other round backwards, so that a machine that warms up favours nobody.
    order=$(seq 0 $((${#names[@]} - 1)))
    [ $((round % 2)) = 1 ] || order=$(seq $((${#names[@]} - 1)) -1 0)
    for index in $order; do run "${names[$index]} GET /healthz" -H 'Host: localhost' "${urls[$index]}/healthz"; done
    for peer in ${peers[@]+"${peers[@]}"}; do run "${peer%%=*} GET" "${peer#*=}"; done
    for index in $order; do run "${names[$index]} POST /predict" -s "$work/predict.lua" "${urls[$index]}/predict"; done
done

python3 - "$work/results" "${names[@]}" <<'PYTHON'
import collections, json, statistics, sys
runs = collections.defaultdict(list)
with open(sys.argv[1]) as file:
    for line in file:
        name, *values = line.rstrip("\n").split("\t")
        runs[name].append([float(value) for value in values])
medians = {name: [statistics.median(column) for column in zip(*values)] for name, values in runs.items()}
for name, (rate, p50, p99, _) in medians.items():
    failed = round(sum(values[3] for values in runs[name]))
    facts = {"median_of": len(runs[name]), "name": name, "requests_per_second": round(rate)}
    print(json.dumps({**facts, "p50_ms": p50, "p99_ms": p99, "failed": failed}))
for other in sys.argv[3:]:
    for path in ("GET /healthz", "POST /predict"):
        first, second = medians[f"{sys.argv[2]} {path}"], medians[f"{other} {path}"]
        # Above 1 is better for the first in both.
        ratios = {"rate": round(first[0] / second[0], 3), "p99": round(second[2] / first[2], 3)}
        print(json.dumps({"path": path, "of": sys.argv[2], "over": other, **ratios}))
PYTHON
