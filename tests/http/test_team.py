"""The people of an organisation: invitations, roles, deactivation, removal, moving in with an account (A3, A4, A6, A7, A13, A14)."""
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client
from tests.lib.client import PASSWORD

NEW = {"password": PASSWORD, "firstName": "New", "lastName": "Person"}


def invite(client, *emails, **fields):
    return client.call("POST", "/api/portal/invite", json={"emails": list(emails), **fields})


def token_of(result):
    return result["inviteUrl"].split("invite=")[1]


def accepted(instance, result):
    """Registers with an invitation and signs in."""
    return Client(instance).register(email=result["email"], invite=token_of(result)).signin()


def people(client, query=""):
    return client.call("GET", f"/api/portal/users{query}")


def plan(instance, client, name):
    instance.sql("UPDATE muster.org SET plan = %s WHERE org_id = %s", name, client.me["orgId"])


# ---- invitations ----

@pytest.mark.parametrize("role", ["CLIENT_ADMIN", "FACILITATOR", "MEMBER", "AUDITOR"])
def test_an_invitation_brings_a_member(instance, admin, role):
    """A4, A6: the link registers one person with the invited role, once; only a hash of its token is stored."""
    (result,) = invite(admin, " Guest.Of.Ours@Example.com ".strip(), role=role)["results"]
    assert result["status"] == "invitation_created" and result["email"] == "guest.of.ours@example.com"
    assert re.fullmatch(re.escape(instance.base_url) + r"/register#invite=[0-9A-Za-z]{40,}", result["inviteUrl"])
    (listed,) = admin.call("GET", "/api/portal/invitations")
    assert (listed["id"], listed["role"], listed["status"], listed["createdById"]) == (result["id"], role, "PENDING", admin.me["id"])
    (row,) = instance.sql("SELECT *, expires_at - created_at AS life FROM muster.invitation WHERE id = %s", result["id"])
    assert bytes(row["token_hash"]) == hashlib.sha256(token_of(result).encode()).digest() and row["life"].days == 14
    assert token_of(result) not in str(row)
    guest = accepted(instance, result)
    assert guest.me["role"] == role and guest.me["orgId"] == admin.me["orgId"]
    assert admin.call("GET", "/api/portal/invitations") == []
    admin.call("DELETE", f"/api/portal/users/{guest.me['id']}")
    Client(instance).refused("POST", "/api/auth/register", 410, "token_expired",
                             json={**NEW, "email": guest.email, "inviteToken": token_of(result)})


def test_results_for_each_address(instance, admin, new_admin):
    """A13: each address has its result, each once; an account elsewhere looks like none (A8)."""
    member, elsewhere = admin.colleague(), new_admin()
    reply = invite(admin, "a@example.com", "A@Example.com", "no address", member.email, elsewhere.email, "x@y", "b@example.com\n")
    assert {row["email"]: row["status"] for row in reply["results"]} == {
        "a@example.com": "invitation_created", "no address": "invalid", member.email: "already_member",
        elsewhere.email: "invitation_created", "x@y": "invalid", "b@example.com": "invitation_created"}
    assert reply["sent"] == 0


def test_hundred_addresses(admin):
    """A13: a hundred are invited, more are refused as a whole and never cut."""
    many = [f"person{i}@example.com" for i in range(101)]
    body = admin.refused("POST", "/api/portal/invite", 400, "validation_failed", json={"emails": many})
    assert body["fields"][0]["field"] == "emails" and "100" in body["fields"][0]["message"]
    assert admin.call("GET", "/api/portal/invitations") == []
    assert len(invite(admin, *many[:100])["results"]) == 100
    assert len(admin.call("GET", "/api/portal/invitations")) == 100
    for emails in ([], None, "a@example.com", [5], [""]):
        admin.refused("POST", "/api/portal/invite", 400, "validation_failed", json={"emails": emails})
    admin.refused("POST", "/api/portal/invite", 400, "validation_failed", json={"emails": ["a@example.com"], "role": "SUPER_ADMIN"})


