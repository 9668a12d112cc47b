"""Packages are installed before the first step that needs them, whatever the goals, their order and -j."""
import functools
import os
import re
import subprocess

import pytest

from tests.lib.instance import ROOT

RULE = re.compile(r"^([^#\s:=][^:=]*):(?!=) ?(.*)$", re.M)
# What is made, as a pattern, and the package sets that must be there before.
FILES = {
    r"/obj/.*\.o": {"build"},
    r"/obj/tests/unit/.*\.o": {"build", "test"},
    r"/gen/\.stamp": {"build"},
    r"/library/\.stamp": {"build"},
}
GOALS = {
    "all": {"build"}, "unit": {"build", "test"}, "install": {"build"}, "lint-content": {"build"}, "lint": {"build", "lint"},
    "run": {"build", "run"}, "test": {"build", "run", "test"}, "test-fast": {"build", "run", "test"}, "bench": {"build", "run", "bench"},
    "screenshots": {"build", "run", "test"},
    "fuzzers": {"build"}, "container-test": {"container"}, "fresh-test": {"fresh"},
}


@functools.lru_cache(maxsize=None)
def prerequisites(compiler):
    """target -> what it needs, from make's own rules for an empty build folder."""
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = ["make", "--dry-run", "--print-data-base", "BUILD=/nonexistent/build", f"CC={compiler}", *GOALS]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=120)
    rules = {}
    for target, needs in RULE.findall(done.stdout):
        for one in target.split():
            rules.setdefault(one, set()).update(needs.replace("|", " ").split())
    return rules


def sets_before(target, rules):
    """The package sets that are certain to be installed when the target's own steps begin."""
    seen, left = set(), [target]
    while left:
        for need in rules.get(left.pop(), ()):
            if need not in seen:
                seen.add(need)
                left.append(need)
    return {need.rpartition(".deps-")[2] for need in seen if "/.deps-" in need}


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_has_its_packages(goal):
    assert sets_before(goal, prerequisites("gcc")) >= GOALS[goal]


@pytest.mark.parametrize("pattern", FILES)
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_a_file_has_its_packages(pattern, compiler):
    rules = prerequisites(compiler)
    targets = [target for target in rules if re.fullmatch("/nonexistent/build" + pattern, target)]
    wanted = FILES[pattern] | ({"clang"} if compiler == "clang" and pattern.endswith("o") else set())
    assert targets
    assert [target for target in targets if not sets_before(target, rules) >= wanted] == []


def test_every_set_is_listed():
    """A set that the Makefile names has packages, and every set of packages is used by something."""
    listed = set(re.findall(r"^(\w+) ", (ROOT / "apps/instance/packages.txt").read_text(encoding="utf-8"), re.M))
    used = set(re.findall(r"\.deps-(\w+)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    # The image's second stage asks for the shared libraries alone.
    assert used | {"libs"} == listed
