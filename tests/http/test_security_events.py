"""Refusals in the log: one line each, in a documented form, of nginx's limits too, and without anything that was typed."""
import json
import re

import pytest

from tests.lib import Client, Instance
from tests.lib.ending import close
from tests.lib.instance import ROOT, wait_for

LINE = re.compile(r"security: event=(\S+) code=(\S+) method=(\S+) route=(\S+) client=(\S+) org=(\S+) person=(\S+) by=(\S+)$", re.M)
NOBODY = ("-", "-", "-")


@pytest.fixture(scope="module")
def own():
    with Instance(PROCESSES=2, LIMIT_SIGNIN_ACCOUNT=2, RATE_LIMIT_PER_MINUTE=100) as started:
        yield started


def lines(own, client):
    """(event, code, method, route, org, person, by) of what was told of this client."""
    found = [match.groups() for _, text in own.logs() for match in LINE.finditer(text)]
    return [(*event[:4], *event[5:]) for event in found if event[4] == client.address]


def test_each_refusal_is_one_line(own):
    admin = Client(own).register().signin()
    member = admin.colleague()
    member.refused("GET", "/api/admin/orgs", 403, "forbidden")
    member.refused("POST", "/api/ttx/generate", 403, "cross_origin", json={"theme": "ransomware"},
                   headers={"Origin": "https://evil.example"})
    key = admin.api_key(["results"])
    key.refused("POST", "/api/ttx/generate", 403, "scope_missing", json={"theme": "ransomware"})
    ended = Client(own, key=key.key[:-4] + "0000")
    ended.refused("GET", "/api/portal/me", 401, "unauthenticated")
    guesser = Client(own)
    for code in ("invalid_credentials", "invalid_credentials", "rate_limited"):
        assert guesser.post("/api/auth/signin", json={"email": admin.email, "password": "a secret that was typed"}).json()["code"] == code
    unknown = Client(own)
    unknown.refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": "nobody-knows@example.com", "password": "x"})
    wait_for(lambda: lines(own, unknown), "the log is written")
    assert sorted(line[:2] for line in lines(own, member)) == [("access.refused", "forbidden"), ("cross_origin.refused", "cross_origin")]
    stored = own.value("SELECT encode(token_hash, 'hex') FROM muster.user_session WHERE user_id = %s", member.me["id"])
    assert {line[-1] for line in lines(own, member)} == {f"session:{stored[:8]}"}
    assert [line[:2] for line in lines(own, key)] == [("access.refused", "scope_missing")]
    assert [line[:-1] for line in lines(own, ended)] == [("credential.refused", "unauthenticated", "GET", "/api/portal/me", "-", "-")]
    assert sorted(lines(own, guesser)) == [
        ("limit.reached", "rate_limited", "POST", "/api/auth/signin", *NOBODY)] + [
        ("signin.failed", "invalid_credentials", "POST", "/api/auth/signin", *NOBODY)] * 2
    assert lines(own, unknown) == [("signin.failed", "invalid_credentials", "POST", "/api/auth/signin", *NOBODY)]
    text = "".join(text for name, text in own.logs() if name != "postgres")
    for secret in ("a secret that was typed", admin.email, "nobody-knows", key.key, key.key[:-4]):
        assert secret not in text


def test_what_an_organisation_asks_of_everybody_is_refused_in_a_line(own):
    """A second factor that is required and missing, and an organisation that is going to be deleted."""
    admin = Client(own).register().signin()
    member = admin.colleague()
    own.sql("UPDATE muster.org SET second_factor_required = true WHERE org_id = %s", admin.me["orgId"])
    member.refused("GET", "/api/auth/mail-preferences", 403, "second_factor_required")
    own.sql("UPDATE muster.org SET second_factor_required = false WHERE org_id = %s", admin.me["orgId"])
    close(admin)
    member.refused("GET", "/api/auth/mail-preferences", 403, "organization_ending")
    wait_for(lambda: len(lines(own, member)) == 2, "the log is written")
    codes = ["second_factor_required", "organization_ending"]
    assert [line[:2] for line in lines(own, member)] == [("access.refused", code) for code in codes]


def test_nobody_without_a_credential_is_an_event(own):
    """Every page asks once who looks at it."""
    stranger = Client(own)
    stranger.refused("GET", "/api/portal/me", 401, "unauthenticated")
    stranger.refused("GET", "/api/portal/me", 401, "unauthenticated", headers={"Cookie": "muster_session=x"})
    wait_for(lambda: lines(own, stranger), "the log is written")
    assert len(lines(own, stranger)) == 1


def test_a_limit_of_nginx(own):
    """It answers before any family sees the request: one line for each refusal, none for the others."""
    flooder = Client(own, key="tc_nobody")
    replies = [flooder.get("/api/portal/me?secret=typed").status_code for _ in range(140)]
    refused = replies.count(429)
    assert refused > 10

    def told():
        text = dict(own.logs())["nginx"]
        found = [json.loads(line[line.index("{"):]) for line in text.splitlines() if '"security"' in line]
        return [line for line in found if line["client"] == flooder.address]

    wait_for(lambda: len(told()) >= refused, "nginx has written its log")
    assert len(told()) == refused
    assert {(line["security"], line["limit"], line["method"], line["path"]) for line in told()} == {
        ("limit.reached", "requests", "GET", "/api/portal/me")}


def test_the_guide_names_every_event():
    source = (ROOT / "common/web/metrics.c").read_text(encoding="utf-8")
    guide = (ROOT / "apps/instance/README.md").read_text(encoding="utf-8")
    events = set(re.findall(r'\{ERR_\w+, "([a-z_.]+)"\}', source))
    assert len(events) >= 7 and all(f"| `{event}` |" in guide for event in events)
