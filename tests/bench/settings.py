"""What the environment says about a run of the bench; run.sh describes the names."""
import os
import sys

QUICK = os.environ.get("BENCH_QUICK") == "1"  # a smoke run: a small data set, short rounds; its figures say nothing
ROUNDS = int(os.environ.get("BENCH_ROUNDS") or (1 if QUICK else 5))
SECONDS = int(os.environ.get("BENCH_SECONDS") or (1 if QUICK else 4))  # of each side in each round
ONLY = os.environ.get("BENCH_ONLY", "").split()
AGAINST = os.environ.get("BENCH_AGAINST", "")
FRESH = os.environ.get("BENCH_FRESH") == "1"
SOAK = 1_000_000 if os.environ.get("BENCH_SOAK") == "1" else 2_000 if QUICK else 50_000

CORES = os.cpu_count()
PROCESSES = int(os.environ.get("PROCESSES") or 2 * CORES)  # of each family; pgbench gets as many connections
CONNECTIONS = 8
WARM_UP = 1


def wanted(name):
    """Whether BENCH_ONLY lets the row or the part of this name through: by its first words, all when there is none."""
    return not ONLY or any(name.startswith(only.replace("_", " ")) for only in ONLY)


def say(text):
    """What is being done: beside the tables, which go to standard output."""
    print(f"{text} ...", file=sys.stderr, flush=True)
