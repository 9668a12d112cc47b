"""Step-up: what cannot be undone, and what makes credentials or administrators, asks a session for a fresh proof (A15, A16, E3)."""
import pytest

from tests.lib import Client, Instance, cast, otp, routes
from tests.lib.cast import Cast
from tests.lib.client import PASSWORD
from tests.lib.sample import request_of

STEP_UP = "/api/auth/step-up"
# Every writing row of a closed route: whether a session must have proven itself in the last 15 minutes, or why it need not.
PROOF = {
    "POST /api/portal/api-keys": "always",
    "POST /api/auth/mfa": "always",
    "DELETE /api/auth/sessions": "always",
    "POST /api/portal/api-users": "always",
    "POST /api/portal/api-users/{id}/token": "always",
    "DELETE /api/portal/owners/{id}": "always",
    "DELETE /api/auth/sessions/{id}": "always",
    "PUT /api/portal/users/{id}": "always",
    "DELETE /api/portal/users/{id}": "always",
    "POST /api/portal/users/{id}/reset-factor": "always",
    "PUT /api/portal/security": "always",
    "POST /api/portal/domains": "always",
    "POST /api/auth/invitations/accept": "always",
    "POST /api/portal/delete-account": "always",
    "POST /api/portal/delete-organization": "always",
    "POST /api/portal/restore-organization": "always",
    "POST /api/portal/invite": "some",  # of administrators
}
# The body itself has the password or a code.
PROVES_ITSELF = {"POST /api/auth/step-up", "POST /api/auth/change-password", "DELETE /api/auth/mfa", "POST /api/auth/mfa/recovery-codes",
                 "POST /api/auth/mfa/verify"}
# Takes rights away from credentials and gives none.
ONLY_ENDS = {"POST /api/auth/signout", "DELETE /api/portal/api-keys", "DELETE /api/portal/api-keys/{id}",
             "DELETE /api/portal/invitations/{id}", "DELETE /api/portal/domains/{id}", "DELETE /api/portal/api-users/{id}",
             # These keep a second factor from being taken away.
             "DELETE /api/portal/users/{id}/reset-factor", "DELETE /api/auth/mfa/reset"}
# What people make with the product: it can be made again, and opens nothing.
CONTENT = {"POST /api/ttx/generate", "POST /api/ttx/session/{id}/answer", "PUT /api/ttx/session/{id}",
           "DELETE /api/ttx/session/{id}", "PUT /api/portal/profile",
           "POST /api/portal/characters", "PUT /api/portal/characters/{id}", "DELETE /api/portal/characters/{id}", "PUT /api/portal/tools",
           "POST /api/portal/tools", "DELETE /api/portal/tools/{id}", "PUT /api/portal/language", "PUT /api/portal/branding",
           "POST /api/portal/owners", "PUT /api/portal/owners/{id}", "POST /api/portal/owners/{id}/members",
           "POST /api/portal/owners/{id}/accept", "DELETE /api/portal/owners/{id}/members/{orgId}",
           "PUT /api/auth/mail-preferences", "POST /api/auth/verify/resend"}
WRITES = [row for row in routes.usual() if row["method"] != "GET" and row["guard"] != "public"]
PROVEN = [row for row in WRITES if row["stepUp"] == "always"]


@pytest.fixture(scope="module")
def own():
    with Instance(RATE_LIMIT_PER_MINUTE=0, LIMIT_REGISTER=0, LIMIT_SIGNIN_ADDRESS=0) as started:
        yield started


def stale(instance, client, minutes=16):
    """The client's sessions began so long ago, and nothing was proven since."""
    instance.sql("UPDATE muster.user_session SET created_at = now() - make_interval(mins => %s), stepped_up_at = NULL WHERE user_id = %s",
                 minutes, client.me["id"])
    return client


def age(instance, client, minutes):
    """Moves the proof of the client's sessions back."""
    instance.sql("UPDATE muster.user_session SET stepped_up_at = stepped_up_at - make_interval(mins => %s) WHERE user_id = %s",
                 minutes, client.me["id"])


def prove(client, **proof):
    return client.call("POST", STEP_UP, json=proof or {"password": client.password})


def admin_of(instance):
    return Client(instance).register().signin()


# ---- the table ----

