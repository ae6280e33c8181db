#!/usr/bin/env bash
# Builds Rondo and starts a server for an example; sourced. Sets URL; the server ends with the script.
# RONDO_URL names a server that runs already; RONDO_DATA keeps the models (default: a temporary directory).
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

if [ -n "${RONDO_URL:-}" ]; then
    URL=$RONDO_URL
else
    swift build -c release --product rondo
    work=$(mktemp -d)
    data=${RONDO_DATA:-$work/data}
    .build/release/rondo serve --port 0 --data "$data" 2>"$work/log" &
    server=$!
    trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$work"' EXIT
    for _ in $(seq 100); do
        URL=$(grep -om1 'http://[0-9.:]*' "$work/log" || true)
        [ -n "$URL" ] && curl -sf "$URL/readyz" >/dev/null && break
        kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
        sleep 0.05
    done
fi

# Posts the file $1 to /train and follows the job's events to the end.
train() {
    local job
    job=$(curl -sS -H 'Content-Type: application/json' --data-binary @"$1" "$URL/train")
    local id
    id=$(printf '%s' "$job" | grep -o '"id":"job_[0-9A-Z]*"' | head -1 | cut -d'"' -f4)
    [ -n "$id" ] || { printf '%s\n' "$job" >&2; return 1; }
    echo "POST $URL/train -> $id"
    curl -sSN "$URL/jobs/$id/events"
    curl -sS "$URL/jobs/$id"
    echo
}
