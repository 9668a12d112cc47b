"""What pytest is told in every suite, in each of its processes."""
import signal

MARKERS = ("alone: measures time, so nothing else runs beside it", "smoke: belongs to make test-fast")


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
