"""Every route as every kind of caller: what happens follows from the row's guard and scope alone (A2, A3, A10, A11, A14).

New rows are covered by being in a table. test_matrix.py has the exact statuses of calls that succeed.
"""
import pytest

from tests.lib import Client, Instance, cast, routes
from tests.lib.cast import Cast
from tests.lib.sample import is_id, request_of

EVERYBODY = ["nobody", *cast.ROLES, *(f"key:{scope}" for scope in cast.SCOPES), "half"]
LET_IN = {
    "member": set(cast.ROLES),
    "player": set(cast.ROLES) - {"auditor"},
    "facilitator": {"facilitator", "admin", "platform"},
    "admin": {"admin", "platform"},
    "oversight": {"auditor", "admin", "platform"},
    "platform": {"platform"},
    "pending": {"half"},
    "leaving": set(cast.ROLES) | {"half"},
}
WRITES = [row for row in routes.usual() if row["method"] != "GET"]
CLOSED = [row for row in routes.usual() if row["guard"] != "public"]


@pytest.fixture(scope="module")
def own():
    with Instance(RATE_LIMIT_PER_MINUTE=0, LIMIT_REGISTER=0, LIMIT_SIGNIN_ADDRESS=0) as started:
        yield started


@pytest.fixture(scope="module")
def shared(own):
    """For calls that change nothing."""
    whole = Cast(own)
    return {caller: whole.client(caller) for caller in EVERYBODY}


def outcome(reply):
    """What the guard said: in, unauthenticated, forbidden, scope_missing."""
    if reply.status_code in (401, 403) and reply.headers.get("Content-Type", "").startswith("application/json"):
        code = reply.json()["code"]
        if code in ("unauthenticated", "forbidden", "scope_missing"):
            return code
    return "in"


def expected(row, caller):
    """What guard and scope demand (A2, A11)."""
    kind, _, scope = caller.partition(":")
    if kind == "key":
        if row["scope"] != scope:
            return "scope_missing"
        kind = "admin"
    if kind in LET_IN[row["guard"]]:
        return "in"
    return "forbidden" if kind in cast.ROLES and row["guard"] != "pending" else "unauthenticated"


# ---- who is let in ----

def ask(own, shared, row, caller):
    """The caller's reply to a valid request; whoever may change something is somebody new."""
    changes = row["method"] != "GET" and row["guard"] != "public" and expected(row, caller) == "in"
    client = Cast(own).client(caller) if changes else shared[caller]
    path, options = request_of(row, client)
    return client.request(row["method"], path, **options)


@pytest.mark.parametrize("row", CLOSED, ids=routes.name)
def test_callers(own, shared, row):
    """A2, A5, A11: each caller gets what the row's guard and scope say; a half session the second step alone."""
    replies = {caller: ask(own, shared, row, caller) for caller in EVERYBODY}
    assert {caller: outcome(reply) for caller, reply in replies.items()} == {caller: expected(row, caller) for caller in EVERYBODY}
    for caller, reply in replies.items():
        assert (reply.status_code == 401) <= ("WWW-Authenticate" in reply.headers), caller
    # The request was a valid one, or nothing behind the guard was reached: tests/lib/sample.py says how to complete one.
    invalid = [reply.text for reply in replies.values() if outcome(reply) == "in" and '"validation_failed"' in reply.text]
    assert not invalid or row["path"] in ANSWERED_400, invalid[0]


# Right password missing, wrong code, no such thing: what a valid form may still be told.
ANSWERED_400 = {"/api/auth/mfa/verify", "/api/auth/mfa", "/api/auth/mfa/recovery-codes", "/api/auth/step-up"}


@pytest.mark.parametrize("row", [row for row in routes.usual() if row["guard"] == "public"], ids=routes.name)
def test_public_rows_do_not_care_who_asks(own, shared, row):
    """A2: somebody who is known gets what nobody gets."""
    replies = {}
    for caller in EVERYBODY:
        client = Client(own)
        client.cookie, client.key = shared[caller].cookie, shared[caller].key
        path, options = request_of(row, client)
        replies[caller] = client.request(row["method"], path, **options)
    assert len({reply.status_code for reply in replies.values()}) == 1
    assert {outcome(reply) for reply in replies.values()} == {"in"}


