#!/usr/bin/env bash
# Shows that memory does not grow with the data: backs up a small and a large PostgreSQL table by
# the packaged program, prints the peak resident memory of both processes and their ratio, and ends
# with 1 when the ratio is above 1.1. Linux only; see PeakMemory for why it is a fair comparison.
#
#   benchmarks/memory.sh [SMALL] [LARGE]     records; 100000 and 1000000 when left out
#   HEAP=128m                                the heap of both
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
program="$here/starter/target/drillbook-exec.jar"
benchmarks="$here/benchmarks/target/benchmarks.jar"
if [ ! -f "$program" ] || [ ! -f "$benchmarks" ]; then
  (cd "$here" && mvn -q -B package -DskipTests)
fi
exec "$java" --enable-native-access=ALL-UNNAMED -cp "$benchmarks" drillbook.memory.PeakMemory \
  "$program" "${HEAP:-128m}" "${1:-100000}" "${2:-1000000}"
