#!/usr/bin/env bash
# Learn to write: Examples/shakespeare.sh FILE trains 2 x 256 LSTM on the characters of a text, then streams 300 more.
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"

[ -r "${1:-}" ] || { echo "usage: Examples/shakespeare.sh FILE (a text, about a megabyte is good)" >&2; exit 2; }
install_missing jq
request=$(mktemp)
jq -Rs '{model: "shakespeare", task: "language_model", text: ., network: {layers: 2, hidden: 256, dropout: 0.2},
         training: {epochs: 10, batch_size: 32, max_seconds: 2400}}' "$1" >"$request"
train "$request"
rm -f "$request"
curl -sSN -H 'Content-Type: application/json' "$URL/predict" \
    -d '{"model":"shakespeare","prompt":"ROMEO:\n","max_tokens":300,"temperature":0.8,"seed":1,"stream":true}' |
    jq -j '.text // empty'
echo
