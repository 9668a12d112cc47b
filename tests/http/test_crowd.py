"""One client is not everybody (A18): whoever takes all that one network may have takes nothing from anybody else."""
import http.client
import os
import resource
import secrets
import select
import signal
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, Instance, proc, wire
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for

CONNECTIONS, BODIES, WORKER = 64, 32, 512
WRITES = 40
BODY_SECONDS = 2
ACCOUNT, ADDRESS = 3, 10  # attempts at signing in
PROXY = "127.9.9.9"  # says where from


@pytest.fixture(scope="module")
def own():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    settings = {"WEB_WORKERS": 1, "WEB_CONNECTIONS": WORKER, "LIMIT_CONNECTIONS": CONNECTIONS, "LIMIT_BODIES": BODIES,
                "LIMIT_WRITES": WRITES, "LIMIT_SIGNIN_ACCOUNT": ACCOUNT, "LIMIT_SIGNIN_ADDRESS": ADDRESS,
                "TRUSTED_PROXIES": PROXY}
    with Instance(RATE_LIMIT_PER_MINUTE=0, **settings) as started:
        yield started
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def sign_in(own, email, password=PASSWORD, forwarded=None, device=None):
    """The reply to somebody at an address of their own, or who comes through the proxy."""
    headers = {name: value for name, value in (("X-Forwarded-For", forwarded), ("Cookie", device)) if value}
    return Client(own, address=PROXY if forwarded else None).post("/api/auth/signin", json={"email": email, "password": password},
                                                                  headers=headers)


def wrong_sign_in(own, email):
    assert sign_in(own, email, "wrong words").status_code == 401


def nobody():
    return f"nobody-{secrets.token_hex(8)}@example.com"


@pytest.fixture(scope="module")
def hasty():
    with Instance(LIMIT_BODY_SECONDS=BODY_SECONDS) as started:
        yield started


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


@pytest.mark.parametrize("method,length", [("POST", {"Content_Length": "4000"}), ("POST", {"Transfer_Encoding": "chunked"}),
                                           ("GET", {"Content_Length": "4000"})])
def test_a18_a_whole_body_has_its_time(hasty, method, length):
    """A18: a body that drips steadily, so that no single wait is long, ends when the time of a whole one is over; in two parts it is
    taken."""
    chunk = b"1\r\n \r\n" if "Transfer_Encoding" in length else b" "
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=20) as slow:
        slow.sendall(wire.head(method, "/api/auth/forgot-password", Content_Type="application/json", **length))
        slow.setblocking(False)
        poll = select.poll()
        poll.register(slow, select.POLLHUP | select.POLLRDHUP)

        def over():
            try:
                slow.send(chunk)
            except BlockingIOError:
                return False
            except OSError:
                return True
            return bool(poll.poll(100))
        wait_for(over, "nginx ends it", 60)
    line = f'"method":"{method}","path":"/api/auth/forgot-password","status":408'
    wait_for(lambda: any(line in text for _, text in hasty.logs()), "it is in the log")


def test_a18_a_body_in_two_parts(hasty):
    """A18: what is not dripped for ever is taken, over the same connection, too."""
    body = b'{"email":"nobody@example.com"}'
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=20) as client:
        for _ in range(2):
            client.sendall(wire.head("POST", "/api/auth/forgot-password", Content_Type="application/json", Content_Length=len(body),
                                     Connection="keep-alive") + body[:10])
            client.sendall(body[10:])
            reply = http.client.HTTPResponse(client)
            reply.begin()
            assert (reply.status, reply.read() != b"") == (200, True)


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
        wrong_sign_in(own, admin.email)
    done = own.value("SELECT count(*) FROM muster.audit_log WHERE org_id = %s AND actor_kind <> 'system'", admin.me["orgId"])
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda i: keys[i % 4].request("PUT", "/api/portal/branding", json={"accentColor": f"#{i:06x}"}),
                                range(2 * WRITES)))
    refused = [reply for reply in replies if reply.status_code != 200]
    assert abs(len(replies) - len(refused) - (WRITES - done)) < 8
    assert {(reply.status_code, reply.json()["code"]) for reply in refused} == {(429, "too_many_acts")}
    assert all(0 < int(reply.headers["Retry-After"]) <= 3600 for reply in refused)
    admin.refused("POST", "/api/portal/api-keys", 429, "too_many_acts", json={"name": "One more", "scopes": ["results"]})
    admin.call("DELETE", f"/api/portal/api-keys/{keys[0].made['id']}")
    Client(own).signin(admin.email, admin.password)
    other.call("PUT", "/api/portal/branding", json={"accentColor": "#123456"})


# ---- signing in ----

