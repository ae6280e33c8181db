#!/usr/bin/env bash
# The main job: train on 144 months of airline passengers (Box & Jenkins), then stream a forecast of 24 months.
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"

train Examples/airline.json
series=$(sed -n '/\[\[/,/\]\]/p' Examples/airline.json | grep -v '\[\[\|\]\]' | tr -d ' \n')
printf '{"model":"airline","sequence":[%s],"horizon":24,"stream":true}' "$series" |
    curl -sSN -H 'Content-Type: application/json' --data-binary @- "$URL/predict"