def test_a15_the_flag_is_what_the_table_of_irreversible_acts_says():
    """A15: every writing row is in exactly one of the lists; all of the platform's ask."""
    reasons = [PROVES_ITSELF, ONLY_ENDS, CONTENT]
    for row in WRITES:
        name = routes.name(row)
        listed = [names for names in reasons if name in names]
        expected = PROOF.get(name, "always" if row["guard"] == "platform" else None)
        assert row["stepUp"] == expected, name
        assert len(listed) == (expected is None), f"{name} must be in one of the lists of this file"
    known = {routes.name(row) for row in WRITES}
    assert known >= {*PROOF, *PROVES_ITSELF, *ONLY_ENDS, *CONTENT}


def test_a15_reading_and_what_is_public_asks_for_no_proof():
    assert [routes.name(row) for row in routes.table() if row["stepUp"] and (row["method"] == "GET" or row["guard"] == "public")] == []


@pytest.mark.parametrize("row", PROVEN, ids=routes.name)
def test_a15_a_stale_session_does_none_of_them(own, row):
    """A15, E3: 403 and nothing is changed; the same request behind the proof is let in."""
    whole = Cast(own)
    client = stale(own, whole.client({"platform": "platform", "member": "member"}.get(row["guard"], "admin")))
    path, options = request_of(row, client)
    before = cast.fingerprint(own, whole.org)
    client.refused(row["method"], path, 403, "recent_sign_in_required", **options)
    # The session was seen, which is written to the minute.
    changed = {name for name, digest in cast.fingerprint(own, whole.org).items() if digest != before[name]}
    assert changed <= {"user_session"}
    prove(client)
    reply = client.request(row["method"], path, **options)
    assert "recent_sign_in_required" not in reply.text and reply.status_code != 401


@pytest.mark.parametrize("row", [row for row in PROVEN if row["scope"]], ids=routes.name)
def test_a15_a_key_is_asked_for_its_scope_alone(own, row):
    whole = Cast(own)
    key = whole.client(f"key:{row['scope']}")
    own.sql("UPDATE muster.api_key SET created_at = now() - interval '30 days' WHERE user_id = %s", key.me["id"])
    path, options = request_of(row, key)
    assert "recent_sign_in_required" not in key.request(row["method"], path, **options).text


def test_a2_who_may_not_is_not_asked_for_a_proof(own):
    """A2: the role comes first; nobody types a password for what is refused anyway."""
    member = stale(own, Cast(own).client("member"))
    member.refused("DELETE", f"/api/portal/users/{routes.NO_UUID}", 403, "forbidden")


def test_a15_administrators_are_invited_with_a_proof_members_without(own):
    admin = stale(own, admin_of(own))
    invite = {"emails": ["new@example.com"], "role": "CLIENT_ADMIN"}
    admin.refused("POST", "/api/portal/invite", 403, "recent_sign_in_required", json=invite)
    assert own.value("SELECT count(*) FROM muster.invitation WHERE org_id = %s", admin.me["orgId"]) == 0
    admin.call("POST", "/api/portal/invite", json={**invite, "role": "MEMBER"})
    prove(admin)
    admin.call("POST", "/api/portal/invite", json=invite)


# ---- the proof ----

def test_a15_password_for_fifteen_minutes(own):
    """A15: the session goes on under another cookie; the old one, of which somebody may have a copy, is none any more."""
    client = stale(own, admin_of(own))
    thief = Client(own)
    thief.cookie = client.cookie
    assert not client.call("GET", "/api/portal/privacy")["recentSignIn"]
    assert prove(client) == {"success": True}
    assert client.cookie != thief.cookie
    thief.refused("GET", "/api/portal/me", 401, "unauthenticated")
    assert client.call("GET", "/api/portal/privacy")["recentSignIn"]
    client.api_key()
    age(own, client, 14)
    client.api_key()
    age(own, client, 2)
    client.refused("POST", "/api/portal/api-keys", 403, "recent_sign_in_required", json={"name": "x"})
    assert own.value("SELECT count(*) FROM muster.user_session WHERE user_id = %s", client.me["id"]) == 1


def test_a5_a_code_proves_once(own):
    """A5, A15: a code of the app instead of the password; a code that was used does not count again."""
    client = admin_of(own)
    secret, _ = otp.enrol(client, own)
    stale(own, client)
    code = otp.code(secret, otp.step())
    prove(client, code=code)
    client.api_key()
    stale(own, client)
    body = client.refused("POST", STEP_UP, 400, "validation_failed", json={"code": code})
    assert [row["field"] for row in body["fields"]] == ["code"]
    client.refused("POST", "/api/portal/api-keys", 403, "recent_sign_in_required", json={"name": "x"})


