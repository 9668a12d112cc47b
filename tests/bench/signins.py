"""One person's reads while sign-ins flood the server."""
import os
import subprocess
import tempfile
import time

from tests.bench import load, settings
from tests.bench.load import request_line
from tests.lib import Client

CONNECTIONS = 32
HEAD = ("latency of `me` over one connection", "ms, quiet", "ms, idle loops", "ms, sign-ins flooding", "of quiet", "of idle loops")


class IdleLoops:
    """Every core is busy with a loop that gives way to everything else (SCHED_IDLE, sched(7)) while the block runs."""

    def __enter__(self):
        command = ["chrt", "--idle", "0", "sh", "-c", "while :; do :; done"]
        self.loops = [subprocess.Popen(command) for _ in range(settings.CORES)]

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
            loop.wait()


class Flood:
    """Sign-in attempts over so many connections, whatever they are answered, while the block runs; .rate afterwards."""

    def __init__(self, instance, seconds, connections):
        self.file = tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8")
        for number in range(20000):  # accounts that nobody has: as much work as a wrong password, and no account reaches its limit
            body = f'{{"email":"flood{number}-{os.getpid()}@example.com","password":"some wrong words"}}'
            self.file.write(request_line("POST", "/api/auth/signin", "", body) + "\n")
        self.file.flush()
        self.command = load.wrk_command(instance, self.file.name, seconds, connections, 1)
        self.process = self.rate = None

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        requests, microseconds, _, _, refused, _ = load.wrk_result(self.process.communicate(timeout=120)[0])
        self.rate = requests / (microseconds / 1e6)
        self.file.close()
        if refused != requests:
            raise load.HttpErrors(f"of {requests} sign-ins with a wrong password {requests - refused} succeeded")


def flood(instance):
    """`me` over one connection, first alone, then while sign-ins with wrong passwords come in over many: p50, p99, and how many
    times as long. Hashing takes all cores but for what its pool leaves to others. In between, idle loops keep all cores busy: what
    is slower then is the machine (a virtual one gets its cores in turns), not the hashing."""
    settings.say("me during a flood of sign-ins")
    person = Client(instance).register().signin().api_key(scopes=["results"])
    lines = [request_line("GET", "/api/portal/me", person.key)]
    seconds = 2 * settings.SECONDS
    load.wrk(instance, lines, settings.WARM_UP, 1)
    processes = instance.pids("muster-auth")
    quiet = load.wrk(instance, lines, seconds, 1)
    with IdleLoops():
        loops = load.wrk(instance, lines, seconds, 1)
    with Flood(instance, seconds + 3, CONNECTIONS) as attempts:
        time.sleep(1)  # until the queue of the pool is full
        busy = load.wrk(instance, lines, seconds, 1)
    assert instance.pids("muster-auth") == processes, "processes of auth died under the flood"
    names = (f"p50, {attempts.rate:,.0f} sign-ins/s over {CONNECTIONS} connections", "p99, the same")
    values = ((m.p50, m.p99) for m in (quiet, loops, busy))
    return [(name, f"{before:.2f}", f"{idle:.2f}", f"{during:.2f}", f"{during / before:.1f}", f"{during / idle:.1f}")
            for name, before, idle, during in zip(names, *values)]
