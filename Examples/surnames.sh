#!/usr/bin/env bash
# Which language is a surname from? Examples/surnames.sh DIR reads one file a language, one name a line.
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"

ls "${1:-/nonexistent}"/*.txt >/dev/null 2>&1 || {
    echo "usage: Examples/surnames.sh DIR (Arabic.txt, Chinese.txt, …)" >&2
    exit 2
}
install_missing jq
request=$(mktemp)
for file in "$1"/*.txt; do
    jq -R --arg language "$(basename "$file" .txt)" 'select(length > 0) | {input: ., target: $language}' "$file"
done | jq -s '{model: "surnames", sequences: .}' >"$request"
train "$request"
rm -f "$request"
for name in Tanaka Kowalski O\'Connor Rossi; do
    jq -n --arg name "$name" '{model: "surnames", sequence: $name, top: 3}' |
        curl -sS -H 'Content-Type: application/json' --data-binary @- "$URL/predict"
    echo
done
