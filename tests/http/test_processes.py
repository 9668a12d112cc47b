"""One process of a family: what it does when connections cannot be taken, and when it is asked to end."""
import os
import random
import resource
import select
import signal
import subprocess
import time

import pytest

from tests.lib.fastcgi import STDIN, Program, read_reply, record, request
from tests.lib.instance import BUILD

SECONDS = 20  # for what takes a moment on a machine that is not busy


def stdin_null():
    return subprocess.DEVNULL


def stdin_pipe():
    return subprocess.PIPE


@pytest.mark.parametrize("stdin", [stdin_null, stdin_pipe])
def test_without_a_listening_socket(stdin):
    """A clear sentence and a status that says so, instead of a busy core."""
    with Program(stdin=stdin()) as program:
        assert program.process.wait(SECONDS) == 1
        assert "standard input is not a listening socket" in program.text()


def test_without_standard_input():
    done = subprocess.run(["sh", "-c", 'exec "$0" <&-', str(BUILD / "bin/muster-exercises")], check=False, capture_output=True, text=True,
                          timeout=SECONDS, env={"DATABASE_URL": "host=/nonexistent user=nobody"})
    assert done.returncode == 1 and "standard input is not a listening socket" in done.stderr


@pytest.mark.parametrize("limit", [0, 3])
def test_no_descriptor_left(limit):
    """It says so, a few times, and ends, so that its watcher starts a sound one; meanwhile it costs nothing."""
    with Program() as program:
        assert program.ask().startswith(b"Status: 503 Service Unavailable\r\n")
        cpu = program.cpu()
        _, hard = resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE, (limit, hard))
        with program.connect():
            used, begin = cpu, time.monotonic()
            while program.process.poll() is None and time.monotonic() < begin + SECONDS:
                try:
                    used = program.cpu()
                except (FileNotFoundError, IndexError):
                    break
                time.sleep(0.02)  # polls
            assert program.process.wait(SECONDS) == 1
        assert used - cpu < 0.5
        told = [line for line in program.text().splitlines() if "connection" in line and ("taken" in line or "cannot take" in line)]
        assert 2 <= len(told) <= 10 and "giving up" in told[-1] and "Too many open files" in told[-1]


def test_descriptors_come_back():
    with Program() as program:
        program.ask()
        soft, hard = resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE)
        for _ in range(3):
            resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE, (0, hard))
            with program.connect() as connection:
                connection.sendall(request("/healthz/exercises"))
                time.sleep(0.3)  # a failure or two; there is no event to wait for
                resource.prlimit(program.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
                assert read_reply(connection).startswith(b"Status: 503")
        assert program.process.poll() is None


def test_what_is_no_request_is_let_go():
    with Program() as program:
        for nonsense in (b"GET / HTTP/1.1\r\n\r\n", b"\0" * 64, b"\x01", request("/healthz/exercises")[:20], os.urandom(500)):
            with program.connect() as connection:
                connection.sendall(nonsense)
                connection.shutdown(1)
                read_reply(connection)
            assert program.ask().startswith(b"Status: 503")
        assert program.process.poll() is None


def test_peers_that_stay_hold_up_nobody():
    """Who has the whole reply and does not close costs no time: libfcgi would wait two seconds for each."""
    with Program() as program:
        begin = time.monotonic()
        program.ask()
        usual, begin = time.monotonic() - begin, time.monotonic()
        peers = [program.connect() for _ in range(5)]
        for peer in peers:
            peer.sendall(request("/healthz/exercises"))
            assert read_reply(peer).startswith(b"Status: 503")
        assert program.ask().startswith(b"Status: 503")
        assert time.monotonic() - begin < 5 + 10 * usual  # of ten
        for peer in peers:
            peer.close()


def test_a_body_that_nobody_reads_can_be_sent():
    """A refusal comes before the end of the body: whoever is still sending can go on, and then reads the reply."""
    with Program() as program, program.connect() as peer:
        head = request("/api/ttx/generate", "POST", CONTENT_LENGTH="50000000", CONTENT_TYPE="application/json")
        peer.sendall(head[:-len(record(STDIN))])
        assert select.select([peer], [], [], SECONDS)[0]  # the reply is there
        for _ in range(50):
            peer.sendall(record(STDIN, b"x" * 20000))
        peer.shutdown(1)
        assert read_reply(peer).startswith(b"Status: 401")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_between_two_requests_ends_it_at_once(number):
    """At whatever moment: behind a reply, while it falls asleep, asleep."""
    for turn in range(12):
        with Program() as program:
            program.ask()
            if turn == 0:
                program.idle()
            time.sleep(random.random() * 0.002 * (turn > 1))  # another moment each time
            program.process.send_signal(number)
            assert program.process.wait(SECONDS) == 0


def test_a_signal_in_the_middle_of_a_request():
    """It finishes that one, and takes no other."""
    with Program() as program:
        whole = request("/healthz/exercises")
        with program.connect() as first, program.connect() as second:
            first.sendall(whole[:30])
            second.sendall(whole)
            program.idle()
            program.process.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                program.process.wait(0.3)
            first.sendall(whole[30:])
            assert read_reply(first).startswith(b"Status: 503 Service Unavailable\r\n")
            assert program.process.wait(SECONDS) == 0


def test_a_signal_under_load():
    """A stream of requests does not keep it out."""
    with Program() as program:
        program.ask()
        connections = []
        for _ in range(60):
            connections.append(program.connect())
            connections[-1].sendall(request("/nothing"))
        program.process.send_signal(signal.SIGTERM)
        assert program.process.wait(SECONDS) == 0
        for connection in connections:
            connection.close()


def test_help():
    """Each setting with its sentence, without any of them being set."""
    for family in ("auth", "exercises", "intel", "portal", "jobs"):
        done = subprocess.run([str(BUILD / f"bin/muster-{family}"), "--help"], check=True, capture_output=True, text=True, timeout=SECONDS)
        assert "DATABASE_URL" in done.stdout and "LOG_LEVEL" in done.stdout and "Default: warn" in done.stdout and not done.stderr
