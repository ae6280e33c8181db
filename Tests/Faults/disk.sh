#!/usr/bin/env bash
# Fills a disk of 64 MB through the API and frees it through the API, in a mount namespace of its own:
#
#     Tests/Faults/disk.sh [BINARY [MB [disk.py's options]]]
#
# As root, or where unprivileged user namespaces are allowed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=$(realpath "${1:-$here/../../.build/release/rondo}")
megabytes=${2:-64}
place=$(mktemp -d)
trap 'rmdir "$place"' EXIT
namespace=(--mount)
[[ $(id -u) == 0 ]] || namespace=(--mount --map-root-user)
unshare "${namespace[@]}" bash -c '
    mount -t tmpfs -o size="$4m",mode=0700 tmpfs "$1" && python3 "$2/disk.py" --binary "$3" --directory "$1" "${@:5}"
' - "$place" "$here" "$binary" "$megabytes" "${@:3}"
