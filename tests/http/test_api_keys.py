"""API keys: hashed, named, scoped, with expiry, last use and revocation, shown once (rule A11)."""
import hashlib
import re
from datetime import datetime, timedelta, timezone

import pytest

from tests.lib import Client, mailbox

SCOPES = ["exercises", "results", "team", "settings", "account"]


def soon(**delta):
    return (datetime.now(timezone.utc) + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_key_is_shown_once_and_stored_as_a_hash(instance, admin):
    """A11, A6: tc_ and at least 128 bits; neither list nor database has the key."""
    made = admin.call("POST", "/api/portal/api-keys", json={"name": "Integration", "scopes": ["results"], "expiresAt": None}, expect=201)
    assert re.fullmatch(r"tc_[0-9A-Za-z]{40,}", made["key"]) and made["key"].startswith(made["prefix"]) and len(made["prefix"]) <= 12
    (row,) = admin.call("GET", "/api/portal/api-keys")
    assert {name: row[name] for name in ("id", "name", "prefix", "scopes", "createdAt", "expiresAt")} == \
        {name: made[name] for name in ("id", "name", "prefix", "scopes", "createdAt", "expiresAt")}
    assert row["lastUsedAt"] is None and "key" not in row
    stored = instance.sql("SELECT * FROM muster.api_key WHERE id = %s", made["id"])[0]
    assert bytes(stored["token_hash"]) == hashlib.sha256(made["key"].encode()).digest()
    assert made["key"] not in str(stored)


def test_keys_differ(admin):
    assert len({admin.api_key().key for _ in range(5)}) == 5


@pytest.mark.parametrize("scope", SCOPES)
def test_scopes(admin, scope):
    """A11: a key reaches the calls of its scopes and no others."""
    key = admin.api_key(scopes=[scope])
    for path, needed in (("/api/ttx/catalog", "exercises"), ("/api/portal/sessions", "results"), ("/api/portal/api-keys", "settings")):
        if needed == scope:
            key.call("GET", path)
        else:
            key.refused("GET", path, 403, "scope_missing")


def test_no_scopes_given_means_the_usual_ones_without_account(admin):
    made = admin.call("POST", "/api/portal/api-keys", json={"name": "Usual"}, expect=201)
    assert sorted(made["scopes"]) == sorted(set(SCOPES) - {"account"})


def test_a_key_makes_no_keys(admin):
    """A11: only a signed-in person creates keys, whatever the key's scopes."""
    key = admin.api_key(scopes=SCOPES)
    key.refused("POST", "/api/portal/api-keys", 403, "scope_missing", json={"name": "Offspring"})
    key.refused("POST", "/api/auth/signout", 403, "scope_missing")


def test_expiry(instance, admin):
    key = admin.api_key(expires=soon(hours=1))
    key.call("GET", "/api/ttx/catalog")
    instance.sql("UPDATE muster.api_key SET expires_at = now() WHERE id = %s", key.made["id"])
    key.refused("GET", "/api/ttx/catalog", 401, "unauthenticated")


@pytest.mark.parametrize("body", [{}, {"expiresAt": None}])
def test_a6_every_key_expires(instance, admin, body):
    """A6, A11: in a year when nobody says when; the database keeps none without an end."""
    made = admin.call("POST", "/api/portal/api-keys", json={"name": "Long", **body}, expect=201)
    ends = datetime.fromisoformat(made["expiresAt"].replace("Z", "+00:00"))
    assert 364 <= (ends - datetime.now(timezone.utc)).days <= 366
    assert instance.value("SELECT is_nullable FROM information_schema.columns WHERE table_schema = 'muster' AND table_name = 'api_key' "
                          "AND column_name = 'expires_at'") == "NO"


def test_expiry_must_lie_ahead(admin):
    for expires in (soon(seconds=-5), "2001-01-01T00:00:00Z"):
        body = admin.refused("POST", "/api/portal/api-keys", 400, "validation_failed", json={"name": "Old", "expiresAt": expires})
        assert [row["field"] for row in body["fields"]] == ["expiresAt"]


@pytest.mark.parametrize("form", ["/api/portal/api-keys/{}", "/api/portal/api-keys?id={}"])
def test_revocation(admin, form):
    key = admin.api_key()
    key.call("GET", "/api/ttx/catalog")
    assert admin.call("DELETE", form.format(key.made["id"])) == {"success": True}
    key.refused("GET", "/api/ttx/catalog", 401, "unauthenticated")
    assert admin.call("GET", "/api/portal/api-keys") == []
    admin.refused("DELETE", form.format(key.made["id"]), 404, "not_found")


def test_keys_are_one_persons_own(instance, admin, new_admin):
    """A3, A14: neither a colleague nor another organisation sees or revokes them."""
    key = admin.api_key()
    for other in (admin.colleague(), admin.colleague("CLIENT_ADMIN"), new_admin()):
        assert other.call("GET", "/api/portal/api-keys") == []
        other.refused("DELETE", f"/api/portal/api-keys/{key.made['id']}", 404, "not_found")
    key.call("GET", "/api/ttx/catalog")


def test_last_use_is_noted(instance, admin):
    key = admin.api_key()
    key.call("GET", "/api/ttx/catalog")
    (row,) = admin.call("GET", "/api/portal/api-keys")
    used = datetime.fromisoformat(row["lastUsedAt"].replace("Z", "+00:00"))
    assert abs((datetime.now(timezone.utc) - used).total_seconds()) < 60


def test_plan_without_api_access(instance, admin):
    """A plan without API access: no new keys, and the old ones rest."""
    key = admin.api_key()
    instance.sql("UPDATE muster.org SET plan = 'GROWTH' WHERE org_id = %s", admin.me["orgId"])
    key.refused("GET", "/api/ttx/catalog", 403, "plan_required")
    admin.refused("POST", "/api/portal/api-keys", 403, "plan_required", json={"name": "More"})
    assert admin.call("GET", "/api/portal/me")["features"] == []
    instance.sql("UPDATE muster.org SET plan = 'ENTERPRISE' WHERE org_id = %s", admin.me["orgId"])
    key.call("GET", "/api/ttx/catalog")


def test_fifty_keys_are_enough(instance, admin):
    first = admin.api_key().made["id"]
    instance.sql("INSERT INTO muster.api_key (org_id, user_id, name, prefix, token_hash, scopes) SELECT org_id, user_id, name, prefix, "
                 "sha256(i::text::bytea || token_hash), scopes FROM muster.api_key, generate_series(1, 49) i WHERE id = %s", first)
    admin.refused("POST", "/api/portal/api-keys", 409, "conflict", json={"name": "One too many"})


def test_wrong_fields_are_named_at_once(admin):
    body = admin.refused("POST", "/api/portal/api-keys", 400, "validation_failed",
                         json={"name": "", "scopes": ["exercises", "everything"], "expiresAt": "tomorrow"})
    found = {row["field"].split("[")[0]: row["message"] for row in body["fields"]}
    assert set(found) == {"name", "scopes", "expiresAt"} and "account" in found["scopes"]


@pytest.mark.parametrize("header",
                         ["Bearer", "Bearer ", "Bearer tc_", "Bearer tc_" + "A" * 43, "tc_x", "Token tc_x", "Bearer \x7f",
                          "Bearer Basic dXNlcjpwYXNz",
                          "Bearer " + "x" * 4000])
def test_a_header_for_us_that_is_no_key_is_nobody(instance, admin, header):
    """A1: a Bearer or a key in another form that is no known key is 401, also when a good cookie comes with it."""
    admin.refused("GET", "/api/ttx/catalog", 401, "unauthenticated", headers={"Authorization": header})
    reply = Client(instance).get("/api/ttx/catalog", headers={"Authorization": header})
    assert reply.status_code == 401 and reply.headers["WWW-Authenticate"] == "Bearer"


def test_scheme_is_case_insensitive(admin):
    key = admin.api_key()
    for scheme in ("bearer", "BEARER"):
        key.call("GET", "/api/ttx/catalog", headers={"Authorization": f"{scheme} {key.key}"})


# ---- a key answers by its scopes, and begets nothing bigger ----

def test_a16_what_the_seed_marks_bearer_works_with_a_key_at_once(admin):
    """A11, A16: made in a session just signed in, a key with the scopes invites, exports and deletes without being asked for more."""
    member = admin.colleague()
    team, own = admin.api_key(scopes=["team"]), member.api_key(scopes=["account"])
    (result,) = team.call("POST", "/api/portal/invite", json={"emails": ["someone@example.com"]})["results"]
    assert (result["email"], result["status"]) == ("someone@example.com", "invitation_created")
    assert own.call("GET", "/api/portal/gdpr-export")["personalData"]["email"] == member.email
    assert own.call("POST", "/api/portal/delete-account", json={"confirmEmail": member.email})["success"] is True
    member.refused("GET", "/api/portal/me", 401, "unauthenticated")


def test_a16_account_is_granted_by_name_alone(admin):
    """A16: the usual scopes neither export nor delete."""
    made = admin.call("POST", "/api/portal/api-keys", json={"name": "Usual", "scopes": []}, expect=201)
    key = Client(admin.instance, key=made["key"])
    key.refused("GET", "/api/portal/gdpr-export", 403, "scope_missing")
    key.refused("POST", "/api/portal/delete-account", 403, "scope_missing", json={"confirmEmail": admin.email})


@pytest.mark.parametrize("role", ["CLIENT_ADMIN", "FACILITATOR", "AUDITOR"])
def test_a16_a_key_invites_members_alone(instance, admin, role):
    """A16: a person in another role could do what the key cannot."""
    key = admin.api_key(scopes=SCOPES)
    key.refused("POST", "/api/portal/invite", 403, "scope_missing", json={"emails": ["x@example.com"], "role": role})
    assert instance.value("SELECT count(*) FROM muster.invitation WHERE org_id = %s", admin.me["orgId"]) == 0


def test_a16_a_key_never_sees_the_link(instance, admin):
    """A16: with it the key would open an account; it is in the outbox, and a session that invites again sees a new one."""
    key = admin.api_key(scopes=["team"])
    reply = key.call("POST", "/api/portal/invite", json={"emails": ["guest.of.key@example.com"], "role": "MEMBER"})
    assert [row["status"] for row in reply["results"]] == ["invitation_created"] and "invite=" not in str(reply) and reply["sent"] == 0
    mail = mailbox.last(instance, "guest.of.key@example.com")
    guest = Client(instance).register(email="guest.of.key@example.com", invite=mail.token).signin()
    assert guest.me["role"] == "MEMBER" and guest.me["orgId"] == admin.me["orgId"]
    (again,) = admin.call("POST", "/api/portal/invite", json={"emails": ["another@example.com"]})["results"]
    assert "invite=" in again["inviteUrl"]
    entries = admin.call("GET", "/api/portal/audit-log?action=invitation.created")
    assert [entry["actor"]["kind"] for entry in entries] == ["session", "key"]