def test_inviting_again_replaces(instance, admin):
    """A6: the old link is worthless as soon as there is a new one."""
    (first,), (second,) = (invite(admin, "twice@example.com")["results"] for _ in range(2))
    assert [row["id"] for row in admin.call("GET", "/api/portal/invitations")] == [second["id"]]
    body = {**NEW, "email": "twice@example.com"}
    Client(instance).refused("POST", "/api/auth/register", 410, "token_expired", json={**body, "inviteToken": token_of(first)})
    Client(instance).call("POST", "/api/auth/register", expect=201, json={**body, "inviteToken": token_of(second)})


def test_revoked_and_expired(instance, admin):
    """A6: a revoked invitation is gone, an expired one is shown as such and does not work."""
    revoked, expired = invite(admin, "revoked@example.com", "expired@example.com")["results"]
    admin.call("DELETE", f"/api/portal/invitations/{revoked['id']}")
    admin.refused("DELETE", f"/api/portal/invitations/{revoked['id']}", 404, "not_found")
    instance.sql("UPDATE muster.invitation SET expires_at = now() WHERE id = %s", expired["id"])
    assert [(row["email"], row["status"]) for row in admin.call("GET", "/api/portal/invitations")] == [("expired@example.com", "EXPIRED")]
    for result in (revoked, expired):
        Client(instance).refused("POST", "/api/auth/register", 410, "token_expired",
                                 json={**NEW, "email": result["email"], "inviteToken": token_of(result)})


def test_seats(instance, admin):
    """A13: people and open invitations share the plan's seats; what does not fit is refused as a whole."""
    plan(instance, admin, "FREE")
    body = admin.refused("POST", "/api/portal/invite", 403, "seats_used", json={"emails": [f"{c}@example.com" for c in "abc"]})
    assert "nobody was invited" in body["error"] and admin.call("GET", "/api/portal/invitations") == []
    first, _ = invite(admin, "a@example.com", "b@example.com", "bad")["results"][:2]
    assert people(admin)["seats"] == {"total": 3, "used": 1, "invited": 2}
    admin.refused("POST", "/api/portal/invite", 403, "seats_used", json={"emails": ["c@example.com"]})
    invite(admin, "a@example.com", admin.email)
    admin.call("DELETE", f"/api/portal/invitations/{admin.call('GET', '/api/portal/invitations')[0]['id']}")
    invite(admin, "c@example.com")
    assert first["status"] == "invitation_created"
    plan(instance, admin, "ENTERPRISE")
    assert people(admin)["seats"] == {"total": None, "used": 1, "invited": 2}


def test_seats_are_counted_under_a_lock(instance, admin):
    """A13: twenty at once for the last two seats."""
    plan(instance, admin, "FREE")

    def one(i):
        return Client(instance, key=None).request("POST", "/api/portal/invite", json={"emails": [f"race{i}@example.com"]},
                                                  headers={"Cookie": admin.cookie}).status_code
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(one, range(20)))
    assert sorted(statuses) == [200] * 2 + [403] * 18
    assert len(admin.call("GET", "/api/portal/invitations")) == 2


def test_only_administrators_invite(instance, admin, new_admin):
    """A13, A14: nobody else invites, lists or revokes; a key needs the scope team and makes no administrators."""
    (result,) = invite(admin, "kept@example.com")["results"]
    for role in ("MEMBER", "FACILITATOR", "AUDITOR"):
        other = admin.colleague(role)
        other.refused("POST", "/api/portal/invite", 403, "forbidden", json={"emails": ["x@example.com"]})
        other.refused("GET", "/api/portal/invitations", 403, "forbidden")
        other.refused("DELETE", f"/api/portal/invitations/{result['id']}", 403, "forbidden")
    new_admin().refused("DELETE", f"/api/portal/invitations/{result['id']}", 404, "not_found")
    key = admin.api_key(scopes=["team"])
    invite(key, "by.key@example.com", role="MEMBER")
    key.refused("POST", "/api/portal/invite", 403, "scope_missing", json={"emails": ["boss@example.com"], "role": "CLIENT_ADMIN"})
    admin.api_key(scopes=["settings"]).refused("POST", "/api/portal/invite", 403, "scope_missing", json={"emails": ["x@example.com"]})
    assert {row["email"] for row in admin.call("GET", "/api/portal/invitations")} == {"kept@example.com", "by.key@example.com"}


