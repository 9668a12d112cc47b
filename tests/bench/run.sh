#!/bin/bash
# Measures the product on an instance of its own and prints Markdown tables; README.md says how to read them.
#
#   BENCH_QUICK=1      a smoke run in some minutes: a small data set, one round of one second; its figures say nothing
#   BENCH_ROUNDS=5 BENCH_SECONDS=4    rounds, and the seconds of each side in each of them
#   BENCH_ONLY="list read micro"      only rows whose names begin so (_ for a space), and only these parts:
#                      micro, filters, growth, writers, crowd, flood, pages, soak
#   BENCH_AGAINST=REF  this tree's product in turns with that of an older commit, built aside, instead of pgbench
#   BENCH_SOAK=1       1,000,000 requests for the figures of memory (otherwise 50,000)
#   BENCH_FRESH=1      loads the data set anew; otherwise BUILD/bench keeps it between runs (make clean removes it)
#   PROCESSES=N        processes of each family, and connections of pgbench
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec /usr/bin/python3 -m tests.bench.bench
