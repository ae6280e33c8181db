#!/usr/bin/env bash
# Makes rondo_VERSION_ARCH.deb of a built binary: program, manual, completion, systemd unit and /etc/rondo/rondo.json.
#
#   swift build -c release --product rondo --static-swift-stdlib
#   config/deb.sh [BINARY [DIRECTORY]]        # default: .build/release/rondo, and the working directory
#
# Needs dpkg-dev and binutils. What the package depends on is computed from the libraries that the binary asks for, so
# it is made on the release that it is for.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
binary=$(realpath -- "${1:-$root/.build/release/rondo}")
target=$(realpath -- "${2:-.}")

fail() {
    echo "deb.sh: $*" >&2
    exit 1
}

for tool in dpkg-deb dpkg-shlibdeps strip readelf gzip; do
    command -v "$tool" >/dev/null || fail "there is no $tool: apt-get install dpkg-dev binutils gzip"
done
[[ -x $binary && -f $binary ]] || fail "there is no program $binary: swift build -c release --product rondo"
[[ -d $target ]] || fail "there is no directory $target"
libraries=$(readelf -d "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
if grep -Eq '^lib(swift|_?Foundation|dispatch|BlocksRuntime)' <<<"$libraries"; then
    fail "$binary needs libraries of Swift, which Debian does not have: build it with --static-swift-stdlib"
fi

version=$("$binary" version | sed -n '1s/^rondo \([0-9][0-9A-Za-z.+~-]*\)$/\1/p')
[[ -n $version ]] || fail "$binary does not say its version"
architecture=$(dpkg --print-architecture)
# Files are as old as the last commit, so that the same sources make the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || stat -c %Y "$binary")}
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
umask 022
mkdir -p "$tree"/{DEBIAN,etc/rondo,usr/bin,usr/lib/systemd/system,usr/share/doc/rondo,usr/share/man/man1} \
    "$tree/usr/share/bash-completion/completions" "$work/debian"

strip --strip-unneeded -o "$tree/usr/bin/rondo" "$binary"
chmod 0755 "$tree/usr/bin/rondo"
install -m 0644 "$root/config/rondo.json" "$tree/etc/rondo/rondo.json"
install -m 0644 "$root/config/rondo.service" "$tree/usr/lib/systemd/system/rondo.service"
"$binary" man | gzip -9n >"$tree/usr/share/man/man1/rondo.1.gz"
"$binary" completion bash >"$tree/usr/share/bash-completion/completions/rondo"
gzip -9nc "$root/CHANGELOG.md" >"$tree/usr/share/doc/rondo/changelog.gz"
install -m 0644 "$root/docs/operations.md" "$root/docs/configuration.md" "$tree/usr/share/doc/rondo/"

echo "Source: rondo" >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "$tree/usr/bin/rondo" | sed -n 's/^shlibs:Depends=//p')
[[ -n $depends ]] || fail "dpkg-shlibdeps found no packages for $binary"

cat >"$tree/DEBIAN/control" <<END
Package: rondo
Version: $version
Architecture: $architecture
Maintainer: Rondo <root@localhost>
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
Depends: $depends, passwd, tzdata
Section: science
Priority: optional
Description: trains recurrent networks and serves them over HTTP
 One program and one data directory: training jobs that survive their process,
 versions of models, predictions as they are computed, sessions. The server
 listens on 127.0.0.1:8080 until /etc/rondo/rondo.json says otherwise.
END
echo /etc/rondo/rondo.json >"$tree/DEBIAN/conffiles"

cat >"$tree/DEBIAN/postinst" <<'END'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
    if ! getent passwd rondo >/dev/null; then
        useradd --system --user-group --home-dir /var/lib/rondo --no-create-home --shell /usr/sbin/nologin rondo
    fi
    # One that is there keeps its mode and its owner.
    [ -d /var/lib/rondo ] || install -d -m 0700 -o rondo -g rondo /var/lib/rondo
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        # Enabled and started when it comes; later as its operator has left it.
        if [ -z "$2" ]; then systemctl enable --now rondo.service; else systemctl try-restart rondo.service; fi
    fi
fi
END
cat >"$tree/DEBIAN/prerm" <<'END'
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then systemctl disable --now rondo.service; fi
END
cat >"$tree/DEBIAN/postrm" <<'END'
#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
# Models are not configuration: they go by hand. So does the user, whose number another would get.
if [ "$1" = purge ] && [ -d /var/lib/rondo ]; then
    rmdir /var/lib/rondo 2>/dev/null || echo "rondo: models, jobs and keys stay in /var/lib/rondo" >&2
    rmdir /etc/rondo 2>/dev/null || true
fi
END
chmod 0755 "$tree"/DEBIAN/{postinst,prerm,postrm}
(cd "$tree" && find etc usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

package=$target/rondo_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$tree" "$package" >/dev/null
echo "$package"
