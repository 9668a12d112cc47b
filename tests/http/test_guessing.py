"""Ten thousand sign-in attempts: the limits of rule A9 hold to the last one, refusals are cheap, and nobody else notices."""
import secrets
import statistics
import time

import pytest

from tests.lib import Client, Instance
from tests.lib.client import PASSWORD
from tests.lib.flood import Flood, sign_in_attempts
from tests.lib.instance import wait_for

EACH = 2500  # attempts of each of the four kinds
ACCOUNT, ADDRESS = 10, 20  # limits
EVERYBODY = 10 * ACCOUNT  # of an account, whoever asks


@pytest.fixture(scope="module")
def own():
    with Instance(RATE_LIMIT_PER_MINUTE=0, LIMIT_SIGNIN_ACCOUNT=ACCOUNT, LIMIT_SIGNIN_ADDRESS=ADDRESS) as started:
        yield started


@pytest.fixture(scope="module")
def person(own):
    """Somebody whose account nobody attacks."""
    return Client(own).register().signin()


@pytest.fixture(autouse=True)
def forget(own):
    own.sql("DELETE FROM muster.attempt")


def someone():
    return f"guess-{secrets.token_hex(8)}@example.com"


def cpu_seconds(own):
    """Of the auth family so far."""
    total = 0
    for pid in own.pids("muster-auth"):
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / 100
    return total


def rows(own):
    """How many rows the attempts need, by kind."""
    found = own.sql("SELECT kind, count(*) AS n FROM muster.attempt WHERE kind IN ('signin-account', 'signin-address') GROUP BY 1")
    return {row["kind"]: row["n"] for row in found}


# Where from, against whom: what is let through (401), and the rows that counting takes at most: of addresses, what is around them, and
# accounts as they ask for them.
KINDS = {
    "one address, one account": (lambda own: ((own.new_address(),), (someone(),)), ACCOUNT, 3),
    "one address, many accounts": (lambda own: ((own.new_address(),), [someone() for _ in range(EACH)]), ADDRESS, 2 + ADDRESS),
    "many addresses, one account": (lambda own: ([own.new_address() for _ in range(EACH)], (someone(),)), EVERYBODY, 2 * EVERYBODY + EACH),
    "many addresses, many accounts": (lambda own: ([own.new_address() for _ in range(3)], [someone() for _ in range(EACH)]),
                                      3 * ADDRESS, 6 + 3 * ADDRESS),
}


def calm(act):
    """Seconds that it takes while nobody attacks, on a machine as busy as it is."""
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        act()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


@pytest.mark.alone
@pytest.mark.parametrize("kind", KINDS)
def test_a9_limits_hold_in_a_flood(own, person, kind):
    """A9: exactly as many attempts as the limits allow are looked at, across all processes; the others hear when to come back. The
    table of attempts grows by what was let through, not by what was tried. Everybody else is served, and signs in."""
    make, through, most = KINDS[kind]
    addresses, emails = make(own)
    look, enter = calm(lambda: person.call("GET", "/api/portal/me")), calm(lambda: Client(own).signin(person.email, PASSWORD))
    flood = Flood(own, ((addresses[i % len(addresses)], emails[i % len(emails)]) for i in range(EACH))).start()
    waits, entered = [], []
    while flood.running():
        begin = time.perf_counter()
        person.call("GET", "/api/portal/me")
        waits.append(time.perf_counter() - begin)
        if len(waits) % 50 == 1 and len(entered) < 5:
            begin = time.perf_counter()
            reply = wait_for(lambda: next((r for r in [Client(own).post("/api/auth/signin", json={
                "email": person.email, "password": PASSWORD})] if r.status_code != 503), None), "a place in the queue", 5)
            assert reply.status_code == 200, reply.text
            entered.append(time.perf_counter() - begin)
    statuses = flood.wait()
    assert statuses == {401: through, 429: EACH - through}
    assert {after for status, after in flood.replies if status == 429 and not 0 < int(after) <= 900} == set()
    assert sum(rows(own).values()) <= most  # the person's own were given back
    assert len(waits) > 5 and statistics.median(waits) < 0.3 + 100 * look and max(waits) < 2 + 500 * look, look
    assert entered and max(entered) < 3 + 20 * enter, enter


@pytest.mark.alone
def test_a9_refusing_costs_no_hash(own):
    """A9: a refused attempt takes a small part of the processor time of one whose password is compared."""
    before = cpu_seconds(own)
    statuses, _ = sign_in_attempts(own, [(own.new_address(), someone()) for _ in range(30)])
    assert statuses == {401: 30}
    compared = (cpu_seconds(own) - before) / 30
    address, email = own.new_address(), someone()
    sign_in_attempts(own, [(address, email)] * ACCOUNT)
    before = cpu_seconds(own)
    statuses, _ = sign_in_attempts(own, [(address, email)] * 1000)
    assert statuses == {429: 1000}
    refused = (cpu_seconds(own) - before) / 1000
    print(f"compared {1000 * compared:.1f} ms, refused {1000 * refused:.2f} ms")
    assert refused < compared / 8


def test_a9_a_refused_address_does_not_lock_accounts(own, person):
    """A9: who is refused for the address uses up no attempt of the accounts that are tried."""
    address = own.new_address()
    assert sign_in_attempts(own, [(address, someone()) for _ in range(ADDRESS)])[0] == {401: ADDRESS}
    assert sign_in_attempts(own, [(address, person.email)] * (3 * ACCOUNT))[0] == {429: 3 * ACCOUNT}
    Client(own).signin(person.email, PASSWORD)


def test_a9_limits_hold_across_restarts(own, person):
    """A9: what was counted is counted after all processes were killed, and after the whole instance was restarted, the database too."""
    address, email = own.new_address(), someone()
    half = EVERYBODY // 2
    assert sign_in_attempts(own, [(own.new_address(), email) for _ in range(half)])[0] == {401: half}
    assert sign_in_attempts(own, [(address, someone()) for _ in range(ADDRESS - 3)])[0] == {401: ADDRESS - 3}
    killed = own.kill("muster-auth")
    wait_for(lambda: len(own.pids("muster-auth")) == len(killed) and Client(own).get("/healthz/auth", contracted=False).status_code == 200,
             "auth is back", 20)
    assert sign_in_attempts(own, [(own.new_address(), email) for _ in range(half - 1)])[0] == {401: half - 1}
    assert sign_in_attempts(own, [(address, someone())])[0] == {401: 1}
    own.disconnect()
    own.terminate()
    own.start()
    statuses, waits = sign_in_attempts(own, [(own.new_address(), email) for _ in range(500)])
    assert statuses == {401: 1, 429: 499} and max(waits) <= 900
    assert sign_in_attempts(own, [(address, someone()) for _ in range(500)])[0] == {401: 2, 429: 498}
    assert person.call("GET", "/api/portal/me") == person.me
    Client(own).signin(person.email, PASSWORD)


def test_a9_ended_windows_are_swept(own):
    """A9: the table goes back to what is still counted while people sign in."""
    sign_in_attempts(own, [(own.new_address(), someone()) for _ in range(60)])
    own.sql("UPDATE muster.attempt SET window_ends_at = now() - interval '1 second'")
    sign_in_attempts(own, [(own.new_address(), someone()) for _ in range(10)])
    assert sum(rows(own).values()) == 30
