"""Erasure killed at every statement: all or nothing each time (E2). The statements follow from the registry of personal data.

A trigger on one table waits for a lock of ours, so that the erasure stands there; then the database's process or the family's is killed
with SIGKILL. A table that comes into the registry comes into these tests; when the person made here has no row in it, they fail.
"""
import os
import signal
import threading

import psycopg2
import pytest

from tests.lib import Client, Instance
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for

LOCK = 4711
# The statements that are not about a row of the registry: the entry of the log, the receipt at the end.
ALSO = ["audit_head", "erasure_receipt"]


@pytest.fixture(scope="module")
def own():
    with Instance(PROCESSES=2, RATE_LIMIT_PER_MINUTE=0, LIMIT_REGISTER=0, LIMIT_SIGNIN_ADDRESS=0) as started:
        started.stop_service("jobs")  # queued mail stays as it is
        started.sql("CREATE SCHEMA hold")
        started.sql(f"CREATE FUNCTION hold.wait() RETURNS trigger LANGUAGE plpgsql AS "
                    f"'BEGIN PERFORM pg_advisory_xact_lock_shared({LOCK}); RETURN CASE TG_OP WHEN ''DELETE'' THEN OLD ELSE NEW END; END'")
        yield started


def tables(instance):
    """Every table in which an erasure deletes or changes rows."""
    rows = instance.sql("SELECT DISTINCT table_name FROM muster.personal_data WHERE erasure <> 'keep' AND link_kind <> 'none'")
    return sorted(row["table_name"] for row in rows) + ALSO


class Victim:
    """Somebody with a row in every table of the registry, in an organisation with an administrator."""

    def __init__(self, own):
        self.own = own
        self.admin = Client(own).register().signin()
        self.me = me = self.admin.colleague()
        ids = (me.me["orgId"], me.me["id"])
        done = me.run("bec", questionCount=3)
        me.generate("bec", questionCount=3)
        me.call("GET", f"/api/portal/certificate?sessionId={done}")
        me.api_key()
        me.post("/api/auth/mfa", json={})
        own.sql("ALTER TABLE muster.answer DISABLE TRIGGER USER")
        own.sql("UPDATE muster.answer a SET rationale = 'why' FROM muster.participant p "
                "WHERE p.id = a.participant_id AND p.user_id = %s", me.me["id"])
        own.sql("ALTER TABLE muster.answer ENABLE TRIGGER USER")
        own.sql("INSERT INTO muster.recovery_code (org_id, user_id, code_hash) VALUES (%s, %s, sha256('code'))", *ids)
        own.sql("INSERT INTO muster.pending_session (org_id, user_id, token_hash, expires_at) "
                "VALUES (%s, %s, sha256(gen_random_uuid()::text::bytea), now() + interval '1 hour')", *ids)
        own.sql("INSERT INTO muster.account_token (org_id, user_id, purpose, token_hash, expires_at) "
                "VALUES (%s, %s, 'reset_password', sha256(gen_random_uuid()::text::bytea), now() + interval '1 hour')", *ids)
        own.sql("INSERT INTO muster.mail_optout (org_id, user_id, topic) VALUES (%s, %s, 'team')", *ids)
        own.sql("INSERT INTO muster.mail_unsubscribe (org_id, token_hash, user_id, topic, expires_at) "
                "VALUES (%s, sha256(gen_random_uuid()::text::bytea), %s, 'team', now() + interval '1 day')", *ids)
        domain = own.value("INSERT INTO muster.org_domain (org_id, domain, mailbox, created_by, expires_at, verified_at) "
                           "VALUES (%s, gen_random_uuid() || '.example', 'postmaster', %s, now(), now()) RETURNING id", *ids)
        own.sql("INSERT INTO muster.pending_registration (org_id, domain_id, email, first_name, last_name, password_hash, token_hash, "
                "expires_at) VALUES (%s, %s, %s, 'A', 'B', 'hash', sha256(gen_random_uuid()::text::bytea), now() + interval '1 day')",
                ids[0], domain, me.email)
        own.sql("SELECT muster.mail_queue_in(%s, %s, %s, 'password_changed', NULL, NULL)", *ids, me.email)
        own.sql("INSERT INTO muster.job (org_id, created_by, kind, run_at, max_attempts) VALUES (%s, %s, 'later', 'infinity', 1)", *ids)
        own.sql("INSERT INTO muster.outbox (org_id, user_id, channel, event, payload) VALUES (%s, %s, 'person:' || %s, 'tested', '{}')",
                *ids, ids[1])
        own.invite(ids[0], me.email)
        own.invite(ids[0], f"guest-{me.email}")
        own.sql("UPDATE muster.invitation SET created_by = %s WHERE org_id = %s AND email = %s", ids[1], ids[0], f"guest-{me.email}")

    def left(self):
        """Rows of the person by table and link, of those that an erasure deletes or cuts off."""
        found = {}
        for row in self.own.sql("SELECT table_name, link, link_kind FROM muster.personal_data "
                                "WHERE link_kind IN ('person', 'email') AND erasure <> 'keep'"):
            whose = self.me.me["id"] if row["link_kind"] == "person" else self.me.email
            found[row["table_name"], row["link"]] = self.own.value(
                f"SELECT count(*) FROM muster.{row['table_name']} WHERE {row['link']} = %s", whose)
        return found

    def state(self):
        """A digest of every table of the organisation; when a session was last seen does not count."""
        names = self.own.sql("SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' "
                             "WHERE c.relnamespace = 'muster'::regnamespace AND c.relkind = 'r' ORDER BY 1")
        return {row["name"]: self.own.value(
            f"SELECT md5(string_agg((to_jsonb(t) - 'last_seen_at')::text, ' ' ORDER BY to_jsonb(t)::text)) FROM muster.{row['name']} t "
            "WHERE org_id = %s", self.me.me["orgId"]) for row in names}


