#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs all fuzz targets by libFuzzer, one after the other, and prints a table: executions, covered edges,
# findings. Findings stay in build-fuzz/findings, the corpora in build-fuzz/corpus, and grow.
#
# usage: tests/fuzz/run.sh MINUTES
set -eu

minutes=${1:?usage: run.sh MINUTES}
cd "$(dirname "$0")/../.."
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target make-capture $(cd tests/fuzz && ls fuzz-*.c | sed "s/\.c$//")
targets=$(cd tests/fuzz && ls fuzz-*.c | sed 's/\.c$//')
seconds=$((minutes * 60 / $(echo "$targets" | wc -w)))
mkdir -p build-fuzz/findings
PYTHONPATH=tests/support python3 tests/fuzz/seeds.py build-fuzz build-fuzz/corpus

printf '%-22s %12s %8s %9s\n' target executions edges findings
for target in $targets; do
  log=build-fuzz/$target.log
  corpus=build-fuzz/corpus/${target#fuzz-}
  mkdir -p "$corpus"
  build-fuzz/tests/fuzz/"$target" -max_total_time="$seconds" -max_len=65536 -print_final_stats=1 \
    -dict=tests/fuzz/words.dict -artifact_prefix=build-fuzz/findings/"$target"- "$corpus" \
    >"$log" 2>&1 || true
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
  findings=$(ls build-fuzz/findings | grep -c "^$target-" || true)
  printf '%-22s %12s %8s %9s\n' "$target" "${executions:-0}" "${edges:-0}" "$findings"
done
[ -z "$(ls build-fuzz/findings)" ]
