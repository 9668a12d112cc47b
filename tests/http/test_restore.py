"""A database restored from a dump, as the README's operations say: who could get in can, who could not cannot."""
import os
import shutil
import subprocess

import pytest

from tests.lib import Client, Instance, otp
from tests.lib.client import PASSWORD
from tests.lib.instance import ROOT

LIMIT = 8
GUESSER = "127.251.0.1"  # no address of Instance.new_address()
SETTINGS = {"LIMIT_SIGNIN_ACCOUNT": LIMIT, "RATE_LIMIT_PER_MINUTE": 0}


def commands():
    """The two commands of the README's backup, which are what is tested."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    dump = "PGPASSFILE=$VAR/pg/pgpass pg_dump -Fc -h $VAR/run/db -U postgres muster > muster.dump"
    restore = "pg_restore --clean --if-exists -h $VAR/run/db -U postgres -d muster muster.dump"
    assert dump in text and restore in " ".join(text.split())
    return dump, restore


def run(instance, command, folder):
    command = command.replace("$VAR/run/db", instance.socket_dir)
    environment = {**os.environ, "VAR": str(instance.var), "PGPASSFILE": str(instance.passfile)}
    return subprocess.run(["bash", "-c", command], cwd=folder, env=environment, check=True, capture_output=True, text=True, timeout=120)


class People:
    """What there is when the dump is made. Ended and used things end and are used before it."""

    def __init__(self, own):
        self.admin = Client(own).register(organization="Backed Up Ltd").signin()
        self.ended = Client(own).signin(self.admin.email, PASSWORD)
        self.ended_cookie = self.ended.cookie
        self.ended.signout()
        self.key = self.admin.api_key()
        self.revoked = self.admin.api_key()
        self.admin.call("DELETE", f"/api/portal/api-keys/{self.revoked.made['id']}")
        self.late = self.admin.api_key(name="Revoked after the dump")
        self.member = self.admin.colleague("MEMBER")
        self.removed = self.admin.colleague("MEMBER")
        self.admin.call("PUT", f"/api/portal/users/{self.removed.me['id']}", json={"status": "DEACTIVATED"})
        self.done = self.member.run("bec", questionCount=3, difficulty="BEGINNER")
        self.report = self.member.get(f"/api/portal/report?sessionId={self.done}").text
        self.open = self.member.generate("ransomware", questionCount=3)
        self.factor = self.admin.colleague("FACILITATOR")
        self.secret, self.codes = otp.enrol(self.factor, own)
        half = self.halfway(own)
        self.step = otp.step()
        half.call("POST", "/api/auth/mfa/verify", json={"code": otp.code(self.secret, self.step)})
        self.halfway(own).call("POST", "/api/auth/mfa/verify", json={"recoveryCode": self.codes[0]})
        self.token = own.invite(self.admin.me["orgId"], "pending@example.com", "AUDITOR")
        self.used = own.invite(self.admin.me["orgId"], "used@example.com")
        Client(own).register(email="used@example.com", invite=self.used)
        self.tried = Client(own).register()
        for _ in range(LIMIT - 1):
            self.wrong(own, self.tried, 401)

    def halfway(self, own):
        client = Client(own)
        assert client.call("POST", "/api/auth/signin", json={"email": self.factor.email, "password": PASSWORD}) == {"mfaRequired": True}
        return client

    def wrong(self, own, who, status):
        reply = Client(own, address=GUESSER).post("/api/auth/signin", json={"email": who.email, "password": "some wrong words"})
        assert reply.status_code == status, reply.text


def at(instance, client):
    """The same credential at another instance."""
    other = Client(instance, key=client.key)
    other.cookie, other.me, other.email = client.cookie, client.me, client.email
    return other


@pytest.fixture(scope="module")
def restored(tmp_path_factory):
    """(people, the instance with the dump in it)."""
    folder = tmp_path_factory.mktemp("dump")
    dump, restore = commands()
    with Instance(**SETTINGS) as own:
        people = People(own)
        run(own, dump, folder)
        shutil.copytree(own.var / "etc", folder / "etc")
        owner = (own.var / "etc").stat()
        # Behind the dump's back: not part of what comes back.
        people.after = Client(own).signin(people.member.email, PASSWORD)
        people.newcomer = Client(own).register().signin()
        people.admin.call("DELETE", f"/api/portal/api-keys/{people.late.made['id']}")
        tables = counts(own)
    fresh = Instance(**SETTINGS)
    shutil.copytree(folder / "etc", fresh.var / "etc")
    for path in (fresh.var, fresh.var / "etc", *(fresh.var / "etc").rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)  # as the user that the instance runs as would have copied it
    with fresh:
        run(fresh, restore, folder)
        people.tables = tables
        yield people, fresh


def counts(own):
    rows = own.sql("SELECT relname AS name FROM pg_class WHERE relnamespace = 'muster'::regnamespace AND relkind IN ('r', 'p')")
    return {row["name"]: own.value(f"SELECT count(*) FROM muster.{row['name']}") for row in rows}


def test_a6_sessions_and_keys_after_a_restore(restored):
    """A6, A10, A11: what was valid when the dump was made is valid; what had ended is not; what is younger never was."""
    people, own = restored
    assert at(own, people.admin).call("GET", "/api/portal/me") == people.admin.me
    assert at(own, people.key).call("GET", "/api/portal/me")["id"] == people.admin.me["id"]
    at(own, people.key).refused("GET", "/api/portal/users", 403, "scope_missing")
    assert at(own, people.late).call("GET", "/api/portal/me")["id"] == people.admin.me["id"]
    for gone in (people.revoked, people.removed, people.after, people.newcomer):
        at(own, gone).refused("GET", "/api/portal/me", 401, "unauthenticated")
    Client(own).refused("GET", "/api/portal/me", 401, "unauthenticated", headers={"Cookie": people.ended_cookie})
    assert len(at(own, people.admin).call("GET", "/api/auth/sessions")) == 1


def test_a7_who_was_deactivated_stays_so(restored):
    """A7, A8: and everybody else signs in with the password of then."""
    people, own = restored
    Client(own).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": people.removed.email, "password": PASSWORD})
    assert Client(own).signin(people.member.email, PASSWORD).me == people.member.me


def test_a5_the_second_factor_after_a_restore(restored):
    """A5, B1: with the same secret.key the app's codes are right; codes that were used before the dump stay used."""
    people, own = restored
    code = otp.code(people.secret, people.step)
    half = people.halfway(own)
    half.refused("POST", "/api/auth/mfa/verify", 401, "invalid_code", json={"code": code})
    half.refused("POST", "/api/auth/mfa/verify", 401, "invalid_code", json={"recoveryCode": people.codes[0]})
    half.call("POST", "/api/auth/mfa/verify", json={"recoveryCode": people.codes[1]})
    newer = max(people.step + 1, otp.step())
    whole = people.halfway(own).call("POST", "/api/auth/mfa/verify", json={"code": otp.code(people.secret, newer)})
    assert whole["id"] == people.factor.me["id"]