# ---- people ----

def test_list(instance, admin, new_admin):
    """A3: the organisation's people, who came first first; last sign-in; one page at a time."""
    others = [admin.colleague(role) for role in ("AUDITOR", "MEMBER", "FACILITATOR")]
    found = people(others[0])["users"]
    assert [(row["id"], row["email"], row["role"], row["status"]) for row in found] == \
        [(c.me["id"], c.email, c.me["role"], "ACTIVE") for c in (admin, *others)]
    assert all(row["lastSignInAt"] for row in found)
    reply = admin.get("/api/portal/users?limit=3")
    assert len(reply.json()["users"]) == 3
    reply = admin.get(reply.headers["Link"].split(">")[0][1:])
    assert [row["id"] for row in reply.json()["users"]] == [others[2].me["id"]] and "Link" not in reply.headers
    admin.refused("GET", "/api/portal/users?cursor=0123456789", 400, "validation_failed")
    assert [row["id"] for row in people(new_admin())["users"]] != [row["id"] for row in found]
    others[1].refused("GET", "/api/portal/users", 403, "forbidden")
    others[2].refused("GET", "/api/portal/users", 403, "forbidden")


def test_role_change_counts_at_once(admin):
    """A2: the new role holds for sessions that are open."""
    member = admin.colleague()
    member.refused("GET", "/api/portal/users", 403, "forbidden")
    admin.call("PUT", f"/api/portal/users/{member.me['id']}", json={"role": "CLIENT_ADMIN"})
    assert len(people(member)["users"]) == 2
    member.call("PUT", f"/api/portal/users/{admin.me['id']}", json={"role": "AUDITOR"})
    admin.refused("POST", "/api/ttx/generate", 403, "forbidden", json={"theme": "bec"})
    changes = [row["detail"] for row in member.call("GET", "/api/portal/audit-log?action=user.role_changed")]
    assert changes == [{"from": "CLIENT_ADMIN", "to": "AUDITOR"}, {"from": "MEMBER", "to": "CLIENT_ADMIN"}]


def test_the_last_administrator_stays(instance, admin):
    """409 with what to do; with two of them nobody changes their own role."""
    me, member = f"/api/portal/users/{admin.me['id']}", admin.colleague()
    for method, body in (("PUT", {"role": "MEMBER"}), ("PUT", {"status": "DEACTIVATED"}), ("DELETE", None)):
        error = admin.refused(method, me, 409, "last_admin", **({"json": body} if body else {}))["error"]
        assert "somebody else administrator" in error
    admin.call("PUT", f"/api/portal/users/{member.me['id']}", json={"role": "CLIENT_ADMIN"})
    for method, body in (("PUT", {"role": "MEMBER"}), ("PUT", {"status": "DEACTIVATED"}), ("DELETE", None)):
        admin.refused(method, me, 403, "forbidden", **({"json": body} if body else {}))
    assert admin.call("GET", "/api/portal/me")["role"] == "CLIENT_ADMIN"


def test_two_administrators_demote_each_other(instance, admin):
    """At the same moment: one of them stays."""
    def demote(pair):
        return pair[0].request("PUT", f"/api/portal/users/{pair[1].me['id']}", json={"role": "MEMBER"}).status_code
    for _ in range(5):
        other = admin.colleague("CLIENT_ADMIN")
        pairs = [(admin, other), (other, admin)]
        with ThreadPoolExecutor(2) as pool:
            statuses = list(pool.map(demote, pairs))
        assert statuses.count(200) == 1 and set(statuses) <= {200, 403, 409}, statuses
        left = instance.sql("SELECT id FROM muster.app_user WHERE org_id = %s AND role = 'CLIENT_ADMIN'", admin.me["orgId"])
        assert len(left) == 1
        admin = next(c for c in (admin, other) if str(left[0]["id"]) == c.me["id"])


