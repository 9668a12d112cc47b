"""The queue with real workers whose jobs do what a test says: takeover, fence, limits, progress, giving back, ends (C12, B6)."""
import json
import os
import queue
import signal
import subprocess
import threading

import pytest

from tests.lib import Client
from tests.lib.instance import BUILD, wait_for

PATIENCE = 30


class Worker:
    """A process of tests/http/worker.c: hears() what it prints, says() what its job does."""

    def __init__(self, instance, workers=2):
        dsn = f"host={instance.socket_dir} dbname=muster user=muster_jobs"
        self.process = subprocess.Popen([BUILD / "tests/worker", str(workers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        bufsize=1, env={**os.environ, "DATABASE_URL": dsn})
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def hears(self):
        return self.lines.get(timeout=PATIENCE)

    def runs(self, job, attempt=1):
        """It has begun this job."""
        words = self.hears().split(" ", 4)
        assert words[0] == "run" and words[2:4] == [job, str(attempt)], words
        return words

    def says(self, order):
        self.process.stdin.write(order + "\n")

    def asks(self, order):
        self.says(order)
        return self.hears()

    def silent(self):
        return self.lines.empty()

    def end(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def worker(instance):
    """A function that starts one; at the end they are gone, and so are their jobs."""
    started = []

    def start(workers=2):
        started.append(Worker(instance, workers))
        return started[-1]
    yield start
    for one in started:
        one.end()
    instance.sql("DELETE FROM muster.job WHERE kind LIKE 'probe%'")
    instance.sql("DELETE FROM muster.job_rest WHERE kind LIKE 'probe%'")


@pytest.fixture(scope="module")
def person(instance):
    return Client(instance).register().signin()


def call(client, text, *args):
    """A function of the database, as the person."""
    enter = "WITH entered AS MATERIALIZED (SELECT muster.enter_as(%s, %s))"
    return client.instance.value(f"{enter} SELECT {text} FROM entered", client.me["orgId"], client.me["id"], *args)


def put(client, kind="probe", attempts=3, **payload):
    """Queues a job: its id."""
    return call(client, "muster.job_queue(%s, %s, NULL, %s, 'creator', 1000)", kind, json.dumps(payload), attempts)


def seen(client, job):
    return json.loads(call(client, "(SELECT to_json(j)::text FROM muster.job_get(%s) j)", job))


def row(client, job):
    return client.instance.sql("SELECT * FROM muster.job WHERE id = %s", job)[0]


def ends(client, job, state):
    wait_for(lambda: row(client, job)["state"] == state, f"{state}", PATIENCE)
    return seen(client, job)


def expire(client, job):
    """Time passes: the lease has run out."""
    client.instance.sql("UPDATE muster.job SET run_at = now(), lease_until = now() WHERE id = %s AND state = 'RUNNING'", job)
    client.instance.sql("NOTIFY muster_jobs")


def hook_took_effect(client):
    return bool(client.instance.sql("SELECT 1 FROM muster.job_rest WHERE kind = 'probe_dead'"))


def test_c12_progress_and_result(person, worker):
    """C12: who queued it sees how far it is, and its result; the payload arrives; each step is in the outbox."""
    one = worker()
    job = put(person, theme="bec", count=3)
    assert json.loads(one.runs(job)[4]) == {"theme": "bec", "count": 3}
    assert one.asks("progress 40 Writing the second stage") == "go"
    now = seen(person, job)
    assert (now["state"], now["percent"], now["progress"], now["result"]) == ("RUNNING", 40, "Writing the second stage", None)
    one.says("done")
    now = ends(person, job, "DONE")
    assert (now["percent"], now["result"], now["error"]) == (100, {"answer": 42}, None)
    rows = person.instance.sql("SELECT payload FROM muster.outbox WHERE org_id = %s AND channel = %s ORDER BY id", person.me["orgId"],
                               f"job:{job}")
    assert [(r["payload"]["state"], r["payload"]["percent"]) for r in rows] == [("RUNNING", 0), ("RUNNING", 40), ("DONE", 100)]


def test_takeover_and_fence(person, worker):
    """Whose lease ran out is overtaken, is told so, and changes nothing any more, neither by an end nor by what goes with it."""
    first, job = worker(), put(person)
    first.runs(job)
    expire(person, job)
    second = worker()
    second.runs(job, attempt=2)
    assert first.asks("progress 90 Almost") == "lost"
    assert first.asks("refuse It is too late.") == f"dead {job}"
    other = put(person)
    first.runs(other)  # it has finished with the lost one
    assert (row(person, job)["state"], row(person, job)["percent"]) == ("RUNNING", 0) and not hook_took_effect(person)
    second.says("done")
    assert ends(person, job, "DONE")["result"] == {"answer": 42}
    first.says("done")
    ends(person, other, "DONE")


def test_killed_workers(person, worker):
    """kill -9 in every attempt: after each lease another worker has the job by itself, and what killed all of them ends dead, once."""
    job = put(person, "probe_short", attempts=2)
    for attempt in (1, 2):
        one = worker()
        one.runs(job, attempt)
        one.end()
    worker()
    error = ends(person, job, "DEAD")["error"]
    assert error == "The worker ended while it ran." and row(person, job)["attempts"] == 2


def test_a_lease_lasts_as_long_as_a_worker_reports(person, worker):
    """Who is silent for longer than the lease is taken over; who reports is not."""
    first, job = worker(), put(person, "probe_short")
    first.runs(job)
    second = worker()
    begun = row(person, job)["lease_until"]
    wait_for(lambda: first.asks("alive") == "go" and (row(person, job)["lease_until"] - begun).total_seconds() > 1.5, "twice the lease",
             PATIENCE, 0.1)
    assert second.silent() and row(person, job)["attempts"] == 1
    second.runs(job, attempt=2)  # nothing was said any more
    assert first.asks("alive") == "lost"
    first.says("stop")
    second.says("done")
    ends(person, job, "DONE")


def test_limits_over_all_workers(person, worker):
    """A kind of which one may run at once; the other worker does something else meanwhile; then comes the second."""
    one, two = worker(), worker()
    jobs = [put(person, "probe_one") for _ in range(2)]
    busy, free = (one, two) if wait_for(lambda: [w for w in (one, two) if not w.silent()], "one begins", PATIENCE)[0] is one else (two, one)
    begun = busy.hears().split()[2]
    other = put(person)
    free.runs(other)
    assert sorted(row(person, job)["state"] for job in jobs) == ["QUEUED", "RUNNING"]
    busy.says("done")
    busy.runs(next(job for job in jobs if job != begun))
    for worker_ in (busy, free):
        worker_.says("done")
    for job in (*jobs, other):
        ends(person, job, "DONE")


def test_who_waits_for_servers_leaves_a_worker(person, worker):
    """Of two workers one never waits for somebody else's server, however much there is to do of that."""
    one, two = worker(2), worker(2)
    jobs = [put(person, "probe_out") for _ in range(3)]
    busy, free = (one, two) if wait_for(lambda: [w for w in (one, two) if not w.silent()], "one begins", PATIENCE)[0] is one else (two, one)
    for _ in range(2):
        other = put(person)
        free.runs(other)
        free.says("done")
        ends(person, other, "DONE")
    assert sorted(row(person, job)["state"] for job in jobs) == ["QUEUED", "QUEUED", "RUNNING"] and free.silent()
    for _ in jobs:
        busy.hears()
        busy.says("done")
    for job in jobs:
        ends(person, job, "DONE")


def test_sigterm_gives_the_job_back(person, worker):
    """A worker that is to stop hears so when it reports, and another goes on at once, in the same attempt."""
    first, job = worker(), put(person)
    first.runs(job)
    first.process.send_signal(signal.SIGTERM)
    assert first.asks("progress 10 Begun") == "give back"
    first.says("stop")
    assert first.hears() == "end" and first.process.wait(PATIENCE) == 0
    assert row(person, job)["state"] == "QUEUED"
    second = worker()
    second.runs(job, attempt=1)
    second.says("done")
    ends(person, job, "DONE")


def test_cancelling(person, worker):
    """C12: cancelled while it runs: the worker hears so, and what was taken for it is given back."""
    one, job = worker(), put(person)
    one.runs(job)
    assert call(person, "muster.job_cancel(%s)", job) is True
    assert one.asks("alive") == "cancelled"
    assert one.asks("stop") == f"dead {job}"
    assert ends(person, job, "CANCELLED")["error"] == "It was cancelled." and hook_took_effect(person)
    # One that waits does not run at all.
    one.end()
    job = put(person)
    assert call(person, "muster.job_cancel(%s)", job) is True
    two = worker()
    assert two.hears() == f"dead {job}"
    ends(person, job, "CANCELLED")


def test_failing(person, worker):
    """C12, B6: a failure with its sentence; another attempt after a pause; a dead letter gives back what was taken, in the transaction of
    its end, and can be put back."""
    one, job = worker(), put(person, attempts=2)
    one.runs(job)
    one.says("retry The provider is busy.")
    wait_for(lambda: row(person, job)["state"] == "QUEUED", "it waits", PATIENCE)
    pause = person.instance.value("SELECT extract(epoch FROM run_at - now()) FROM muster.job WHERE id = %s", job)
    assert 40 < pause <= 72 and seen(person, job)["error"] == "The provider is busy." and not hook_took_effect(person)
    person.instance.sql("UPDATE muster.job SET run_at = now() WHERE id = %s", job)
    person.instance.sql("NOTIFY muster_jobs")
    one.runs(job, attempt=2)
    assert one.asks("retry The provider is busy.") == f"dead {job}"
    ends(person, job, "DEAD")
    assert hook_took_effect(person)
    assert person.instance.value("SELECT muster.job_retry(%s)", job) is True
    one.runs(job)
    assert one.asks("refuse There is no such model.") == f"dead {job}"
    assert ends(person, job, "DEAD")["error"] == "There is no such model." and row(person, job)["attempts"] == 1


def test_a_result_that_is_too_long(person, worker):
    one, job = worker(), put(person)
    one.runs(job)
    assert one.asks("big") == f"dead {job}"
    assert ends(person, job, "DEAD")["error"] == "The result was too long."