def test_a13_invitations_after_a_restore(restored):
    """A4, A6, A13: one that was open is accepted, once; one that was used is not."""
    people, own = restored
    join = {"password": PASSWORD, "firstName": "A", "lastName": "B"}
    guest = Client(own).register(email="pending@example.com", invite=people.token).signin()
    assert guest.me["orgId"] == people.admin.me["orgId"] and guest.me["role"] == "AUDITOR"
    for token, email in ((people.used, "again@example.com"), (people.token, "once-more@example.com")):
        reply = Client(own).post("/api/auth/register", json={**join, "email": email, "inviteToken": token})
        assert reply.status_code in (400, 403, 404, 410), reply.text
    assert own.value("SELECT count(*) FROM muster.app_user WHERE email IN ('again@example.com', 'once-more@example.com')") == 0


def test_a9_attempts_after_a_restore(restored):
    """A9: those before the dump count."""
    people, own = restored
    people.wrong(own, people.tried, 401)
    people.wrong(own, people.tried, 429)
    Client(own, address=GUESSER).refused("POST", "/api/auth/signin", 429, "rate_limited",
                                         json={"email": people.tried.email, "password": PASSWORD})


def test_a12_the_audit_chain_after_a_restore(restored):
    """A12: every chain verifies, goes on with new acts, and still verifies."""
    people, own = restored

    def verify():
        return subprocess.run(own.command("audit-verify"), env=own.environment(), capture_output=True, text=True, timeout=60, check=False)
    assert verify().returncode == 0, verify().stderr
    entries = at(own, people.admin).call("GET", "/api/portal/audit-log")
    at(own, people.admin).call("PUT", "/api/portal/branding", json={"displayName": "Back Again"})
    assert len(at(own, people.admin).call("GET", "/api/portal/audit-log?limit=1000")) > 0 and entries
    assert verify().returncode == 0, verify().stderr
    second = entries[-2]
    own.sql("ALTER TABLE muster.audit_log DISABLE TRIGGER USER")
    org = people.admin.me["orgId"]
    own.sql("UPDATE muster.audit_log SET action = 'user.signed_out' WHERE seq = %s AND org_id = %s", second["seq"], org)
    assert verify().returncode != 0
    own.sql("UPDATE muster.audit_log SET action = %s WHERE seq = %s AND org_id = %s", second["action"], second["seq"], org)


def test_a3_tenants_are_still_apart(restored):
    """A3, G1: policies, their force, and the grants came back with the tables."""
    _, own = restored
    assert own.sql("SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' "
                   "WHERE c.relnamespace = 'muster'::regnamespace AND c.relkind IN ('r', 'p') "
                   "AND NOT (c.relrowsecurity AND c.relforcerowsecurity)") == []
    with own.connect("muster_portal") as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM muster.exercise")
        assert cursor.fetchone() == (0,)


def test_work_goes_on_after_a_restore(restored):
    """What was stored is there, an open run is played to its end, and a restart finds nothing to migrate."""
    people, own = restored
    member = at(own, people.member)
    strip = str.maketrans("", "", "0123456789")
    report = member.get(f"/api/portal/report?sessionId={people.done}").text
    assert report.translate(strip).count("<h2") == people.report.translate(strip).count("<h2")
    member.play(people.open)
    assert member.session(people.open)["status"] == "COMPLETED"
    own.disconnect()
    own.terminate()
    own.start()
    assert at(own, people.admin).call("GET", "/api/portal/me") == people.admin.me
    assert at(own, people.member).session(people.open)["status"] == "COMPLETED"
    assert set(counts(own)) == set(people.tables)
