#!/usr/bin/env bash
# Installs what is missing, builds in release and runs every test: units, oracles, and the real binary end to end.
source "$(dirname "${BASH_SOURCE[0]}")/../Examples/setup.sh"

swift build -c release --build-tests
swift test -c release --skip-build "$@"
