#!/usr/bin/python3
"""suite.py NAME [PYTEST ARGUMENT...]: runs tests/NAME, says how to repeat what failed, ends with "N passed, N failed"."""
import os
import pathlib
import signal
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Sum:
    """A case fails once, whether in its setup, itself or its teardown."""

    def __init__(self):
        self.passed, self.failed = set(), set()

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def pytest_collectreport(self, report):
        if report.failed:
            self.failed.add(report.nodeid)


def interrupt(*_):
    """The first signal ends the run in order, so that fixtures stop what they started; more of them change nothing."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main():
    name, arguments = sys.argv[1], sys.argv[2:]
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    total = Sum()
    named = any(argument.startswith("tests/") for argument in arguments)
    code = pytest.main(["-q", "-p", "no:cacheprovider", "--tb=short", "--rootdir", str(ROOT),
                        *([] if named else [f"tests/{name}"]), *arguments], plugins=[total])
    build = os.environ.get("BUILD", "build")
    for case in sorted(total.failed):
        print(f"again: BUILD={build} tests/run.sh {name} '{case}'")
    passed = len(total.passed - total.failed)
    failed = max(len(total.failed), int(code != 0), int(passed == 0))
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


main()