@pytest.mark.parametrize("row", [row for row in WRITES if row["guard"] != "public"], ids=routes.name)
def test_a10_every_write_of_another_site_is_refused(own, shared, row):
    """A10: a cookie does not write when the browser says that another site asks, whatever the row; nothing is changed."""
    caller = sorted(LET_IN[row["guard"]])[0]
    client = shared[caller]
    path, options = request_of(row, client)
    before = cast.fingerprint(own, client.me["orgId"])
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        client.refused(row["method"], path, 403, "cross_origin", headers=headers, **options)
    assert cast.fingerprint(own, client.me["orgId"]) == before


# ---- another organisation's ids ----

class Victim:
    """An organisation with a row in every tenant table, whose every id is tried."""

    def __init__(self, own):
        own.stop_service("jobs")  # which would send the victim's mail
        self.cast = Cast(own, name="Victim Industries")
        self.person = cast.one_of_everything(own, self.cast)
        self.ids = cast.ids(own, self.cast.org)
        self.before = cast.fingerprint(own, self.cast.org)
        self.words = [*self.ids, self.person.email, "Victim Industries"]

    def leaks(self, reply, sent=""):
        """What of the victim's is in the reply and was not in the request."""
        return [word for word in self.words if word in reply.text and word not in sent]


@pytest.fixture(scope="module")
def victim(own):
    return Victim(own)


def id_fields(row):
    return [f["name"] for f in (row["query"] or []) + (row["body"] or []) if is_id(f)]


def list_fields(row):
    return [f["name"] for f in row["body"] or [] if f["type"] == "strings" and f["name"].endswith("Ids")]


# A platform administrator's routes are for what belongs to others; everybody else is kept from them by the guard.
FOREIGN = [row for row in CLOSED if row["guard"] not in ("platform", "pending")]


@pytest.mark.parametrize("caller", ["admin", "platform"])
@pytest.mark.parametrize("row", [row for row in FOREIGN if "{" in row["path"] or id_fields(row)], ids=routes.name)
def test_a14_ids_of_another_organisation_name_nothing(own, victim, row, caller):
    """A3, A14: an administrator of another organisation, and a platform administrator, get 404 for every id that the victim
    has, as for one that nobody has, and the victim keeps everything."""
    client = Cast(own).client(caller)
    in_path = "{" in row["path"]
    for ident, table in {**victim.ids, routes.NO_UUID: "nothing"}.items():
        path, options = request_of(row, client, names=id_fields(row), ident=ident)
        reply = client.request(row["method"], path, **options)
        if in_path or row["method"] != "GET":
            assert reply.status_code == 404, f"{path} ({table}): {reply.status_code} {reply.text[:300]}"
        else:  # a filter that finds nothing
            assert reply.status_code in (200, 404), f"{path} ({table}): {reply.status_code} {reply.text[:300]}"
        assert not victim.leaks(reply, path), f"{path} ({table}) tells {victim.leaks(reply, path)}"
    assert cast.fingerprint(own, victim.cast.org) == victim.before


@pytest.mark.parametrize("row", [row for row in FOREIGN if list_fields(row)], ids=routes.name)
def test_a14_lists_of_ids(own, victim, row):
    """A3, A14: the victim's ids in a body's list of ids find nothing, and nothing of the victim's comes back."""
    client = Cast(own).client("admin")
    for name in list_fields(row):
        for ident in victim.ids:
            path, options = request_of(row, client, names=[name])
            options["json"][name] = [ident]
            reply = client.request(row["method"], path, **options)
            assert reply.status_code in (400, 404) or not victim.leaks(reply, ident)
            for page in ("/api/portal/tools", "/api/portal/characters", "/api/portal/sessions"):
                assert not victim.leaks(client.get(page), ident)
    assert cast.fingerprint(own, victim.cast.org) == victim.before


@pytest.mark.parametrize("caller", ["admin", "platform", "auditor"])
@pytest.mark.parametrize("row", [row for row in FOREIGN if row["method"] == "GET" and "{" not in row["path"]], ids=routes.name)
def test_a3_what_one_reads_is_ones_own(own, victim, row, caller):
    """A3: no list, page, export or figure of a tenant's route holds anything of another organisation, for whomever."""
    client = Cast(own).client(caller)
    path, options = request_of(row, client)
    assert not victim.leaks(client.request("GET", path, **options))


def test_the_victim_itself_is_told(own, victim):
    """What was looked for above can be found: the same words are in what the victim reads."""
    me = victim.person.get("/api/portal/me")
    assert {victim.cast.org, victim.person.email, "Victim Industries"} <= set(victim.leaks(me))
    assert len(victim.leaks(victim.person.get("/api/portal/sessions"))) >= 1
    assert len(set(victim.ids.values())) >= 10
