#!/usr/bin/env bash
# Keeps a forecaster's state between observations: learns from eleven years of airline passengers, then reads the
# twelfth month by month. Each answer tells how surprising the month was, and forecasts the next two.
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"

train Examples/airline.json
series=$(sed -n '/\[\[/,/\]\]/p' Examples/airline.json | grep -v '\[\[\|\]\]' | tr -d ' \n')
post() { curl -sS -H 'Content-Type: application/json' --data-binary "$2" "$URL$1"; }

past=$(printf '%s' "$series" | cut -d, -f1-132)
session=$(post /sessions "{\"model\":\"airline\",\"sequence\":[$past],\"metadata\":{\"flown\":\"worldwide\"}}")
echo "POST $URL/sessions -> $session"
id=$(printf '%s' "$session" | grep -o '"id":"ses_[0-9A-Z]*"' | cut -d'"' -f4)
for month in $(printf '%s' "$series" | cut -d, -f133-143 | tr ',' ' '); do
    post "/sessions/$id/step" "{\"sequence\":[$month],\"horizon\":2}"
done
# Another session from the same place, which hears of a month that cannot be.
fork=$(post "/sessions/$id/fork" '{}' | grep -o '"id":"ses_[0-9A-Z]*"' | cut -d'"' -f4)
post "/sessions/$fork/step" '{"sequence":[1200]}'
# Without a session: the state in the client's hands.
state=$(curl -sS "$URL/sessions/$id/state" | grep -o '"state":"[^"]*"' | cut -d'"' -f4)
post /predict "{\"state\":\"$state\",\"sequence\":[432],\"horizon\":1}" | cut -c1-600
