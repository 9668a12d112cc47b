"""Many sign-ins at once: hashing has its own pool with a short queue, and nobody else waits for it (rule A8, issue 3)."""
import os
import signal
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, Instance, proc
from tests.lib.instance import wait_for

pytestmark = pytest.mark.alone

FLOOD = 240
AT_ONCE = 120


@pytest.fixture(scope="module")
def own():
    with Instance(RATE_LIMIT_PER_MINUTE=0) as started:
        yield started


def timed(call):
    begin = time.perf_counter()
    reply = call()
    return reply, time.perf_counter() - begin


def attempt(own, i):
    body = {"email": f"flood{i}@example.com", "password": "some wrong words"}
    return timed(lambda: Client(own).post("/api/auth/signin", json=body, timeout=30))


def test_a_flood_of_sign_ins(own):
    """Every one ends within seconds as 401 or 503 with Retry-After; meanwhile `me` answers, and signing out works."""
    person = Client(own).register().signin()
    leaving = Client(own).signin(person.email, person.password)
    usual = statistics.median(timed(lambda: person.call("GET", "/api/portal/me"))[1] for _ in range(5))
    hashing = attempt(own, FLOOD + 1)[1]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        flood = [pool.submit(attempt, own, i) for i in range(FLOOD)]
        waits = []
        while not all(future.done() for future in flood):
            reply, seconds = timed(lambda: person.get("/api/portal/me", timeout=30))
            assert reply.status_code == 200
            waits.append(seconds)
            if len(waits) == 5:
                leaving.call("POST", "/api/auth/signout")
        replies = [future.result() for future in flood]
    assert {reply.status_code for reply, _ in replies} <= {401, 503} and len(waits) >= 5
    refused = [reply for reply, _ in replies if reply.status_code == 503]
    assert len(refused) < FLOOD
    assert all(reply.json()["code"] == "unavailable" and int(reply.headers["Retry-After"]) >= 1 for reply in refused)
    assert max(seconds for _, seconds in replies) < 5 + FLOOD * hashing, hashing  # no more than all of them one after the other
    assert statistics.median(waits) < 0.5 + 100 * usual, usual
    wait_for(lambda: attempt(own, FLOOD)[0].status_code == 401, "the queue is empty again", 30)
    assert Client(own).signin(person.email, person.password).me == person.me


def test_a_full_queue_answers_at_once(own):
    """With every hashing process standing still the queue fills up, and who finds it full hears so at once."""
    person = Client(own).register().signin()
    pids = [pid for pid in own.pids("muster-auth") if hashes(pid)]
    assert pids
    stop(pids, "STOP")
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            flood = [pool.submit(attempt, own, 1000 + i) for i in range(AT_ONCE)]
            replies = [future.result() for future in flood]
            assert person.call("GET", "/api/portal/me") == person.me
    finally:
        stop(pids, "CONT")
    assert {reply.status_code for reply, _ in replies} == {503}
    assert all(int(reply.headers["Retry-After"]) >= 1 for reply, _ in replies)
    waits = sorted(seconds for _, seconds in replies)
    assert waits[0] < 5 and waits[-1] < 20
    wait_for(lambda: attempt(own, 2000)[0].status_code == 401, "who gave up costs no hashing", 5)
    Client(own).signin(person.email, person.password)


def hashes(pid):
    """Whether the process belongs to the pool for hashing: its service folder is its working directory."""
    return proc.cwd(pid).endswith("/auth-hash")


def stop(pids, name):
    for pid in pids:
        os.kill(pid, getattr(signal, "SIG" + name))
