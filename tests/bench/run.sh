#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what is missing, builds, makes the captures, measures, and writes RESULTS.json and
# RESULTS.md. It needs a quiet machine, 12 GB of disk and an hour; with --quick a tenth of each, and
# writes nothing. --only measures some rows anew, of whatever day the others are: RESULTS.md says it.
#
# usage: run.sh [--quick] [--keep FOLDER] [--only NAME,...]
set -eu

source=$(cd "$(dirname "$0")/../.." && pwd)
build=$source/build-release

sh "$source/samples/install-packages.sh" $(cat "$source/samples/packages.txt" \
    "$source/tests/packages.txt")
cd "$source"
cmake --preset release >/dev/null
cmake --build --preset release --target krr krraudit make-capture bench-read-loop
PYTHONPATH=tests/support exec python3 -B tests/bench/bench.py "$build" "$@"
