#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes doc/pictures/report.png anew: what a browser shows of the demo's HTML report. For people; it
# needs chromium, and no test runs it.
#
# usage: report-picture.sh BUILD_DIR
set -eu

source=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$source/samples/policy.ini" "$build/samples/captures/demo.pcap" "$folder"
cd "$folder"
"$build/krraudit" -f html -p policy.ini -o case.html demo.pcap || [ $? = 1 ]

# Chromium takes pictures of the top of a page, so that the report goes into a frame of one.
cat >page.html <<'END'
<!DOCTYPE html>
<style>body { margin: 0 } iframe { border: 0; width: 1000px; height: 1120px }</style>
<iframe src="case.html#negotiation-2"></iframe>
END
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files \
    --window-size=1000,1120 --screenshot="$source/doc/pictures/report.png" \
    "file://$folder/page.html" 2>/dev/null