def test_a15_what_proves_nothing(own):
    client = stale(own, admin_of(own))
    for body, field in (({"password": "not this one"}, "password"), ({"code": "123456"}, "code"), ({}, "password"),
                        ({"password": PASSWORD, "code": "123456"}, "password")):
        said = client.refused("POST", STEP_UP, 400, "validation_failed", json=body)
        assert [row["field"] for row in said["fields"]] == [field], body
    client.refused("POST", "/api/portal/api-keys", 403, "recent_sign_in_required", json={"name": "x"})
    for action, count in (("user.step_up_refused", 2), ("user.stepped_up", 0)):
        assert own.value("SELECT count(*) FROM muster.audit_log WHERE org_id = %s AND action = %s", client.me["orgId"], action) == count
    prove(client)
    assert own.value("SELECT detail->>'proof' FROM muster.audit_log WHERE org_id = %s AND action = 'user.stepped_up'",
                     client.me["orgId"]) == "password"


def test_a9_attempts_are_limited_by_session(own):
    """A9, A18: ten wrong ones and the right one waits too; the person's other session does not."""
    client = stale(own, admin_of(own))
    other = stale(own, Client(own).signin(client.email, client.password))
    other.password = client.password
    for _ in range(10):
        client.refused("POST", STEP_UP, 400, "validation_failed", json={"password": "not this one"})
    reply = client.post(STEP_UP, json={"password": PASSWORD})
    assert reply.status_code == 429 and int(reply.headers["Retry-After"]) > 0
    prove(other)


def test_a11_no_key_proves_anything(own):
    key = admin_of(own).api_key(scopes=["account", "settings", "team", "results", "exercises"])
    key.refused("POST", STEP_UP, 403, "scope_missing", json={"password": PASSWORD})


def test_a15_a_new_password_is_a_proof(own):
    client = stale(own, admin_of(own))
    client.call("POST", "/api/auth/change-password", json={"currentPassword": PASSWORD, "newPassword": "copper window early train"})
    client.api_key()


def test_e3_a_stale_session_gets_nowhere_by_way_of_a_key(own):
    """E3, A16: the finding: it could make a key of scope account, and delete the account with that."""
    client = stale(own, admin_of(own), minutes=14 * 24 * 60 - 60)
    client.refused("POST", "/api/portal/delete-account", 403, "recent_sign_in_required", json={"confirmEmail": client.email})
    client.refused("POST", "/api/portal/api-keys", 403, "recent_sign_in_required", json={"name": "x", "scopes": ["account"]})
    assert own.value("SELECT count(*) FROM muster.api_key WHERE user_id = %s", client.me["id"]) == 0


# ---- sessions that nobody uses ----

def rest(instance, client, hours):
    instance.sql("UPDATE muster.user_session SET last_seen_at = now() - make_interval(mins => %s) WHERE user_id = %s",
                 int(60 * hours), client.me["id"])
    return client


def test_a15_a_session_that_nobody_uses_ends(own):
    """A15: after three days, the platform's after eight hours; using it begins anew; the list has none that opens nothing."""
    whole = Cast(own)
    admin, platform = whole.client("admin"), whole.client("platform")
    rest(own, admin, 71).call("GET", "/api/portal/me")
    assert own.value("SELECT now() - last_seen_at < interval '1 minute' FROM muster.user_session WHERE user_id = %s", admin.me["id"])
    other = whole.cookie("user_session", admin.me["id"])
    own.sql("UPDATE muster.user_session SET last_seen_at = now() - interval '73 hours' WHERE user_id = %s AND last_seen_at > now() - "
            "interval '1 hour' AND token_hash = %s", admin.me["id"], cast.digest(other.partition("=")[2]))
    assert [row["current"] for row in admin.call("GET", "/api/auth/sessions")] == [True]
    rest(own, admin, 73).refused("GET", "/api/portal/me", 401, "unauthenticated")
    rest(own, platform, 7.9).call("GET", "/api/portal/me")
    rest(own, platform, 8.1).refused("GET", "/api/portal/me", 401, "unauthenticated")


def test_a15_the_limit_is_a_setting():
    with Instance(SESSION_IDLE_HOURS=0) as other:
        rest(other, admin_of(other), 300).call("GET", "/api/portal/me")
    with Instance(SESSION_IDLE_HOURS=2) as other:
        admin = admin_of(other)
        rest(other, admin, 1.9).call("GET", "/api/portal/me")
        rest(other, admin, 2.1).refused("GET", "/api/portal/me", 401, "unauthenticated")
