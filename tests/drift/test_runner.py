"""The test runner itself: what it leaves behind, what it prints."""
import os
import pathlib
import re
import signal
import subprocess

import pytest

from tests.lib.instance import ROOT, reachable, wait_for

CASES = {"Ctrl-C, one process": (signal.SIGINT, []), "Ctrl-C, workers": (signal.SIGINT, ["-n", "2"]),
         "TERM, workers": (signal.SIGTERM, ["-n", "2"])}


@pytest.fixture
def run(tmp_path):
    """Starts the runner with a temporary folder of its own."""
    reachable(tmp_path)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MUSTER_", "PYTEST_"))}
    processes = []

    def start(*arguments):
        processes.append(subprocess.Popen([str(ROOT / "tests/run.sh"), *arguments], cwd=ROOT, env={**env, "TMPDIR": str(tmp_path)},
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True))
        return processes[0]
    yield start
    for process in processes:
        process.kill()
        process.wait()


def processes_of(folder):
    """Numbers of processes that were told of the folder, or are in it."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (str(folder) in (entry / "environ").read_text(errors="replace")
                                         or os.readlink(entry / "cwd").startswith(str(folder))):
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_left_after_a_signal(tmp_path, run, case):
    """In the middle of a test, with an instance running: no file, no process."""
    number, workers = CASES[case]
    process = run("http", *workers, "-k", "test_deadline")
    wait_for(lambda: list(tmp_path.glob("muster-tests-*/muster-test-*/var/run/services/nginx/supervise/status")), "an instance", 60)
    os.kill(process.pid, number)
    process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert list(tmp_path.iterdir()) == []
    wait_for(lambda: not processes_of(tmp_path), "the end of all processes", 10)


def test_nothing_is_left_and_the_sum_is_last(tmp_path, run):
    process = run("http", "-n", "2", "-k", "test_seed or test_b1_no_start_without_a_real_key")
    text = process.communicate(timeout=120)[0]
    assert process.returncode == 0 and re.fullmatch(r"\d+ passed, 0 failed", text.splitlines()[-1]), text
    assert list(tmp_path.iterdir()) == []


def test_a_failure_is_named_and_counted(run):
    process = run("http", "-k", "no test has this name")
    text = process.communicate(timeout=60)[0]
    assert process.returncode == 1 and text.splitlines()[-1] == "0 passed, 1 failed"


def test_the_slowest_are_listed(run):
    """Twenty of all that ran, the slowest first, before the sum."""
    *lines, last = run("unit").communicate(timeout=60)[0].splitlines()
    assert re.fullmatch(r"\d+ passed, \d+ failed", last)
    head, *listed = lines[lines.index("--- slowest tests"):]
    seconds = [float(re.fullmatch(r" *(\d+\.\d) s  unit/test_\w+", line)[1]) for line in listed]
    assert head and len(seconds) == 20 and seconds == sorted(seconds, reverse=True)
