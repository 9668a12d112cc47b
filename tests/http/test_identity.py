"""Who asks is decided by cookie or key alone (A1), and the tenant by who asks (A3)."""
import pytest

from tests.lib import Client, routes

CLOSED = [row for row in routes.table() if row["guard"] != "public"]


def lies(victim):
    """Ways to claim to be somebody that some product somewhere believes."""
    me = victim.me
    user, org, slug = me["id"], me["orgId"], me["organization"]["slug"]
    return {
        "nothing": ({}, ""),
        "user headers": ({"X-User-Id": user, "X-User": me["email"], "X-User-Email": me["email"], "X-Role": "SUPER_ADMIN"}, ""),
        "organisation headers": ({"X-Org": org, "X-Org-Id": org, "X-Tenant": slug, "X-Tenant-Id": org}, ""),
        "proxy headers": ({"X-Forwarded-User": me["email"], "Remote-User": me["email"], "X-Remote-User": me["email"],
                           "X-Auth-Request-Email": me["email"], "X-Authenticated-Userid": user}, ""),
        "forwarded host": ({"X-Forwarded-Host": f"{slug}.example.com", "X-Forwarded-For": "127.0.0.1",
                            "Forwarded": "for=127.0.0.1;host=admin"}, ""),
        "host": ({"Host": f"{slug}.example.com"}, ""),
        "localhost": ({"Host": "localhost", "X-Forwarded-For": "::1"}, ""),
        "query": ({}, f"userId={user}&user_id={user}&orgId={org}&org={slug}&role=SUPER_ADMIN&admin=1"),
        "token in query": ({}, "token=x&access_token=x&api_key=x&muster_session=x"),
        "fastcgi names": ({"HTTP_AUTHORIZATION": "Bearer x", "REMOTE_USER": me["email"], "app.org_id": org}, ""),
        "old cookies": ({"Cookie": f"userId={user}; org={org}; session={user}; muster_session=; muster_sessionx=1"}, ""),
    }


KINDS = list(lies(type("Victim", (), {"me": {"id": "", "orgId": "", "email": "", "organization": {"slug": ""}}})))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", CLOSED, ids=routes.name)
def test_claims_without_credential_are_401(instance, shared_admin, row, kind):
    """A1: every route that is not public answers 401 to whoever only claims to be somebody."""
    headers, query = lies(shared_admin)[kind]
    path = routes.fill(row["path"]) + ("?" + query if query else "")
    body = {"json": {"userId": shared_admin.me["id"], "orgId": shared_admin.me["orgId"]}} if row["body"] is not None else {}
    reply = Client(instance).request(row["method"], path, headers=headers, **body)
    assert reply.status_code == 401 and reply.json()["code"] == "unauthenticated", reply.text
    assert reply.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "old cookies"])
def test_claims_change_nothing_for_somebody_signed_in(shared_admin, new_admin, kind):
    """A1, A3: with a credential of one organisation, claims to be of another are ignored."""
    other = new_admin()
    headers, query = lies(shared_admin)[kind]
    assert other.call("GET", "/api/portal/me?" + query, headers=headers) == other.me


@pytest.mark.parametrize("row", CLOSED, ids=routes.name)
def test_unknown_cookie_is_401(instance, row):
    """A1: a cookie that no session has; the body is not looked at before."""
    body = {"data": b"not json", "headers": {"Content-Type": "application/json"}} if row["body"] is not None else {"headers": {}}
    body["headers"]["Cookie"] = "muster_session=" + "A" * 43
    reply = Client(instance).request(row["method"], routes.fill(row["path"]), **body)
    assert reply.status_code == 401, reply.text


def test_guards_are_known():
    """A2: every row declares its guard, and what is public is public on purpose."""
    assert {row["guard"] for row in routes.table()} <= {
        "public", "member", "player", "facilitator", "admin", "oversight", "platform", "pending", "leaving"}
    assert {row["path"] for row in routes.table() if row["guard"] == "public"} == {
        "/api/public/signup-status", "/api/auth/register", "/api/auth/signin", "/healthz", "/healthz/auth", "/healthz/exercises",
        "/healthz/portal", "/api/public/certificates/{id}"}
