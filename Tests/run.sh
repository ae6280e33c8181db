#!/usr/bin/env bash
# Installs what is missing, checks the format, builds in release and runs every test: units, oracles, and the real
# binary end to end.
source "$(dirname "${BASH_SOURCE[0]}")/../Examples/setup.sh"

if ! swift format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift; then
    echo "The format differs from .swift-format. This mends most of it:" >&2
    echo "    swift format --in-place --recursive --parallel Sources Tests Benchmarks Package.swift" >&2
    exit 1
fi
swift build -c release --build-tests
swift test -c release --skip-build "$@"
