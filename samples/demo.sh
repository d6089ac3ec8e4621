#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# From a bare Debian machine to a verdict: installs what is missing, builds, audits the sample
# capture and shows the report. Status 0 when the audit ran, whatever it found.
set -eu

source=$(cd "$(dirname "$0")/.." && pwd)
build=$source/build-release

sh "$source/samples/install-packages.sh" $(cat "$source/samples/packages.txt")
cd "$source"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Building in $build"
{ cmake --preset release && cmake --build --preset release; } >"$log" 2>&1 || {
    cat "$log" >&2
    exit 2
}

capture=build-release/samples/captures/demo.pcap
echo "\$ krraudit --policy samples/policy.ini $capture"
status=0
"$build/krraudit" --policy samples/policy.ini "$capture" || status=$?
# 1: there are findings, as there should be.
[ "$status" -le 1 ] || exit "$status"
echo
echo "The same capture in tshark, with the plugin from this build:"
echo "  sh tests/tshark-with-plugin.sh build-release -r $capture -Y krr -V"
