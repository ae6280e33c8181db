#!/usr/bin/env bash
# Learn to write: trains an LSTM on the characters of a text, then streams 300 more. Examples/shakespeare.sh [FILE]
# Without a file: Examples/shakespeare.txt, 95 kB of "Coriolanus", in the public domain. Where more text is to be had
# is in Examples/README.md.
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"

text=${1:-Examples/shakespeare.txt}
[ -r "$text" ] || { echo "usage: Examples/shakespeare.sh [FILE] (a text; $text cannot be read)" >&2; exit 2; }
install_missing jq
# A network of a size that the text can teach.
network='{"layers": 1, "hidden": 192, "dropout": 0.3}'
[ "$(wc -c <"$text")" -lt 300000 ] || network='{"layers": 2, "hidden": 256, "dropout": 0.2}'
request=$(mktemp)
jq -Rs --argjson network "$network" '{model: "shakespeare", task: "language_model", text: ., network: $network,
         training: {epochs: 10, batch_size: 32, max_seconds: 2400}}' "$text" >"$request"
train "$request"
rm -f "$request"
# The first line of the text goes before what is to be written.
head -n 1 "$text" | jq -R '{model: "shakespeare", prompt: (. + "\n"), max_tokens: 300, temperature: 0.8, seed: 1,
                            stream: true}' |
    curl -sSN -H 'Content-Type: application/json' "$URL/predict" --data-binary @- | jq -j '.text // empty'
echo
