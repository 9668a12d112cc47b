"""What is not the caller's fault, on an instance of its own: a database that hangs, transactions in each other's way, no memory for a
password, mistakes of ours; and what is: probes with a credential that is none."""
import contextlib
import hashlib
import os
import re
import resource
import secrets
import signal
import subprocess
import threading
import time

import pytest

from tests.lib import Client, Instance, mailbox, proc, routes
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for

HASH_POOL = "auth-hash"


@pytest.fixture(scope="module")
def own():
    with Instance(PROCESSES=2, RATE_LIMIT_PER_MINUTE=0) as started:
        yield started


@pytest.fixture(scope="module")
def person(own):
    return Client(own).register().signin()


def unavailable(reply):
    assert reply.status_code == 503 and int(reply.headers["Retry-After"]) >= 1, (reply.status_code, reply.text)
    assert reply.json()["code"] == "unavailable"


def log_lines(own, level):
    return [line for _, text in own.logs() for line in text.splitlines() if re.match(rf".*\dZ {level} ", line)]


# ---- a database that hangs ----

def backends(own, family):
    """Processes of the server that serve a family."""
    return [row["pid"] for row in own.sql("SELECT pid FROM pg_stat_activity WHERE usename = %s", f"muster_{family}")]


@contextlib.contextmanager
def limit(own, seconds):
    """How long statements of the family portal may take, from its next connection on."""
    own.sql(f"ALTER ROLE muster_portal SET statement_timeout = '{seconds}s'")
    own.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'muster_portal'")
    try:
        yield
    finally:
        own.sql("ALTER ROLE muster_portal SET statement_timeout = '15s'")
        own.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'muster_portal'")


