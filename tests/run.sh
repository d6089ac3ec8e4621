#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what is missing, builds, and runs every test: as released, and with sanitizers.
#
# usage: run.sh [PRESET...]      presets of CMakePresets.json; default: release asan
set -eu

source=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- release asan
jobs=$(nproc)

sh "$source/samples/install-packages.sh" $(cat "$source/samples/packages.txt" \
    "$source/tests/packages.txt")
cd "$source"

# Sums over the presets.
passed=0
failed=0
skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

for preset in "$@"; do
    echo "== $preset"
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset" -j "$jobs" >"$log" 2>&1 || {
        cat "$log"
        exit 1
    }
    results=$source/build-$preset/tests.xml
    status=0
    ctest --preset "$preset" -j "$jobs" --output-junit "$results" || status=$?
    passed=$((passed + $(grep -c '<testcase .*status="run"' "$results" || true)))
    skipped=$((skipped + $(grep -c '<testcase .*status="notrun"' "$results" || true)))
    broken=$(grep -c '<testcase .*status="fail"' "$results" || true)
    # A test that could not even be started counts as failed, whatever the file says.
    [ "$status" -eq 0 ] || [ "$broken" -gt 0 ] || broken=1
    failed=$((failed + broken))
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
