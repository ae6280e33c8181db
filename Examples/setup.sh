#!/usr/bin/env bash
# Brings what the build needs to a Debian or Ubuntu with Swift: sourced by the examples and by the tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Installs the named Debian packages that are missing.
install_missing() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    local sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    echo "Installing ${missing[*]} ..." >&2
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

command -v swift >/dev/null || {
    echo "Rondo is built with Swift 6.2 or newer, and no swift is on the PATH." >&2
    exit 1
}
install_missing libssl-dev zlib1g-dev libsqlite3-dev curl ca-certificates tzdata
