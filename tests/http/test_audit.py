"""The audit log (rule A12): every act is in it, in order, chained, without names or secrets; read and exported by the right people."""
import csv
import io
import json
import re
import subprocess
import urllib.parse

import pytest

from tests.lib import Client
from tests.lib.client import PASSWORD
from tests.lib.instance import ROOT


def log(client, query=""):
    return client.call("GET", f"/api/portal/audit-log{query}")


def actions(client, query="?limit=200"):
    return [row["action"] for row in reversed(log(client, query))]


def test_every_act_is_noted(instance):
    """A12: registration, sign-in, refused sign-in, sign-out, keys, exercises, certificate; who, how, and under which request."""
    admin = Client(instance).register(organization="Noted Ltd").signin()
    Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": admin.email, "password": "wrong words"})
    Client(instance).signin(admin.email, PASSWORD).signout()
    key = admin.api_key(scopes=["exercises", "results", "settings"])
    exercise = key.run("bec", questionCount=3, difficulty="BEGINNER")
    for _ in range(2):
        key.call("GET", f"/api/portal/certificate?sessionId={exercise}")
    reply = key.delete(f"/api/ttx/session/{exercise}")
    admin.call("DELETE", f"/api/portal/api-keys/{key.made['id']}")
    rows = list(reversed(log(admin, "?limit=200")))
    assert [row["action"] for row in rows] == [
        "organization.registered", "user.registered", "user.signed_in", "user.sign_in_refused", "user.signed_in", "user.signed_out",
        "api_key.created", "exercise.generated", "certificate.issued", "exercise.deleted", "api_key.revoked"]
    assert [row["seq"] for row in rows] == sorted({row["seq"] for row in rows})
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    refused, deleted = rows[3], rows[9]
    assert refused["actor"] == {"kind": "system", "id": None, "name": None} and refused["detail"] == {"reason": "password"}
    assert refused["target"] == {"type": "user", "id": admin.me["id"], "name": "Robin Example"}
    assert deleted["actor"] == {"kind": "key", "id": admin.me["id"], "name": "Robin Example"}
    assert deleted["target"] == {"type": "exercise", "id": exercise, "name": None}
    assert deleted["requestId"] == reply.headers["X-Request-Id"]
    assert rows[6]["actor"]["kind"] == "session" and rows[6]["detail"]["scopes"] == ["exercises", "results", "settings"]
    assert rows[0]["requestId"] and rows[0]["actor"]["id"] == admin.me["id"]


def test_answers_are_not_in_it(admin):
    """Answers are an immutable record of their own."""
    before = len(log(admin))
    admin.run("bec", questionCount=3)
    assert len(log(admin)) == before + 1


def test_no_secret_and_no_name_is_stored(instance, admin):
    """A12, E1: neither tokens nor names nor addresses are in the rows."""
    key = admin.api_key()
    guest = admin.call("POST", "/api/portal/invite", json={"emails": ["quiet@example.com"]})["results"][0]
    text = str(instance.sql("SELECT * FROM muster.audit_log WHERE org_id = %s", admin.me["orgId"]))
    for secret in (key.key, key.made["prefix"], guest["inviteUrl"].split("=")[1], "quiet@", admin.email, "Robin", PASSWORD, "argon2"):
        assert secret not in text


def test_what_fails_is_not_noted(admin):
    """A12: the entry is part of the act's transaction."""
    before = len(log(admin))
    admin.refused("DELETE", "/api/portal/api-keys/00000000-0000-4000-8000-000000000000", 404, "not_found")
    admin.refused("DELETE", "/api/ttx/session/00000000-0000-4000-8000-000000000000", 404, "not_found")
    admin.refused("POST", "/api/ttx/generate", 400, "validation_failed", json={"theme": "none"})
    assert len(log(admin)) == before


def test_pages_and_filters(admin):
    """Newest first, 50 a page unless said otherwise; filters are kept by the link to the next page."""
    for _ in range(7):
        admin.api_key()
    reply = admin.get("/api/portal/audit-log?limit=3&action=api_key.created&actor=" + admin.me["id"] + "&since=2020-01-01T00:00:00%2B02:00")
    seen = reply.json()
    assert len(seen) == 3 and {row["action"] for row in seen} == {"api_key.created"}
    while "Link" in reply.headers:
        target = reply.headers["Link"].split(">")[0][1:]
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(target).query)
        assert asked.pop("cursor") and asked == {"limit": ["3"], "format": ["json"], "action": ["api_key.created"],
                                                 "actor": [admin.me["id"]], "since": ["2020-01-01T00:00:00+02:00"]}
        reply = admin.get(target)
        seen += reply.json()
    assert len(seen) == 7 and [row["seq"] for row in seen] == sorted((row["seq"] for row in seen), reverse=True)
    assert log(admin, "?until=2020-01-01") == [] and log(admin, "?since=2100-01-01") == []
    assert log(admin, "?actor=00000000-0000-4000-8000-000000000000") == []
    assert len(log(admin, "?since=2020-01-01&until=2100-01-01")) == 10


WRONG = ["action=x'%20OR%201=1", "actor=me", "since=yesterday", "until=1", "limit=0", "limit=10001", "cursor=0", "format=xml"]


