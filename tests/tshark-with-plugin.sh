#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs tshark with the plugin of a build and a clean configuration.
#
# usage: tshark-with-plugin.sh BUILD_DIR [tshark's arguments]
#
# Wireshark ignores WIRESHARK_PLUGIN_DIR when it runs as root, silently; so root steps down, and in
# any case the plugin must be in tshark's own list before anything is believed.
set -eu

build=$(cd "$1" && pwd)
shift
version=$(pkg-config --modversion wireshark | cut -d. -f1,2)
folder=$(mktemp -d "${TMPDIR:-/tmp}/krr-tshark.XXXXXX")
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/plugins/$version/epan" "$folder/config" "$folder/extcap"
cp "$build/krr.so" "$folder/plugins/$version/epan/"
chmod -R a+rX "$folder"

# No helpers that list interfaces: tshark starts them from a thread, which can hang with sanitizers.
export WIRESHARK_PLUGIN_DIR="$folder/plugins" WIRESHARK_CONFIG_DIR="$folder/config"
export WIRESHARK_EXTCAP_DIR="$folder/extcap"
export HOME="$folder/config" LC_ALL=C.UTF-8 TZ=UTC
# A plugin with sanitizers needs their library before all others. Leaks of tshark are not ours.
asan=$(ldd "$build/krr.so" | awk '/libasan/ { print $3 }')
unprivileged=
[ "$(id -u)" != 0 ] || unprivileged='setpriv --reuid=65534 --regid=65534 --clear-groups'

run() {
    $unprivileged env ${asan:+LD_PRELOAD="$asan" ASAN_OPTIONS=detect_leaks=0} tshark "$@"
}

run -G plugins | grep -q "$folder/plugins/$version/epan/krr.so" || {
    echo "tshark does not load the plugin" >&2
    exit 99
}
run "$@"
