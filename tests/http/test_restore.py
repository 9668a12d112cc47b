"""A database restored from a backup, by the verbs of the instance: who could get in can, who could not cannot; and to any moment."""
import os
import shutil
import stat
import subprocess

import pytest

from tests.lib import Client, Instance, otp
from tests.lib.client import PASSWORD
from tests.lib.instance import ROOT, reachable, wait_for

LIMIT = 8
GUESSER = "127.251.0.1"  # no address of Instance.new_address()
SETTINGS = {"LIMIT_SIGNIN_ACCOUNT": LIMIT, "RATE_LIMIT_PER_MINUTE": 0}


def verb(instance, *arguments, **more):
    """(status, output) of one of the instance's verbs; relative paths are meant from a folder named "cwd"."""
    done = subprocess.run(instance.command(*map(str, arguments)), cwd=more.pop("cwd", ROOT), env={**instance.environment(), **more},
                          capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def done(instance, *arguments, **more):
    code, out = verb(instance, *arguments, **more)
    assert code == 0, out
    return out


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
    folder = reachable(tmp_path_factory.mktemp("dump"))
    with Instance(**SETTINGS) as own:
        people = People(own)
        done(own, "backup", "muster.dump", cwd=folder)
        assert stat.S_IMODE((folder / "muster.dump").stat().st_mode) == 0o600
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
        done(fresh, "restore", folder / "muster.dump")
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


def test_what_a_backup_refuses(restored, tmp_path):
    """It replaces no file and leaves no half of one; what is no backup, or not whole, changes nothing; and nobody is overwritten."""
    people, own = restored
    folder = reachable(tmp_path)
    other = folder / "notes.txt"
    other.write_text("mine", encoding="ascii")
    assert "is there already" in verb(own, "backup", other)[1] and other.read_text(encoding="ascii") == "mine"
    assert verb(own, "backup", folder / "missing/x.dump")[0] == 1
    assert "usage" in verb(own, "backup")[1] and "usage" in verb(own, "restore", "--replace")[1]
    done(own, "backup", folder / "whole.dump")
    assert sorted(path.name for path in folder.iterdir()) == ["notes.txt", "whole.dump"]
    accounts = own.value("SELECT count(*) FROM muster.app_user")
    code, out = verb(own, "restore", folder / "whole.dump")
    assert code == 1 and f"has {accounts} accounts" in out and "--replace" in out
    whole = (folder / "whole.dump").read_bytes()
    for name, content, words in (("notes.txt", b"mine", "is no backup of Muster"), ("cut", whole[:-2000], "nothing was changed"),
                                 ("empty", b"", "is no backup of Muster"), ("missing", None, "is not there")):
        if content is not None:
            (folder / name).write_bytes(content)
        code, out = verb(own, "restore", folder / name, "--replace")
        assert code == 1 and words in out, out
    own.sql("INSERT INTO public.schema_version (version, name, sha256) VALUES (9999, '9999_later', '')")
    done(own, "backup", folder / "newer.dump")
    own.sql("DELETE FROM public.schema_version WHERE version = 9999")
    code, out = verb(own, "restore", folder / "newer.dump", "--replace")
    assert code == 1 and "by a newer version of this program (to 9999" in out and "Nothing was changed" in out
    own.disconnect()
    assert at(own, people.admin).call("GET", "/api/portal/me") == people.admin.me
    assert own.value("SELECT count(*) FROM pg_database WHERE datname LIKE 'muster%%'") == 1


def test_a_restore_names_a_key_that_is_missing(restored, tmp_path):
    """Without the key file sealed secrets are lost: it says which line is needed. A demo account of another database is not offered."""
    _, own = restored
    folder = reachable(tmp_path)
    done(own, "backup", folder / "whole.dump")
    kid = own.value("SELECT DISTINCT split_part(sealed, ':', 1) FROM muster.second_factor")
    with Instance(DEMO=1, PROCESSES=2) as fresh:
        assert "Demo sign-in" in fresh.text()
        out = done(fresh, "restore", folder / "whole.dump")
        assert f"the key {kid}, which is not in" in out
        assert own.sql("SELECT email FROM muster.app_user ORDER BY 1") == fresh.sql("SELECT email FROM muster.app_user ORDER BY 1")
        fresh.disconnect()
        fresh.terminate()
        fresh.start()
        word = fresh.text().split("Demo sign-in:")[1].split()
        assert Client(fresh).signin(word[1], word[2]).me["email"] == "demo@example.com"


def test_no_demo_for_others():
    """An account that comes by itself is for this machine alone; where others are let in it is made when it was asked for."""
    for listen, demo in (("0.0.0.0", ""), ("127.0.0.1 ::", ""), ("127.0.0.1", ""), ("0.0.0.0", "1")):
        with Instance(DEMO=demo, LISTEN=listen, PROCESSES=2) as own:
            assert ("Demo sign-in" in own.text()) == (demo == "1" or listen == "127.0.0.1"), (listen, demo)
            own.disconnect()


def test_no_dead_demo_sign_in(tmp_path):
    """A database that has a demo account of its own: its password is not known here, and no other is printed."""
    folder = reachable(tmp_path)
    with Instance(DEMO=1, PROCESSES=2) as own, Instance(DEMO=1, PROCESSES=2) as other:
        done(own, "backup", folder / "whole.dump")
        before = (other.var / "etc/demo.json").read_text(encoding="utf-8")
        done(other, "restore", folder / "whole.dump")
        for keeps in (False, True):  # True: the file came back, for example from a copy of etc
            other.disconnect()
            other.terminate()
            if keeps:
                (other.var / "etc/demo.json").write_text(before, encoding="utf-8")
            other.start()
            assert "Demo sign-in" not in other.text() and "Demo API key" not in other.text(), other.text()
            assert "demo account" in other.text()


def test_to_any_moment(tmp_path):
    """Point-in-time recovery: a copy of the cluster and the kept changes bring back the moment between two acts."""
    folder = reachable(tmp_path)
    archive = folder / "changes"
    archive.mkdir()
    with Instance(PROCESSES=2) as first:
        owner = (first.var / "pg/data").stat()
        os.chown(archive, owner.st_uid, owner.st_gid)
    own = Instance(PROCESSES=2, WAL_ARCHIVE=archive)
    with own:
        early = Client(own).register().signin()
        out = done(own, "base-backup", folder / "copy")
        assert "WAL_ARCHIVE is not set" not in out and stat.S_IMODE((folder / "copy").stat().st_mode) == 0o700
        middle = Client(own).register().signin()
        moment = own.value("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'")
        late = Client(own).register()
        last = own.value("SELECT pg_walfile_name(pg_switch_wal())")
        wait_for(lambda: own.value("SELECT last_archived_wal >= %s FROM pg_stat_archiver", last), "the archive")
        assert "Stop it first" in verb(own, "recover", folder / "copy")[1]
        own.disconnect()
        own.terminate()
        assert "must look like" in verb(own, "recover", folder / "copy", "yesterday'")[1]
        assert "is no copy" in verb(own, "recover", archive)[1]
        assert "The next start" in done(own, "recover", folder / "copy", moment)
        own.start()
        emails = {row["email"] for row in own.sql("SELECT email FROM muster.app_user")}
        assert {early.email, middle.email} <= emails and late.email not in emails
        assert (own.var / "pg/data.before").exists() and own.value("SELECT pg_is_in_recovery()") is False
        assert at(own, middle).call("GET", "/api/portal/me")["email"] == middle.email


def test_an_archive_that_cannot_be_written(tmp_path):
    """Said before anything starts."""
    own = Instance(PROCESSES=2, WAL_ARCHIVE=tmp_path / "missing")
    try:
        with pytest.raises(AssertionError, match="must be a folder in which the user"):
            own.start()
    finally:
        own.stop()
