"""The product of this tree in turns with that of an older commit: each has its own instance and its own copy of the data set."""
import contextlib
import pathlib
import subprocess
import tempfile

from tests.bench import settings
from tests.bench.endpoints import ROWS
from tests.bench.place import ROOT, Site
from tests.bench.tables import markdown
from tests.bench.turns import cpu, in_turns, median, rate, ratio, split

GIT = ("git", "-C", str(ROOT))
HEAD = ("request", "callers", "requests/s, old", "requests/s, new", "new / old", "us, old", "us, new", "us, new / old")


@contextlib.contextmanager
def built(ref):
    """A folder with the tree of that commit, built; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
        tree = pathlib.Path(folder) / "tree"
        pathlib.Path(folder).chmod(0o755)
        subprocess.run([*GIT, "worktree", "add", "--quiet", "--detach", str(tree), ref], check=True)
        try:
            settings.say(f"building {ref}")
            subprocess.run(["make", "-C", str(tree), "BUILD=build", "all"], check=True, stdout=subprocess.DEVNULL)
            yield tree
        finally:
            subprocess.run([*GIT, "worktree", "remove", "--force", str(tree)], check=True)


def compare(site, ref):
    """Tables: only the product's side, row by row. The older tree's data set is its own: it has its own schema."""
    commit = subprocess.run([*GIT, "rev-parse", "--short", f"{ref}^{{commit}}"], check=True, capture_output=True, text=True).stdout.strip()
    with built(commit) as tree:
        old = Site(f"{site.store.name}-{commit}", site.size, tree, tree / "build")
        try:
            old.start()
            rows = [compare_row(row, old, site) for row in ROWS if settings.wanted(row.name)]
        finally:
            old.stop()
    return [f"This tree (new) in turns with {commit} (old), {settings.ROUNDS} rounds of {settings.SECONDS} s a side.", markdown(HEAD, rows)]


def compare_row(row, old, new):
    settings.say(f"{row.name} {row.callers}")
    found = in_turns({name: site_sides["product"] for name, site_sides in (("old", row.sides(old)), ("new", row.sides(new)))})
    ones, twos = found["old"], found["new"]
    return (row.name, row.callers, f"{median(ones, rate):,.0f}", f"{median(twos, rate):,.0f}", ratio(twos, ones, rate).times(),
            split(ones), split(twos), ratio(twos, ones, cpu).times())
