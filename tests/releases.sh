#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the tests on bare systems of Debian's releases, and says a line of each.
#
# usage: releases.sh [--only REGEX] [RELEASE...]      default: bookworm trixie unstable
#
# REGEX: of the names of the tests. Needs root, mmdebstrap and a mirror; where a system cannot be made, its
# line says so. Exit status 1 where a test failed, 77 where nothing was run.
set -eu

source=$(cd "$(dirname "$0")/.." && pwd)
. "$source/tests/support/chroot.sh"

KRR_TESTS=
if [ "${1:-}" = --only ]; then
    KRR_TESTS=$2
    shift 2
fi
[ $# -gt 0 ] || set -- bookworm trixie unstable
can_make_chroots || {
    echo "skipped: chroots need root, mmdebstrap and the right to mount"
    exit 77
}
chroots=$(mktemp -d "${TMPDIR:-/var/tmp}/krr-releases-XXXXXX")
trap 'rm -rf --one-file-system "$chroots"' EXIT
trap 'exit 130' INT TERM

# The line of a release. Returns 1 where a test failed.
run_release() {
    folder=$chroots/$1
    if ! make_chroot "$1" "$folder" $(cat "$source/samples/packages.txt") \
        $(grep -v : "$source/tests/packages.txt"); then
        echo "$1: skipped, no such system can be made: $(tail -n 1 "$folder.log")"
        return 0
    fi
    put_source "$folder"
    in_chroot "$folder" "cd /src && sh tests/run.sh release" >"$folder.tests" 2>&1 || true
    wireshark=$(chroot "$folder" pkg-config --modversion wireshark)
    sum=$(tail -n 1 "$folder.tests")
    ran=yes
    case $sum in
        *" passed, 0 failed, "*) echo "$1, Wireshark $wireshark: $sum" ;;
        *)
            sed -n '/^failed: /p' "$folder.tests"
            [ -n "${KRR_LOGS:-}" ] && cp "$folder.tests" "$KRR_LOGS/$1.log"
            echo "$1, Wireshark $wireshark: $sum"
            return 1
            ;;
    esac
    rm -rf --one-file-system "$folder"
}

ran= status=0
for release; do
    run_release "$release" || status=1
done
[ -n "$ran" ] || exit 77
exit "$status"