def waiting(instance):
    return instance.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'muster_auth' AND wait_event = 'advisory'")


def again(instance):
    """The database answers after a crash."""
    def asked():
        try:
            return instance.sql("SELECT 1") and not instance.value("SELECT pg_is_in_recovery()")
        except psycopg2.Error:
            instance.disconnect()
            return False
    wait_for(asked, "the database is back", 30)


def ended(connection):
    """The server has ended this connection, as it does with all when one of its processes is killed."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return False
    except psycopg2.Error:
        return True


def held(own, victim, table, kill):
    """Deletes the victim's account, kills what stands at the table; returns the status that the client got."""
    # A change of a deferred or cascaded row fires these, too: they run inside the erasure's one statement.
    own.sql(f"CREATE TRIGGER hold BEFORE INSERT OR UPDATE OR DELETE ON muster.{table} FOR EACH ROW EXECUTE FUNCTION hold.wait()")
    lock = own.connect()
    reply = []

    def ask():
        answer = victim.me.request("POST", "/api/portal/delete-account", json={"confirmEmail": victim.me.email}, contracted=False)
        reply.append(answer.status_code)
    try:
        with lock.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        asking = threading.Thread(target=ask)
        asking.start()
        (backend,) = wait_for(lambda: waiting(own), f"the erasure stands at {table}", 9)
        kill(backend["pid"], lock)
    finally:
        lock.close()
    asking.join(60)
    again(own)
    wait_for(lambda: not waiting(own), "nothing waits any more")
    own.sql(f"DROP TRIGGER hold ON muster.{table}")
    return reply[0]


def crash(pid, witness):
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: ended(witness), "the database restarts", 30)


def test_e2_the_database_killed_at_every_statement(own):
    """E2: SIGKILL of the backend that erases: nothing has happened, the account works; and in the end it can be erased."""
    victim = Victim(own)
    empty = [key for key, rows in victim.left().items() if not rows and key[1] != "about_user_id"]
    assert not empty, "make a row of the victim in each of these"
    before, stood = victim.state(), []
    for table in tables(own):
        status = held(own, victim, table, crash)
        assert status in (502, 503), f"{table}: {status}"
        assert victim.state() == before, table
        assert wait_for(lambda: victim.me.request("GET", "/api/portal/me").status_code == 200, "the account works")
        stood.append(table)
    assert stood == tables(own) and len(stood) > 15
    assert own.value("SELECT count(*) FROM muster.erasure_receipt") == 0
    victim.me.call("POST", "/api/portal/delete-account", json={"confirmEmail": victim.me.email})
    assert not any(victim.left().values()), victim.left()


def test_e2_the_family_killed_at_every_statement(own):
    """E2: SIGKILL of the family's processes: the statement is the database's by then, which does all of it or nothing."""
    victim = None
    for table in tables(own):
        victim = victim or Victim(own)
        before = victim.state()
        held(own, victim, table, lambda *_: own.kill("muster-auth"))
        wait_for(lambda: not own.sql("SELECT 1 FROM pg_stat_activity WHERE usename = 'muster_auth' AND state = 'active' "
                                     "AND query LIKE '%account_delete%'"), "the statement ends")
        left = victim.left()
        gone = not any(left.values())
        assert gone or victim.state() == before, f"{table}: half an erasure: {left}"
        reply = Client(own)
        wait_for(lambda: reply.request("GET", "/healthz/auth", contracted=False).status_code == 200, "the family is back", 30)
        body = {"email": victim.me.email, "password": PASSWORD}
        wait_for(lambda: reply.request("POST", "/api/auth/signin", json=body, contracted=False).status_code in (200, 401),
                 "sign-in answers")
        assert own.value("SELECT count(*) FROM muster.app_user WHERE email = %s", victim.me.email) == (0 if gone else 1)
        victim = None if gone else victim
