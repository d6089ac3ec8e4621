#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what is missing, builds, and runs every test: as released, and with sanitizers.
#
# usage: run.sh [PRESET...]      presets of CMakePresets.json; default: release asan
#
# KRR_TESTS, in the environment: a regular expression; only tests with such names are run.
set -eu

source=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- release asan
jobs=$(nproc)

sh "$source/samples/install-packages.sh" $(cat "$source/samples/packages.txt" \
    "$source/tests/packages.txt")
cd "$source"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

for preset in "$@"; do
    echo "== $preset"
    cmake --preset "$preset" >/dev/null
    cmake --build --preset "$preset" -j "$jobs" >"$log" 2>&1 || {
        cat "$log"
        exit 1
    }
    rm -f "build-$preset/tests.xml"
    # Whatever its exit status: the sum tells, and is an error without results.
    ctest --preset "$preset" -j "$jobs" ${KRR_TESTS:+-R "$KRR_TESTS"} --output-junit "$source/build-$preset/tests.xml" || true
done

python3 tests/support/sum_up.py $(printf 'build-%s/tests.xml ' "$@")
