"""What pytest is told in every suite, in each of its processes."""
import signal

import pytest

MARKERS = ("alone: measures time, so nothing else runs beside it",
           "long: in a file that takes long, which is begun first so that all workers end together",
           "spread: needs nothing that the tests of its file have in common, so that several workers share them",
           "smoke: belongs to make test-fast")
PARTS = 12


def interrupt(*_):
    """The first signal ends the run in order, so that fixtures stop what they started; more of them change nothing."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def pytest_configure(config):
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What one worker runs: a file, or a part of one."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    for n, item in enumerate(items):
        part = f"-{n % PARTS}" if item.get_closest_marker("spread") else ""
        item.add_marker(pytest.mark.xdist_group(item.path.stem + part))
