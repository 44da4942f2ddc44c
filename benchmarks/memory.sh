#!/usr/bin/env bash
# Shows that memory does not grow with the data: backs up and drills a small and a large PostgreSQL
# table by the packaged program, prints the peak resident memory of the processes and their ratios,
# and ends with 1 when a ratio is above 1.1. Builds first. Linux only; see PeakMemory for why it is a
# fair comparison.
#
#   benchmarks/memory.sh [SMALL] [LARGE]     records; 100000 and 1000000 when left out
#   HEAP=64m                                 the heap of all processes
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
program="$here/starter/target/drillbook-exec.jar"
benchmarks="$here/benchmarks/target/benchmarks.jar"
(cd "$here" && mvn -q -B package -DskipTests)
exec "$java" --enable-native-access=ALL-UNNAMED -cp "$benchmarks" drillbook.memory.PeakMemory \
  "$program" "${HEAP:-64m}" "${1:-100000}" "${2:-1000000}"