@pytest.mark.parametrize("query", WRONG)
def test_wrong_parameters_are_named(admin, query):
    body = admin.refused("GET", f"/api/portal/audit-log?{query}", 400, "validation_failed")
    assert [row["field"] for row in body["fields"]] == [query.split("=")[0]]


def test_export(instance):
    """A12, D5, D6: the export has all entries, no cell that a spreadsheet would run, a safe name, and is not cached."""
    admin = Client(instance).register(first='=HYPERLINK("http://x")', last="+1", organization="Sheet Ltd").signin()
    admin.api_key()
    reply = admin.get("/api/portal/audit-log?format=csv")
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8" and reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Disposition"].startswith('attachment; filename="muster-audit-log-20') and "Link" not in reply.headers
    assert reply.content.startswith(b"\xef\xbb\xbfs") and reply.content.count(b"\xef\xbb\xbf") == 1
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"), newline="")))
    entries = log(admin)
    assert [int(row["seq"]) for row in rows] == [row["seq"] for row in entries]
    assert [(row["hash"], row["at"]) for row in rows] == [(row["hash"], row["at"]) for row in entries]
    assert json.loads(rows[0]["detail"]) == entries[0]["detail"]
    assert {row["actorName"] for row in rows} == {"'=HYPERLINK(\"http://x\") +1"}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    reply = admin.get("/api/portal/audit-log?format=csv&limit=1")
    assert len(reply.text.splitlines()) == 2 and "format=csv" in reply.headers["Link"]


FORMULA = re.compile(r"^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")


@pytest.mark.parametrize("first", ["x;=HYPERLINK(0)", "x; =1", "\uff1d1", "  @SUM(1)", "a\t+1", "a\n=1", "a\r\n-1", 'q";=1',
                                   "x,=1", "\u00a0=1"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_export_is_one_table_with_every_separator(instance, first, separator):
    """D5: spreadsheets of other countries separate with ; or a tab: as many columns in every row, and no cell is a formula. What a file
    says is there in every reading."""
    admin = Client(instance).register(first=first, last="Müller", organization="Sheet;=1 Ltd").signin()
    admin.call("POST", "/api/portal/invite", json={"emails": ["a@example.com"]})
    reply = admin.get("/api/portal/audit-log?format=csv")
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"), newline=""), delimiter=separator))
    assert len({len(row) for row in rows}) == 1 and len(rows) == len(log(admin)) + 1
    assert not any(FORMULA.match(cell) for row in rows for cell in row)
    assert "Müller" in reply.content.decode()
    if separator == ",":
        assert len(rows[0]) == 12


def test_who_may_read(admin, new_admin):
    """A2, A3: administrators and auditors of the organisation; a key needs the scope settings."""
    exercise = admin.generate("bec", questionCount=3)
    for role in ("MEMBER", "FACILITATOR"):
        admin.colleague(role).refused("GET", "/api/portal/audit-log", 403, "forbidden")
    assert exercise in str(log(admin.colleague("AUDITOR"), "?limit=200"))
    assert exercise not in str(log(new_admin(), "?limit=200"))
    admin.api_key(scopes=["exercises", "results", "team", "account"]).refused("GET", "/api/portal/audit-log", 403, "scope_missing")
    assert log(admin.api_key(scopes=["settings"]))


def test_verification_on_the_server(instance):
    """A12: the command names the organisation whose log was touched and fails; whole logs are said to be whole."""
    def verify():
        return subprocess.run(instance.command("audit-verify"), cwd=ROOT, env=instance.environment(), capture_output=True, text=True,
                              check=False)
    admin = Client(instance).register().signin()
    before = verify()
    assert before.returncode == 0, before.stdout + before.stderr
    assert f"whole {admin.me['orgId']} {admin.me['organization']['slug']} 3 entries" in before.stdout
    instance.sql("ALTER TABLE muster.audit_log DISABLE TRIGGER audit_is_append_only")
    try:
        seq = log(admin)[1]["seq"]
        instance.sql("UPDATE muster.audit_log SET action = 'user.nothing' WHERE org_id = %s AND seq = %s", admin.me["orgId"], seq)
        after = verify()
        assert after.returncode == 1 and "not what was written" in after.stderr
        assert f"BROKEN at entry {seq} {admin.me['orgId']}" in after.stdout
        instance.sql("UPDATE muster.audit_log SET action = 'user.registered' WHERE org_id = %s AND seq = %s",
                     admin.me["orgId"], seq)
    finally:
        instance.sql("ALTER TABLE muster.audit_log ENABLE TRIGGER audit_is_append_only")
    assert verify().returncode == 0


def test_refused_sign_in_of_nobody_is_nobodys_entry(instance, admin):
    """A8: an unknown address leaves no entry anywhere, and costs one write as well."""
    before = instance.value("SELECT count(*) FROM muster.audit_log")
    written = instance.value("SELECT count(*) FROM muster.attempt WHERE kind = 'signin-unknown'")
    Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials",
                             json={"email": "not.there@example.com", "password": "wrong words"})
    assert instance.value("SELECT count(*) FROM muster.audit_log") == before
    assert instance.value("SELECT count(*) FROM muster.attempt WHERE kind = 'signin-unknown'") == written + 1
