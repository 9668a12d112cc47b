"""Health that tests what matters: /healthz says who answers, /readyz whether the work can be done (G3)."""
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, Instance
from tests.lib.client import PASSWORD
from tests.lib.instance import ROOT, wait_for

WELL = {"families": "ok", "write": "ok", "disk": "ok", "queue": "ok"}
VERSION = (ROOT / "apps/instance/VERSION").read_text(encoding="ascii").strip()


@pytest.fixture(scope="module")
def own():
    with Instance(PROCESSES=2, RATE_LIMIT_PER_MINUTE=0, QUEUE_AGE_SECONDS=60) as started:
        yield started


def ready(own):
    reply = Client(own).get("/readyz")
    assert reply.status_code == (200 if reply.json()["status"] == "ok" else 503)
    assert reply.status_code == 200 or int(reply.headers["Retry-After"]) >= 1
    return reply.json()


def becomes(own, **failed):
    """Until every process says so: each keeps what it has found for a second."""
    want = {"checks": {**WELL, **failed}, "status": "unavailable" if failed else "ok"}
    wait_for(lambda: all(ready(own) == want for _ in range(6)), f"{want}", 20, 0.1)


def test_well(own):
    becomes(own)
    assert Client(own).call("GET", "/healthz")["version"] == VERSION


def test_a_database_that_only_reads(own):
    """25006 is what every act would end with; reading goes on, and so says /healthz."""
    own.sql("ALTER DATABASE muster SET default_transaction_read_only = on")
    own.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'muster_%'")
    try:
        becomes(own, write="failed")
        assert Client(own).get("/healthz").status_code == 200
    finally:
        own.sql("SET default_transaction_read_only = off")
        own.sql("ALTER DATABASE muster RESET default_transaction_read_only")
        own.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'muster_%'")
    becomes(own)


def test_a_queue_that_nobody_works_at(own):
    """A job that is due since longer than QUEUE_AGE_SECONDS; one that is to run later is not late."""
    own.stop_service("jobs")
    try:
        job = own.value("INSERT INTO muster.job (kind, run_at, max_attempts) VALUES ('probe', now() + interval '1 hour', 9) RETURNING id")
        becomes(own)
        own.sql("UPDATE muster.job SET run_at = now() - interval '2 minutes' WHERE id = %s", job)
        becomes(own, queue="failed")
        own.sql("DELETE FROM muster.job WHERE id = %s", job)
    finally:
        own.start_service("jobs")
    becomes(own)


def test_a_family_that_is_gone(own):
    own.stop_service("exercises")
    try:
        becomes(own, families="failed")
    finally:
        own.start_service("exercises")
    becomes(own)


def test_no_room_on_the_disk():
    """DISK_FREE_MB beyond what any disk has."""
    with Instance(PROCESSES=2, DISK_FREE_MB=100000000, RATE_LIMIT_PER_MINUTE=0) as own:
        becomes(own, disk="failed")


def written_by_probes(own):
    """What 400 probes write, and how much that may be: a record and its commit a second, of each of two processes, and a little more."""
    asked = "SELECT wal_records FROM pg_stat_wal"
    with ThreadPoolExecutor(4) as pool:
        before, begin = own.value(asked), time.monotonic()
        assert set(pool.map(lambda _: Client(own).get("/readyz").status_code, range(400))) == {200}
        seconds = time.monotonic() - begin
    own.sql("SELECT pg_stat_clear_snapshot()")
    return own.value(asked) - before, 2 * 2 * (seconds + 1) + 100


def test_many_who_probe_write_once_a_second(own):
    """However many ask, a process writes once a second at most. The server itself writes now and then, but not each time."""
    rounds = []
    while len(rounds) < 5 and not any(wrote <= most for wrote, most in rounds):
        rounds.append(written_by_probes(own))
    assert any(wrote <= most for wrote, most in rounds), rounds


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file system")
def test_a_full_disk(small_disk):
    """Reading goes on for ever while log lines are lost, acts are 503, health says it, and the end comes in time; nothing is lost."""
    own = Instance(PROCESSES=2, RATE_LIMIT_PER_MINUTE=0, LOG_FILE_MB=1, LOG_FILES=2, LIMIT_GENERATE=0, SHARED_BUFFERS_MB=32)
    own.var = small_disk / "var"
    with own:
        person = Client(own).register().signin()
        key = person.api_key().key
        kept = [person.run("bec", questionCount=3) for _ in range(2)]
        assert ready(own)["checks"]["disk"] == "ok"
        with ThreadPoolExecutor(8) as pool:
            usual = max(pool.map(lambda _: page(own), range(300)))
        fill = small_disk / "fill"
        subprocess.run(["dd", "if=/dev/zero", f"of={fill}", "bs=64k"], capture_output=True, check=False)
        assert os.statvfs(small_disk).f_bavail == 0
        becomes(own, disk="failed")
        with ThreadPoolExecutor(8) as pool:
            slow = list(pool.map(lambda _: page(own), range(3000)))
            assert max(slow) < 1 + 10 * usual, (max(slow), usual)
            assert person.get("/api/portal/me").status_code == 200
            refused = list(pool.map(lambda _: act(own, key), range(400)))
        kept += [one for one in refused if one]
        assert refused.count(None) > 0, "the disk was not full"
        page(own)
        own.disconnect()
        assert own.terminate(seconds=100) == 0 and own.pids() == []
        fill.unlink()
        own.start()
        again = Client(own).signin(person.email, PASSWORD)
        for exercise in kept:
            assert again.session(exercise)["id"] == exercise
        becomes(own)


def page(own):
    """Seconds that a page takes; it writes a line of nginx's log and nothing else."""
    begin = time.monotonic()
    assert Client(own).http.get(own.url + "/", timeout=12).status_code == 200
    return time.monotonic() - begin


def act(own, key):
    """The id of a new exercise, or None when it was refused."""
    reply = Client(own, key=key).post("/api/ttx/generate", json={"theme": "bec", "questionCount": 3}, timeout=12)
    assert reply.status_code in (200, 201, 503), reply.text
    return reply.json()["id"] if reply.status_code < 300 else None
