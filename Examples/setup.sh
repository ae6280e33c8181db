#!/usr/bin/env bash
# Brings what the build needs to a Debian or Ubuntu with Swift, and says elsewhere what to install: sourced by the
# examples and by the tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What shows that a Debian package, or another system's of the same content, is there: a command, or a C header.
present() {
    case $1 in
        libssl-dev) header openssl/ssl.h ;;
        zlib1g-dev) header zlib.h ;;
        libsqlite3-dev) header sqlite3.h ;;
        tzdata) [ -d /usr/share/zoneinfo ] ;;
        ca-certificates) [ -d /etc/ssl ] || [ -d /etc/pki ] ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

header() {
    local folder
    for folder in /usr/include /usr/include/"$(uname -m)"-linux-gnu /usr/local/include; do
        [ -e "$folder/$1" ] && return
    done
    return 1
}

# The name of a Debian package ($2) where the package manager is $1.
package_name() {
    case $1:$2 in
        dnf:libssl-dev) echo openssl-devel ;;
        dnf:zlib1g-dev) echo zlib-devel ;;
        dnf:libsqlite3-dev) echo sqlite-devel ;;
        zypper:libssl-dev) echo libopenssl-devel ;;
        zypper:zlib1g-dev) echo zlib-devel ;;
        zypper:libsqlite3-dev) echo sqlite3-devel ;;
        pacman:libssl-dev) echo openssl ;;
        pacman:zlib1g-dev) echo zlib ;;
        pacman:libsqlite3-dev) echo sqlite ;;
        *) echo "$2" ;;
    esac
}

# Says how to install the Debian packages named, and ends: nothing here does it.
explain_missing() {
    echo "Missing: $* (Debian's names). This script installs with apt-get only, as root or by sudo." >&2
    local manager package names
    for manager in apt-get dnf zypper pacman; do
        names=()
        for package in "$@"; do names+=("$(package_name "$manager" "$package")"); done
        case $manager in
            apt-get) echo "    Debian, Ubuntu:   apt-get install ${names[*]}" ;;
            dnf) echo "    Fedora, Amazon:   dnf install ${names[*]}" ;;
            zypper) echo "    openSUSE:         zypper install ${names[*]}" ;;
            pacman) echo "    Arch:             pacman -S ${names[*]}" ;;
        esac >&2
    done
    exit 1
}

# Installs the named Debian packages that are missing.
install_missing() {
    local missing=() package sudo=()
    for package in "$@"; do
        if command -v dpkg-query >/dev/null; then
            dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" ||
                missing+=("$package")
        else
            present "$package" || missing+=("$package")
        fi
    done
    [ ${#missing[@]} -eq 0 ] && return
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || explain_missing "${missing[@]}"
        sudo=(sudo)
    fi
    command -v apt-get >/dev/null || explain_missing "${missing[@]}"
    echo "Installing ${missing[*]} ..." >&2
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

command -v swift >/dev/null || {
    echo "Rondo is built with Swift 6.2 or newer, and no swift is on the PATH: https://www.swift.org/install" >&2
    exit 1
}
install_missing libssl-dev zlib1g-dev libsqlite3-dev curl ca-certificates tzdata