@pytest.fixture(scope="module")
def known(own):
    """Somebody who has signed in before."""
    person = Client(own).register().signin()
    assert person.device
    return person


@pytest.fixture(autouse=True)
def forget(request):
    if "own" in request.fixturenames:
        request.getfixturevalue("own").sql("DELETE FROM muster.attempt")


def test_a18_a_household_that_floods_the_sign_in(own, known):
    """A18, A9: all networks of 64 bits that one subscriber has count together; meanwhile everybody else signs in."""
    with ThreadPoolExecutor(24) as pool:
        flood = [pool.submit(sign_in, own, nobody(), "wrong words", f"2001:db8:0:{0x4500 + i % 256:x}::{secrets.randbelow(65535):x}")
                 for i in range(400)]
        honest = 0
        while not all(one.done() for one in flood) or honest < 3:
            assert sign_in(own, known.email).status_code == 200
            honest += 1
        statuses = [one.result().status_code for one in flood]
    assert set(statuses) == {401, 429} and ADDRESS <= statuses.count(401) <= 4 * ADDRESS
    assert sign_in(own, known.email, forwarded="2001:db8:0:4601::1").status_code == 200


def test_a18_guessing_from_everywhere(own, known):
    """A18, A9: an account has an end of attempts from everywhere together; whoever has signed in before still does, so often."""
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: sign_in(own, known.email, "wrong words").status_code, range(10 * ACCOUNT + 5)))
    assert sorted(replies) == [401] * (10 * ACCOUNT) + [429] * 5
    assert sign_in(own, known.email).status_code == 429
    for _ in range(ACCOUNT):
        assert sign_in(own, known.email, device=known.device).status_code == 200
    assert sign_in(own, known.email, device=known.device).status_code == 429


def test_a18_a_device_is_known_for_its_account_alone(own, known):
    """A18: what the cookie gives is one account's; a letter of it changed, it gives nothing."""
    other = Client(own).register().signin()
    value = known.device
    at = len(value) // 2
    changed = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1:]
    for device in (other.device, changed, value + "A", "muster_device=", "muster_device=x:y"):
        own.sql("DELETE FROM muster.attempt")
        assert sign_in(own, known.email, "wrong words", device=device).status_code == 401
        assert own.value("SELECT count(*) FROM muster.attempt WHERE kind = 'signin-device'") == 0
    own.sql("DELETE FROM muster.attempt")
    assert sign_in(own, known.email, "wrong words", device=value).status_code == 401
    assert own.value("SELECT string_agg(DISTINCT kind, ' ') FROM muster.attempt") == "signin-device"


def test_a18_a_full_queue_is_full_for_strangers(own, known):
    """A18: many networks fill the queue for passwords; who has signed in before has another one, and whoever found no place has lost no
    attempt."""
    pids = [pid for pid in own.pids("muster-auth") if proc.cwd(pid).endswith("/auth-hash")]
    emails = [nobody() for _ in range(25 * (os.cpu_count() or 1) + 40)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(len(emails)) as pool:
            flood = [pool.submit(sign_in, own, email, "wrong words") for email in emails]
            wait_for(lambda: any(one.done() for one in flood), "the queue is full")
            assert sign_in(own, known.email, device=known.device).status_code == 200
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    statuses = [one.result().status_code for one in flood]
    assert set(statuses) <= {401, 503} and 503 in statuses
    assert own.value("SELECT count(*) FROM muster.attempt WHERE kind = 'signin-everybody'") == statuses.count(401)


# ---- many people behind one address ----

PEOPLE = 200


def test_a18_two_hundred_people_behind_one_address():
    """A18: with the limits that an instance has by itself they sign in, some of them mistype, and they play."""
    with Instance() as own:
        first = Client(own).register().signin()
        own.sql("WITH made AS (INSERT INTO muster.app_user (org_id, email, first_name, last_name, role) SELECT %s, "
                "'crowd' || n || '@example.com', 'Some', 'Body', 'MEMBER' FROM generate_series(1, %s) n RETURNING org_id, id) "
                "INSERT INTO muster.credential (org_id, user_id, password_hash) SELECT m.org_id, m.id, c.password_hash "
                "FROM made m JOIN muster.credential c ON c.user_id = %s", first.me["orgId"], PEOPLE, first.me["id"])
        address = own.new_address()

        def play(n):
            person, email = Client(own, address=address), f"crowd{n}@example.com"
            if n % 5 == 0:
                person.refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": email, "password": "mistyped words"})
            person.signin(email, PASSWORD).call("GET", "/api/portal/me")
            exercise = person.generate("bec", questionCount=3)
            return len(person.play(exercise, "mixed", answers=1))
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(play, range(1, PEOPLE + 1))) == [1] * PEOPLE
