"""The product of this tree in turns with that of an older commit: each has its own instance and its own copy of the data set."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

from tests.bench import micro, settings
from tests.bench.endpoints import LARGE, ROWS
from tests.bench.place import PLACE, ROOT, Site
from tests.bench.tables import machine, markdown
from tests.bench.turns import cpu, in_turns, median, rate, ratio, split

GIT = ("git", "-C", str(ROOT))
HEAD = ("request", "callers", "requests/s, old", "requests/s, new", "new / old", "us, old", "us, new", "us, new / old")
CALL_HEAD = ("call", "us a transaction, old", "us, new", "new / old")


@contextlib.contextmanager
def built(ref):
    """A folder with the tree of that commit, built; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
        tree = pathlib.Path(folder) / "tree"
        pathlib.Path(folder).chmod(0o755)
        subprocess.run([*GIT, "worktree", "add", "--quiet", "--detach", str(tree), ref], check=True)
        try:
            settings.say(f"building {ref}")
            environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
            subprocess.run(["make", "-C", str(tree), "BUILD=build", "all"], check=True, stdout=subprocess.DEVNULL, env=environment)
            yield tree
        finally:
            subprocess.run([*GIT, "worktree", "remove", "--force", str(tree)], check=True)


@contextlib.contextmanager
def older(site, tree, commit):
    """The older tree's running instance: with the same data set, or with one of its own where it has another schema."""
    old = Site(site.store.name, site.size, tree, tree / "build")
    shared = old.fingerprint() == site.fingerprint()
    if not shared:
        old.store = PLACE / f"{site.store.name}-{commit}"
    try:
        yield old.start()
    finally:
        old.stop()
        if not shared:
            shutil.rmtree(old.store, ignore_errors=True)


def compare(site, ref):
    """Yields tables: only the product's side of each row, and the calls that are measured by themselves."""
    commit = subprocess.run([*GIT, "rev-parse", "--short", f"{ref}^{{commit}}"], check=True, capture_output=True, text=True).stdout.strip()
    with built(commit) as tree, older(site, tree, commit) as old:
        yield f"This tree (new) in turns with {commit} (old), {settings.ROUNDS} rounds of {settings.SECONDS} s a side, on {machine()}."
        rows = [compare_row(row, old, site) for row in (*ROWS, *LARGE) if settings.wanted(row.name)]
        yield markdown(HEAD, rows)
        if settings.wanted("micro"):
            yield markdown(CALL_HEAD, [compare_call(name, old, site) for name in micro.CALLS if not name.startswith("statement")])


def compare_row(row, old, new):
    settings.say(f"{row.name} {row.callers}")
    found = in_turns({"old": row.sides(old)["product"], "new": row.sides(new)["product"]})
    ones, twos = found["old"], found["new"]
    return (row.name, row.callers, f"{median(ones, rate):,.0f}", f"{median(twos, rate):,.0f}", ratio(twos, ones, rate).times(),
            split(ones), split(twos), ratio(twos, ones, cpu).times())


def compare_call(name, old, new):
    settings.say(name)
    found = in_turns({"old": lambda: micro.call_us(old, name), "new": lambda: micro.call_us(new, name)})
    return name, *(f"{median(side, float):.0f}" for side in found.values()), ratio(found["new"], found["old"], float).times()
