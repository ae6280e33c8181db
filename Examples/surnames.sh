#!/usr/bin/env bash
# Which language is a surname from? Examples/surnames.sh [DIR]
# Without a directory: Examples/surnames.ndjson, some 100 usual names of each of 13 languages. DIR has one file for each
# language (Arabic.txt, Chinese.txt, …), one name a line.
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"

if [ $# -gt 0 ] && ! ls "$1"/*.txt >/dev/null 2>&1; then
    echo "usage: Examples/surnames.sh [DIR] (Arabic.txt, Chinese.txt, …; $1 has no .txt)" >&2
    exit 2
fi
install_missing jq
request=$(mktemp)
if [ $# -eq 0 ]; then
    cat Examples/surnames.ndjson
else
    for file in "$1"/*.txt; do
        jq -R --arg language "$(basename "$file" .txt)" 'select(length > 0) | {input: ., target: $language}' "$file"
    done
fi | jq -s '{model: "surnames", sequences: .}' >"$request"
train "$request"
rm -f "$request"
for name in Tanaka Kowalski O\'Connor Rossi; do
    jq -n --arg name "$name" '{model: "surnames", sequence: $name, top: 3}' |
        curl -sS -H 'Content-Type: application/json' --data-binary @- "$URL/predict"
    echo
done