def test_wrong_changes(admin):
    member = admin.colleague().me["id"]
    for body in ({}, {"role": None}, {"role": "SUPER_ADMIN"}, {"role": "OWNER"}, {"status": "GONE"}, {"role": 1}):
        admin.refused("PUT", f"/api/portal/users/{member}", 400, "validation_failed", json=body)
    key = admin.api_key(scopes=["team"])
    key.refused("PUT", f"/api/portal/users/{member}", 403, "scope_missing", json={"role": "AUDITOR"})
    key.refused("DELETE", f"/api/portal/users/{member}", 403, "scope_missing")


def test_platform_administrators_are_made_on_the_server(instance, admin):
    """A4: no request gives or takes that role."""
    member = admin.colleague()
    instance.sql("UPDATE muster.app_user SET role = 'SUPER_ADMIN' WHERE id = %s", member.me["id"])
    admin.refused("PUT", f"/api/portal/users/{member.me['id']}", 403, "forbidden", json={"role": "MEMBER"})
    admin.refused("DELETE", f"/api/portal/users/{member.me['id']}", 403, "forbidden")
    assert member.call("GET", "/api/portal/me")["role"] == "SUPER_ADMIN"


def test_people_of_others(instance, admin, new_admin):
    """A14: another tenant's id changes nothing and says nothing."""
    other = new_admin()
    member = other.colleague()
    for client_id in (member.me["id"], other.me["id"]):
        admin.refused("PUT", f"/api/portal/users/{client_id}", 404, "not_found", json={"role": "AUDITOR", "status": "DEACTIVATED"})
        admin.refused("DELETE", f"/api/portal/users/{client_id}", 404, "not_found")
    assert member.call("GET", "/api/portal/me")["role"] == "MEMBER"


def test_deactivation_ends_everything(instance, admin):
    """A7: sessions and keys at once and for good; no sign-in, no registration; the seat is free."""
    member = admin.colleague()
    key, second = member.api_key(), Client(instance).signin(member.email, PASSWORD)
    path = f"/api/portal/users/{member.me['id']}"
    admin.call("PUT", path, json={"status": "DEACTIVATED"})
    for client in (member, key, second):
        client.refused("GET", "/api/portal/me" if client is not key else "/api/ttx/catalog", 401, "unauthenticated")
    Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": member.email, "password": PASSWORD})
    Client(instance).refused("POST", "/api/auth/register", 409, "email_taken", json={**NEW, "email": member.email})
    assert invite(admin, member.email)["results"][0]["status"] == "already_member"
    assert people(admin)["seats"]["used"] == 1 and people(admin)["users"][1]["status"] == "DEACTIVATED"
    plan(instance, admin, "FREE")
    spare = [admin.colleague() for _ in range(2)]
    admin.refused("PUT", path, 403, "seats_used", json={"status": "ACTIVE"})
    admin.call("DELETE", f"/api/portal/users/{spare[0].me['id']}")
    admin.call("PUT", path, json={"status": "ACTIVE"})
    plan(instance, admin, "ENTERPRISE")
    member.refused("GET", "/api/portal/me", 401, "unauthenticated")
    key.refused("GET", "/api/ttx/catalog", 401, "unauthenticated")
    member.signin()
    reasons = [row["detail"] for row in admin.call("GET", "/api/portal/audit-log?action=user.sign_in_refused")]
    assert reasons == [{"reason": "deactivated"}]