@contextlib.contextmanager
def stopped(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # a worker of the server that was at its end
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def at_once(count, act):
    """What so many threads get."""
    results = []
    threads = [threading.Thread(target=lambda: results.append(act())) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def seconds_of(act):
    begin = time.monotonic()
    act()
    return time.monotonic() - begin


def copy_of(person):
    other = Client(person.instance)
    other.cookie = person.cookie
    return other


def test_frozen_backends(own, person):
    """The statement's time and a few seconds, then 503 and a new connection, while what is frozen is still frozen."""
    with limit(own, 1):
        wait_for(lambda: all(at_once(4, lambda: copy_of(person).get("/api/portal/sessions").status_code == 200)) and
                 len(backends(own, "portal")) == 2, "both processes connect again", 20)
        usual = seconds_of(lambda: copy_of(person).get("/api/portal/sessions"))
        with stopped(backends(own, "portal")):
            begin = time.monotonic()
            for reply in at_once(2, lambda: copy_of(person).get("/api/portal/sessions")):
                unavailable(reply)
            assert 1 < time.monotonic() - begin < 10 + 100 * usual, usual
            wait_for(lambda: all(at_once(4, lambda: copy_of(person).get("/api/portal/sessions").status_code == 200)), "service again", 10)
    wait_for(lambda: any("no answer in time" in line for line in log_lines(own, "warn")), "the log is written")


def test_a_frozen_server(own, person):
    """Nothing of the server answers, not even new connections: nobody waits for long, and health says so; then all is well again."""
    with limit(own, 1):
        wait_for(lambda: all(at_once(4, lambda: copy_of(person).get("/api/portal/sessions").status_code == 200)), "connections", 20)
        usual = seconds_of(lambda: copy_of(person).get("/api/portal/sessions"))
        own.disconnect()
        with stopped(own.pids("postgres")):
            for path in ("/api/portal/sessions", "/healthz/portal", "/healthz/portal"):
                begin = time.monotonic()
                unavailable(copy_of(person).get(path))
                assert time.monotonic() - begin < 10 + 100 * usual, (path, usual)
        wait_for(lambda: all(at_once(4, lambda: copy_of(person).get("/api/portal/sessions").status_code == 200)), "service again", 20)


# ---- transactions in each other's way ----

@contextlib.contextmanager
def trigger(own, body, table="answer", when="BEFORE INSERT", kind="TRIGGER", deferred=""):
    """What happens, with the rights of a superuser, when a row comes."""
    own.sql(f"CREATE FUNCTION public.in_the_way() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN {body} END $$")
    own.sql(f"CREATE {kind} in_the_way {when} ON muster.{table} {deferred} FOR EACH ROW EXECUTE FUNCTION public.in_the_way()")
    try:
        yield
    finally:
        own.sql(f"DROP TRIGGER in_the_way ON muster.{table}")
        own.sql("DROP FUNCTION public.in_the_way()")


def answered(own, exercise):
    return own.value("SELECT count(*) FROM muster.answer WHERE exercise_id = %s", exercise)


def test_a_deadlock_is_run_again(own, person):
    """Two connections, each with the lock that the other one wants: the server ends ours, which comes back and succeeds."""
    exercise = person.generate("bec", questionCount=3)
    own.sql("CREATE TABLE public.two (id int PRIMARY KEY, n int NOT NULL)")
    own.sql("INSERT INTO public.two VALUES (1, 0), (2, 0)")
    holder = own.connect()
    body = "UPDATE public.two SET n = n + 1 WHERE id = 1; UPDATE public.two SET n = n + 1 WHERE id = 2; RETURN NEW;"
    try:
        with trigger(own, body), holder.cursor() as cursor:
            cursor.execute("SET deadlock_timeout = '1h'")  # so that ours is the one that notices
            cursor.execute("BEGIN")
            cursor.execute("UPDATE public.two SET n = 100 WHERE id = 2")
            replies = []
            caller = threading.Thread(target=lambda: replies.append(person.answer(exercise, 0, "A")))
            caller.start()
            wait_for(lambda: own.sql("SELECT 1 FROM pg_stat_activity WHERE usename = 'muster_exercises' AND wait_event_type = 'Lock'"),
                     "it waits for the second lock", 20)
            cursor.execute("UPDATE public.two SET n = 100 WHERE id = 1")
            cursor.execute("COMMIT")
            caller.join()
        assert replies and replies[0]["answered"] == 1 and answered(own, exercise) == 1
        assert own.value("SELECT min(n) FROM public.two") == 101
        wait_for(lambda: any("40P01" in line for line in log_lines(own, "warn")), "the log is written")
    finally:
        holder.close()
        own.sql("DROP TABLE public.two")


@pytest.mark.parametrize("kind", [{}, {"kind": "CONSTRAINT TRIGGER", "when": "AFTER INSERT", "deferred": "DEFERRABLE INITIALLY DEFERRED"}],
                         ids=["in the statement", "at the commit"])
@pytest.mark.parametrize("failures, status", [(1, 200), (3, 200), (4, 503)])
def test_serialisation_failures_are_run_again(own, person, failures, status, kind):
    """A bounded number of times, and what was undone leaves nothing behind."""
    exercise = person.generate("bec", questionCount=3)
    own.sql("CREATE SEQUENCE public.tries")
    body = f"IF nextval('public.tries') <= {failures} THEN RAISE 'in the way' USING ERRCODE = '40001'; END IF; RETURN NEW;"
    try:
        with trigger(own, body, **kind):
            reply = person.post(f"/api/ttx/session/{exercise}/answer", json={"questionIndex": 0, "selectedOption": "A"})
        assert reply.status_code == status
        assert own.value("SELECT last_value FROM public.tries") == min(failures + 1, 4)
        assert answered(own, exercise) == (status == 200)
    finally:
        own.sql("DROP SEQUENCE public.tries")


# ---- whose mistake ----

@pytest.mark.parametrize("state, status, level", [
    ("23505", 409, "warn"), ("23503", 409, "warn"), ("23502", 500, "error"), ("23514", 500, "error"), ("23P01", 500, "error"),
    ("22001", 500, "error"), ("22P02", 500, "error"), ("42501", 500, "error"), ("42P01", 500, "error"), ("P0001", 500, "error"),
    ("55P03", 503, "warn"), ("57014", 503, "warn"), ("53100", 503, "warn"), ("25006", 503, "warn")])
def test_states_of_the_database(own, person, state, status, level):
    """A conflict is what somebody else was faster with; a rule of the tables that we broke is ours to log and mend."""
    exercise = person.generate("bec", questionCount=3)
    with trigger(own, f"RAISE 'a test' USING ERRCODE = '{state}';"):
        reply = person.http.post(f"{own.url}/api/ttx/session/{exercise}/answer", json={"questionIndex": 0, "selectedOption": "A"},
                                 headers={"Cookie": person.cookie})
    assert reply.status_code == status, reply.text
    wait_for(lambda: any(f" {state} a test" in line for line in log_lines(own, level)), "the log is written")


# ---- no memory for a password ----

def pool_pids(own):
    """Programs of the pool that hashes."""
    return [pid for pid in own.pids("muster-auth") if proc.cwd(pid) == str(own.service_dir(HASH_POOL))]


def renew_pool(own):
    """Processes that have hashed nothing yet: what they freed they would use again."""
    old = set(pool_pids(own))
    for pid in old:
        os.kill(pid, signal.SIGTERM)
    return wait_for(lambda: len(pool_pids(own)) == len(old) and not old & set(pool_pids(own)) and pool_pids(own), "a new pool", 20)


def memory_limit(pid, limit):
    """As the process's own user: root needs not be allowed to (capabilities(7), CAP_SYS_RESOURCE)."""
    user = os.stat(f"/proc/{pid}")
    become = [] if user.st_uid == os.geteuid() else ["setpriv", f"--reuid={user.st_uid}", f"--regid={user.st_gid}", "--clear-groups"]
    subprocess.run([*become, "prlimit", f"--pid={pid}", f"--as={limit}:"], check=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})


@contextlib.contextmanager
def no_memory(own):
    """Too little for argon2 in the pool, enough for everything else."""
    pids = renew_pool(own)
    assert Client(own).refused("POST", "/api/auth/reset-password", 400, "validation_failed", json={})
    for pid in pids:
        with open(f"/proc/{pid}/statm", encoding="utf-8") as file:
            size = int(file.read().split()[0]) * resource.getpagesize()
        memory_limit(pid, size + (8 << 20))
    try:
        yield
    finally:
        for pid in pids:
            memory_limit(pid, "unlimited")


def remembered(own):
    """What is counted and written down about attempts."""
    return (own.sql("SELECT kind, count(*) AS n FROM muster.attempt GROUP BY 1 ORDER BY 1"),
            own.value("SELECT coalesce(sum(count), 0) FROM muster.attempt"), own.value("SELECT count(*) FROM muster.audit_log"))


@pytest.mark.skipif("asan" in os.environ.get("BUILD", ""), reason="its allocator ends the process instead")
def test_no_memory_is_no_wrong_password(own, person):
    """503 for a right and a wrong password and for nobody's; nothing counted, nothing in the audit log, nobody locked out."""
    Client(own).call("POST", "/api/auth/forgot-password", json={"email": person.email})
    token = mailbox.last(own, person.email, "Choose a new password").token
    pending = secrets.token_urlsafe(32)
    own.sql("WITH d AS (INSERT INTO muster.org_domain (org_id, domain, mailbox, verified_at, expires_at) "
            "VALUES (%s, 'waits.example', 'admin', now(), now() + interval '1 day') RETURNING org_id, id) "
            "INSERT INTO muster.pending_registration "
            "(org_id, email, first_name, last_name, password_hash, token_hash, expires_at, domain_id) "
            "SELECT d.org_id, 'who@waits.example', 'A', 'B', 'none', %s, now() + interval '1 day', d.id FROM d",
            person.me["orgId"], hashlib.sha256(pending.encode()).digest())
    address = own.new_address()
    with no_memory(own):
        before = remembered(own)
        for _ in range(15):  # more than are allowed
            for email, password in ((person.email, PASSWORD), (person.email, "wrong words"), ("nobody@example.com", PASSWORD)):
                unavailable(Client(own, address=address).post("/api/auth/signin", json={"email": email, "password": password}))
        for current in (PASSWORD, "wrong words"):
            unavailable(copy_of(person).post("/api/auth/change-password",
                                             json={"currentPassword": current, "newPassword": "another horse battery 8"}))
        unavailable(Client(own).post("/api/auth/reset-password", json={"token": token, "password": "another horse battery 8"}))
        unavailable(Client(own).post("/api/auth/register/confirm", json={"token": pending, "password": PASSWORD}))
        unavailable(Client(own).post("/api/auth/register", json={"email": "new@example.com", "password": PASSWORD, "firstName": "A",
                                                                 "lastName": "B", "organization": "New"}))
        assert remembered(own) == before
        Client(own).refused("POST", "/api/auth/change-password", 401, "unauthenticated",
                            json={"currentPassword": PASSWORD, "newPassword": "another horse battery 8"})
    Client(own, address=address).signin(person.email, PASSWORD)


# ---- probes ----

def errors(own):
    """Error lines of the families and of the database."""
    return {line for _, text in own.logs() for line in text.splitlines() if re.search(r"Z error |\] ERROR: ", line)}


@pytest.mark.parametrize("credential", [{"Cookie": "muster_session=nobody"}, {"Authorization": "Bearer nothing"},
                                        {"Authorization": "Bearer muster_" + "x" * 43}], ids=["cookie", "key", "well-formed key"])
def test_probes_are_no_errors_of_ours(own, credential):
    """Every row with a credential that is none: 401, and no error line, neither ours nor the database's."""
    before = errors(own)
    for row in routes.usual():
        if row["guard"] == "public":
            continue
        query = "?sessionId=" + routes.NO_UUID if row["query"] and any(field["name"] == "sessionId" for field in row["query"]) else ""
        reply = Client(own).request(row["method"], routes.fill(row["path"]) + query, headers=credential,
                                    **({"json": {}} if row["body"] is not None else {}))
        assert reply.status_code == 401, (routes.name(row), reply.status_code)
    assert errors(own) <= before, errors(own) - before


# ---- health ----

def test_health_names_each_family_once(own):
    """Also while its pool that hashes is away: as well as the worst of its pools."""
    def health():
        with Client(own).http.get(own.url + "/healthz") as reply:
            return reply.status_code, re.findall(r'"(\w+)":"(ok|unavailable)"', reply.text.partition("{")[2])
    families = {"auth", "exercises", "portal"}
    status, told = health()
    assert status == 200 and sorted(name for name, _ in told) == sorted(families | {"status"}) and {state for _, state in told} == {"ok"}
    own.stop_service(HASH_POOL)
    try:
        status, told = health()
        assert status == 503 and len(told) == 4 and dict(told) == {"auth": "unavailable", "exercises": "ok", "portal": "ok",
                                                                   "status": "unavailable"}
    finally:
        own.start_service(HASH_POOL)
    wait_for(lambda: health()[0] == 200, "health", 20)


def test_phrase_of_a_redirect(own):
    reply = Client(own).get("/api/public/unsubscribe?token=" + "a" * 43)
    assert reply.status_code == 303 and reply.reason == "See Other"
