"""One client is not everybody (A18): whoever takes all that one network may have takes nothing from anybody else."""
import os
import resource
import select
import signal
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, Instance, wire
from tests.lib.instance import wait_for

CONNECTIONS, BODIES, WORKER = 64, 32, 512
WRITES = 40


@pytest.fixture(scope="module")
def own():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    settings = {"WEB_WORKERS": 1, "WEB_CONNECTIONS": WORKER, "LIMIT_CONNECTIONS": CONNECTIONS, "LIMIT_BODIES": BODIES,
                "LIMIT_WRITES": WRITES}
    with Instance(RATE_LIMIT_PER_MINUTE=0, **settings) as started:
        yield started
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Honest:
    """Somebody at another address, who signs in before and is answered all the time; how long it took, with and without the attack."""

    def __init__(self, own):
        self.person = Client(own).register().signin()
        self.calm = [self.look() for _ in range(20)]
        self.waits = []

    def look(self):
        begin = time.perf_counter()
        assert Client(self.person.instance, address=self.person.address).get("/", contracted=False, timeout=10).status_code == 200
        self.person.call("GET", "/api/portal/me", timeout=10)
        return time.perf_counter() - begin

    def watch(self):
        self.waits.append(self.look())

    def content(self):
        assert len(self.waits) >= 3
        assert statistics.median(self.waits) < 20 * statistics.median(self.calm)


class SlowBody:
    """A request whose body comes a byte at a time and never ends."""

    def __init__(self, own, address):
        self.socket = socket.create_connection(("127.0.0.1", own.port), timeout=20, source_address=(address, 0))
        self.socket.sendall(wire.head("POST", "/api/auth/forgot-password", Content_Type="application/json", Content_Length="262144"))
        self.socket.sendall(b" " * 50)
        self.socket.setblocking(False)
        self.data = b""

    def alive(self):
        """Sends another byte; false when the server has hung up."""
        try:
            self.socket.send(b" ")
            while True:
                more = self.socket.recv(4096)
                if not more:
                    return False
                self.data += more
        except BlockingIOError:
            return True
        except OSError:
            return False


def drip(bodies, honest):
    """Another byte of each body that is still wanted, and a look of the honest person; returns the bodies."""
    poll = select.poll()
    for body in bodies:
        poll.register(body.socket, select.POLLHUP | select.POLLRDHUP)
    poll.poll(200)
    honest.watch()
    return [body for body in bodies if body.alive()]


def test_a18_slow_bodies(own):
    """A18: more unfinished bodies from one address than a worker has connections: the network's share is kept, the others are refused and
    let go of though they go on sending, and everybody else is answered."""
    honest, address, held = Honest(own), own.new_address(), []
    for _ in range(2):
        held += [SlowBody(own, address) for _ in range(WORKER * 3 // 5)]
        everybody = held

        def few():
            nonlocal held
            held = drip(held, honest)
            return len(held) <= BODIES
        wait_for(few, "who was refused is let go of", 25)
        assert len(held) >= BODIES // 2
        assert all(body.data.startswith(b"HTTP/1.1 429 ") for body in everybody if body.data)
    honest.content()
    for body in held:
        body.socket.close()


def test_a18_requests_that_wait(own):
    """A18: one address keeps as many requests waiting as it may; more are refused at once, and others' are served."""
    honest, address = Honest(own), own.new_address()
    pids = own.pids("muster-portal")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(2 * CONNECTIONS) as pool:
            def ask():
                return Client(own, address=address).get("/api/portal/sessions", contracted=False).status_code
            asked = [pool.submit(ask) for _ in range(CONNECTIONS + 20)]
            wait_for(lambda: sum(one.done() for one in asked) == 20, "those beyond the share are refused")
            assert {one.result() for one in asked if one.done()} == {429}
            for _ in range(3):
                honest.watch()
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    assert sorted(one.result() for one in asked) == [401] * CONNECTIONS + [429] * 20
    honest.content()


def test_a18_acts_of_an_organisation(own):
    """A18: changes of one organisation come to an end, with any number at once; it can still take away and sign in, also with strangers
    trying its accounts, and another one is not concerned."""
    admin, other = Client(own).register().signin(), Client(own).register().signin()
    keys = [admin.api_key(scopes=["settings"]) for _ in range(4)]
    for _ in range(5):
        Client(own).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": admin.email, "password": "wrong words"})
    done = own.value("SELECT count(*) FROM muster.audit_log WHERE org_id = %s AND actor_kind <> 'system'", admin.me["orgId"])
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda i: keys[i % 4].request("PUT", "/api/portal/branding", json={"accentColor": f"#{i:06x}"}), range(2 * WRITES)))
    refused = [reply for reply in replies if reply.status_code != 200]
    assert abs(len(replies) - len(refused) - (WRITES - done)) < 8
    assert {(reply.status_code, reply.json()["code"]) for reply in refused} == {(429, "too_many_acts")}
    assert all(0 < int(reply.headers["Retry-After"]) <= 3600 for reply in refused)
    admin.refused("POST", "/api/portal/api-keys", 429, "too_many_acts", json={"name": "One more", "scopes": ["results"]})
    admin.call("DELETE", f"/api/portal/api-keys/{keys[0].made['id']}")
    Client(own).signin(admin.email, admin.password)
    other.call("PUT", "/api/portal/branding", json={"accentColor": "#123456"})