def test_removal(instance, admin):
    """A7, A4: sessions and keys end at once, the work stays without the person, and only a new invitation leads back."""
    member = admin.colleague()
    key, exercise = member.api_key(), member.run("bec", questionCount=3)
    waiting = instance.invite(admin.me["orgId"], member.email)
    admin.call("DELETE", f"/api/portal/users/{member.me['id']}")
    admin.refused("DELETE", f"/api/portal/users/{member.me['id']}", 404, "not_found")
    member.refused("GET", "/api/portal/me", 401, "unauthenticated")
    key.refused("GET", "/api/ttx/catalog", 401, "unauthenticated")
    Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": member.email, "password": PASSWORD})
    kept = next(row for row in admin.call("GET", "/api/portal/sessions") if row["id"] == exercise)
    assert kept["createdById"] is None and kept["accuracy"] == 1 and member.me["id"] not in str(kept)
    assert "text/html" in admin.get(f"/api/portal/report?sessionId={exercise}").headers["Content-Type"]
    Client(instance).refused("POST", "/api/auth/register", 410, "token_expired",
                             json={**NEW, "email": member.email, "inviteToken": waiting})
    stranger = Client(instance).register(email=member.email).signin()
    assert stranger.me["orgId"] != admin.me["orgId"]
    entry = admin.call("GET", "/api/portal/audit-log?action=user.signed_in&limit=200")
    assert [row["actor"] for row in entry if row["target"]["id"] == member.me["id"]] == [{"kind": "session", "id": None, "name": None}]
    assert instance.value("SELECT muster.audit_verify(%s)", admin.me["orgId"]) is None


# ---- with an account that exists ----

def accept(client, token, status=200, code=None):
    if code:
        return client.refused("POST", "/api/auth/invitations/accept", status, code, json={"token": token})
    return client.call("POST", "/api/auth/invitations/accept", json={"token": token})


def test_moving_in_with_an_account(instance, admin, new_admin):
    """A4, A7: who leaves nothing behind moves; the empty organisation is gone, sessions and keys too, the password stays."""
    guest = new_admin()
    key = guest.api_key()
    (result,) = invite(admin, guest.email, role="FACILITATOR")["results"]
    old, cookie = guest.me["orgId"], guest.cookie
    assert accept(guest, token_of(result)) == {"success": True, "organization": admin.me["organization"]["name"]}
    assert guest.cookie is None
    guest.refused("GET", "/api/portal/me", 401, "unauthenticated", headers={"Cookie": cookie})
    key.refused("GET", "/api/ttx/catalog", 401, "unauthenticated")
    assert instance.value("SELECT count(*) FROM muster.org WHERE org_id = %s", old) == 0
    guest.signin()
    assert (guest.me["orgId"], guest.me["role"]) == (admin.me["orgId"], "FACILITATOR")
    accept(guest, token_of(result), 410, "token_expired")


def test_moving_is_refused_where_something_would_be_lost(instance, admin, new_admin):
    """A4: colleagues, exercises, a full house, somebody else's link; nothing has changed and the link stays good."""
    guest, stranger = new_admin(), new_admin()
    (result,) = invite(admin, guest.email)["results"]
    accept(stranger, token_of(result), 410, "token_expired")
    accept(guest, "x" * 43, 410, "token_expired")
    friend = guest.colleague()
    assert "other people" in accept(guest, token_of(result), 409, "conflict")["error"]
    guest.call("DELETE", f"/api/portal/users/{friend.me['id']}")
    plan(instance, admin, "FREE")
    for _ in range(2):
        admin.colleague()
    accept(guest, token_of(result), 403, "seats_used")
    plan(instance, admin, "ENTERPRISE")
    exercise = guest.generate("bec", questionCount=3)
    guest.call("DELETE", f"/api/ttx/session/{exercise}")
    assert "exercises" in accept(guest, token_of(result), 409, "conflict")["error"]
    assert guest.call("GET", "/api/portal/me")["orgId"] == guest.me["orgId"]
    guest.api_key(scopes=["team", "account"]).refused("POST", "/api/auth/invitations/accept", 403, "scope_missing",
                                                      json={"token": token_of(result)})
    instance.sql("DELETE FROM muster.org_usage WHERE org_id = %s", guest.me["orgId"])
    accept(guest, token_of(result))
