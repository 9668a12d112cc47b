#!/bin/bash
# Measures the product on an instance of its own and prints a Markdown table; see bench.py for what and how.
# BENCH_FRESH=1 builds the data set anew, BENCH_SOAK=1 sends 1,000,000 requests for the memory figures (otherwise 50,000),
# BENCH_ONLY="list report ..." measures only these rows (also ratios, flood, soak), BENCH_SECONDS=8 is the length of each measurement.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec /usr/bin/python3 -m tests.bench.bench
