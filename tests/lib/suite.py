#!/usr/bin/python3
"""suite.py NAME [PYTEST ARGUMENT...]: runs tests/NAME, says how to repeat what failed, ends with "N passed, N failed".

Without arguments files (see plugin.py) are shared out to workers, one more than there are cores, as tests wait as much as they work;
each has its own instance. What measures time (marked "alone") runs after them by itself. With arguments all runs here, one test after
the other."""
import os
import pathlib
import re
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORKERS = str(int(os.environ.get("TEST_WORKERS") or (os.cpu_count() or 1) + 1))
# What workers add to a test's name.
GROUP = re.compile(r"@[\w-]+$")
INTERRUPTED, NOTHING = pytest.ExitCode.INTERRUPTED, pytest.ExitCode.NO_TESTS_COLLECTED


class Sum:
    """A case fails once, whether in its setup, itself or its teardown."""

    def __init__(self):
        self.passed, self.failed, self.seconds = set(), set(), {}

    def pytest_runtest_logreport(self, report):
        case = GROUP.sub("", report.nodeid)
        self.seconds[case] = self.seconds.get(case, 0) + report.duration
        if report.failed:
            self.failed.add(case)
        elif report.when == "call" and report.passed:
            self.passed.add(case)

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)

    def note_times(self):
        """For the list of the slowest of all suites."""
        top = os.environ.get("MUSTER_TESTS_TMP")
        if top:
            with open(f"{top}/times", "a", encoding="utf-8") as file:
                file.writelines(f"{seconds:.1f} {case.removeprefix('tests/')}\n" for case, seconds in self.seconds.items())


def main():
    name, arguments = sys.argv[1], sys.argv[2:]
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    total = Sum()
    named = any(argument.startswith("tests/") for argument in arguments)
    common = ["-q", "-p", "no:cacheprovider", "-p", "tests.lib.plugin", "--tb=short", "--rootdir", str(ROOT),
              *([] if named else [f"tests/{name}"])]
    runs = [arguments] if arguments else [["-m", "not alone", "--numprocesses", WORKERS, "--dist", "loadgroup"], ["-m", "alone"]]
    codes = []
    while runs and INTERRUPTED not in codes:
        codes.append(pytest.main([*common, *runs.pop(0)], plugins=[total]))
    total.note_times()
    build = os.environ.get("BUILD", "build")
    for case in sorted(total.failed):
        print(f"again: BUILD={build} tests/run.sh {name} '{case}'")
    passed = len(total.passed - total.failed)
    failed = max(len(total.failed), int(not set(codes) <= {0, NOTHING}), int(passed == 0))
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


main()
