#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# From a bare Debian machine to a verdict: installs what is missing, builds, audits the sample capture
# and shows the report, the verdict last. Status 0 when the audit ran, whatever it found.
set -eu

source=$(cd "$(dirname "$0")/.." && pwd)
cd "$source"
build=build-release
capture=$build/samples/captures/demo.pcap
folder=$build/demo

# Where people look on, ninja shows how far it is; else its output is kept for the case of an error.
build_target() {
    if [ -t 1 ]; then
        cmake --build --preset release --target "$@"
    else
        cmake --build --preset release --target "$@" >"$folder/build.log" 2>&1 || {
            cat "$folder/build.log" >&2
            exit 2
        }
    fi
}

echo "1. Packages: what is needed to build, and tshark"
sh samples/install-packages.sh $(cat samples/packages.txt)
mkdir -p "$folder"

echo "2. Building krraudit, the plugin krr.so and the sample captures in $build/"
echo "   (one to three minutes, the first time)"
cmake --preset release >"$folder/configure.log" 2>&1 || {
    cat "$folder/configure.log" >&2
    exit 2
}
build_target krr krraudit captures

echo "3. Auditing a capture of three calls, two of which were redirected"
audit() {
    status=0
    "$build/krraudit" --no-progress --policy samples/policy.ini "$@" "$capture" || status=$?
    # 1: there are findings, as there should be.
    [ "$status" -le 1 ] || exit "$status"
}
audit --output "$folder/report.txt"
audit --format html --output "$folder/report.html" --evidence "$folder/evidence.pcapng"
echo
echo "\$ krraudit --policy samples/policy.ini $capture"
cat "$folder/report.txt"

bold= plain=
[ ! -t 1 ] || bold=$(printf '\033[1m') plain=$(printf '\033[0m')
command -v wireshark >/dev/null || gui="sudo apt-get install wireshark"
cat <<END

------------------------------------------------------------------------------
$bold$(sed -n '/^VERDICT/,/^ *A clause/{/^ *A clause/!p}' "$folder/report.txt")$plain

What next
  the same report in a browser     $folder/report.html
  the frames that prove it         $folder/evidence.pcapng
  what a rule means                $build/krraudit --explain list-widened
  the capture in tshark            sh tests/tshark-with-plugin.sh $build -r $capture -Y krr
  the capture in Wireshark         ${gui:+$gui
                                   }sudo cmake --install $build
                                   wireshark -C "KRR audit" $capture
  a capture of your own            README.md, "Your own capture in five minutes"
END
