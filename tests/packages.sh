#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the Debian packages on a bare system, asks lintian, and installs, tries, upgrades and removes them
# on another one.
#
# usage: packages.sh [RELEASE [FOLDER]]      default: bookworm; FOLDER takes the packages
#
# Needs root, mmdebstrap and a mirror. Exit status 77 where a system cannot be made.
set -eu

source=$(cd "$(dirname "$0")/.." && pwd)
. "$source/tests/support/chroot.sh"
release=${1:-bookworm}
can_make_chroots || {
    echo "skipped: chroots need root, mmdebstrap and the right to mount"
    exit 77
}
chroots=$(mktemp -d "${TMPDIR:-/var/tmp}/krr-packages-XXXXXX")
trap 'rm -rf --one-file-system "$chroots"' EXIT
trap 'exit 130' INT TERM

say() {
    echo "$release: $*"
}

make_or_skip() {
    make_chroot "$@" || {
        say "skipped, no such system can be made: $(tail -n 1 "$2.log")"
        exit 77
    }
}

# ---- build

builder=$chroots/builder
build_depends=$(sed -n '/^Build-Depends:/,/^Standards/{s/^ \([a-z0-9.+-]*\).*/\1/p}' \
    "$source/debian/control" | grep -v debhelper-compat)
# shellcheck disable=SC2086 # lists of words
make_or_skip "$release" "$builder" build-essential debhelper fakeroot lintian $build_depends
put_source "$builder"
in_chroot "$builder" "cd /src && dpkg-buildpackage -us -uc -b" >"$chroots/build.log" 2>&1 || {
    tail -n 40 "$chroots/build.log"
    exit 1
}
say "lintian says:"
in_chroot "$builder" "cd / && useradd -m somebody 2>/dev/null; chmod a+r /*.deb /*.changes
    su somebody -c 'lintian --fail-on error,warning /krr_*.changes'"
for package in "$builder"/*.deb; do
    say "$(basename "$package"): $(stat -c %s "$package") octets"
done
[ -z "${2:-}" ] || cp "$builder"/*.deb "$builder"/*.changes "$2"

# ---- install, try, upgrade, remove

bare=$chroots/bare
make_or_skip "$release" "$bare" tshark
cp "$builder"/krraudit_*.deb "$builder"/wireshark-krr_*.deb "$bare/tmp"
in_chroot "$bare" "apt-get update -qq -o Acquire::Check-Valid-Until=false" >/dev/null 2>&1
cat >"$bare/tmp/try.sh" <<'END'
set -eux
find / -xdev -name '*krr*' -not -path '/tmp/*' -not -path '/proc/*' | sort >/tmp/before
apt-get install -y -qq --no-install-recommends /tmp/*.deb
try() {
    tshark -G plugins | grep -q "krr.so.*/epan/krr.so"
    tshark -r /usr/share/doc/krraudit/samples/demo.pcap -Y krr -T fields -e krr.creator | grep -q is-proxy
    test -f "/usr/share/wireshark/profiles/KRR audit/preferences"
    krraudit --version
    status=0
    krraudit --quiet -p /usr/share/doc/krraudit/samples/policy.ini \
        /usr/share/doc/krraudit/samples/demo.pcap || status=$?
    test "$status" = 1
    bash -c '. /usr/share/bash-completion/completions/krraudit
        COMP_WORDS=(krraudit --explain list-wid) COMP_CWORD=2
        _krraudit
        test "${COMPREPLY[*]}" = list-widened'
}
try
# The next version: the same, but for its number.
mkdir /tmp/next
for package in krraudit wireshark-krr; do
    dpkg-deb -R /tmp/${package}_*.deb /tmp/next/$package
    sed -i 's/^Version: .*/&+next/' /tmp/next/$package/DEBIAN/control
    dpkg-deb -b /tmp/next/$package /tmp/next/
done
apt-get install -y -qq --no-install-recommends /tmp/next/*.deb
dpkg-query -W -f '${Version}\n' krraudit | grep -q '+next$'
try
apt-get remove -y -qq --purge krraudit wireshark-krr
find / -xdev -name '*krr*' -not -path '/tmp/*' -not -path '/proc/*' | sort >/tmp/after
# What apt and dpkg remember of packages that were there is theirs.
diff /tmp/before /tmp/after
END
in_chroot "$bare" "sh /tmp/try.sh" >"$chroots/try.log" 2>&1 || {
    tail -n 40 "$chroots/try.log"
    exit 1
}
say "installed, tried, upgraded and removed"
