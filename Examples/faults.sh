#!/usr/bin/env bash
# Trains on a sound part of a generated series, and finds the faults that were put into the rest (faults.py).
source "$(dirname "${BASH_SOURCE[0]}")/server.sh"

python3 Examples/faults.py "$URL"
