"""Changing one's password, one's own sessions: rules A6, A7, A9, A10, A14."""
import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from tests.lib import Client, otp
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for
from tests.lib.mailbox import last

CHANGE = "/api/auth/change-password"
NEW = "another horse battery 8"
# Of PASSWORD: 8 MiB, one pass.
WEAK = "$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$BQo9P/YRD9V3FuLiZnmehSTI6053XiWfwr5HSithF5A"


def change(client, new=NEW, current=PASSWORD, **options):
    return client.call("POST", CHANGE, json={"currentPassword": current, "newPassword": new}, **options)


def test_a7_everything_else_ends(instance, admin):
    """A7, A6: other sessions, half sessions and all keys end at once; this session goes on under another token."""
    others = [Client(instance).signin(admin.email, PASSWORD) for _ in range(2)]
    keys = [admin.api_key(), admin.api_key()]
    before, colleague = admin.cookie, admin.colleague()
    assert change(admin) == {"success": True, "endedSessions": 2, "endedApiKeys": 2}
    assert admin.cookie != before and admin.call("GET", "/api/portal/me") == admin.me
    admin.refused("GET", "/api/portal/me", 401, "unauthenticated", headers={"Cookie": before})
    for other in others:
        other.refused("GET", "/api/portal/me", 401, "unauthenticated")
    for key in keys:
        key.refused("GET", "/api/portal/me", 401, "unauthenticated")
    colleague.call("GET", "/api/portal/me")
    Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": admin.email, "password": PASSWORD})
    Client(instance).signin(admin.email, NEW)
    token = admin.cookie.partition("=")[2]
    rows = instance.sql("SELECT token_hash FROM muster.user_session WHERE user_id = %s", admin.me["id"])
    stored = [bytes(row["token_hash"]) for row in rows]
    assert hashlib.sha256(token.encode()).digest() in stored and len(stored) == 2


def test_a7_half_sessions_end(instance, admin):
    secret, _ = otp.enrol(admin, instance)
    client = Client(instance)
    client.call("POST", "/api/auth/signin", json={"email": admin.email, "password": PASSWORD})
    change(admin)
    client.refused("POST", "/api/auth/mfa/verify", 401, "unauthenticated", json={"code": otp.code(secret, otp.step())})


def test_a7_a_sign_in_under_way_gets_no_session(instance, admin):
    """A7: sign-ins with the old password at the very moment of the change leave no session behind."""
    stolen = [Client(instance) for _ in range(8)]
    body = {"email": admin.email, "password": PASSWORD}
    with ThreadPoolExecutor(9) as pool:
        attempts = [pool.submit(client.post, "/api/auth/signin", json=body) for client in stolen[:4]]
        changed = pool.submit(change, admin)
        attempts += [pool.submit(client.post, "/api/auth/signin", json=body) for client in stolen[4:]]
        changed.result()
        assert {attempt.result().status_code for attempt in attempts} <= {200, 401}
    for client in stolen:
        client.refused("GET", "/api/portal/me", 401, "unauthenticated")
    assert [row["current"] for row in admin.call("GET", "/api/auth/sessions")] == [True]


@contextmanager
def acts_held(instance, org):
    """Nobody of the organisation finishes an act in here: every act waits for its entry in the log."""
    with closing(instance.connect()) as holder, holder.cursor() as cursor:
        cursor.execute("BEGIN")
        instance.hold_log(cursor, org)
        yield
        cursor.execute("ROLLBACK")


def at_the_moment_of_a_change(instance, admin, act):
    """The reply of act(), which is not finished when the password is changed."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'auth' AND wait_event_type = 'Lock'"
    with ThreadPoolExecutor(2) as pool:
        with acts_held(instance, admin.me["orgId"]):
            acting = pool.submit(act)
            wait_for(lambda: instance.value(waiting) == 1 or acting.done(), "the act under way", 30)
            changing = pool.submit(change, admin)
            wait_for(lambda: instance.value(waiting) == 2 or acting.done() or changing.done(), "the change behind it", 30)
        assert changing.result()["success"]
        return acting.result()


def test_a7_a_key_under_way_ends_too(instance, admin):
    """A7: a key that another session makes at the very moment of the change does not outlive it."""
    thief = Client(instance).signin(admin.email, PASSWORD)
    reply = at_the_moment_of_a_change(instance, admin, lambda: thief.post("/api/portal/api-keys", json={"name": "Mine"}))
    assert reply.status_code in (201, 401, 503)
    if reply.status_code == 201:
        Client(instance, key=reply.json()["key"]).refused("GET", "/api/ttx/catalog", 401, "unauthenticated")
    assert admin.call("GET", "/api/portal/api-keys") == []
    admin.api_key().call("GET", "/api/ttx/catalog")


def test_a7_a_second_step_under_way_ends_too(instance, admin):
    """A7: nor does a session whose second factor is checked at that moment."""
    secret, _ = otp.enrol(admin, instance)
    thief = Client(instance)
    thief.call("POST", "/api/auth/signin", json={"email": admin.email, "password": PASSWORD})
    code = otp.code(secret, otp.step())
    at_the_moment_of_a_change(instance, admin, lambda: thief.post("/api/auth/mfa/verify", json={"code": code}))
    thief.refused("GET", "/api/portal/me", 401, "unauthenticated")
    assert [row["current"] for row in admin.call("GET", "/api/auth/sessions")] == [True]


def test_a_link_from_before_sets_no_password(instance, admin):
    """Whoever asked for one with the old password's worries, and read the mail, does not get in after the change."""
    admin.call("POST", "/api/auth/forgot-password", json={"email": admin.email})
    token = last(instance, admin.email, "Choose a new password").token
    change(admin)
    admin.refused("POST", "/api/auth/reset-password", 410, "token_expired", json={"token": token, "password": "a third horse battery"})
    Client(instance).signin(admin.email, NEW)


def test_rules_of_the_new_password(admin):
    """The same as at registration; every wrong field at once, and neither password is echoed."""
    for new, part in (("short", "8"), ("password", "common"), ("QWERTYUIOP", "common"), ("x" * 257, "256")):
        body = admin.refused("POST", CHANGE, 400, "validation_failed", json={"currentPassword": PASSWORD, "newPassword": new})
        assert [row["field"] for row in body["fields"]] == ["newPassword"] and part in body["fields"][0]["message"]
        assert PASSWORD not in str(body)
    body = admin.refused("POST", CHANGE, 400, "validation_failed", json={"newPassword": 5})
    assert {row["field"] for row in body["fields"]} == {"currentPassword", "newPassword"}
    body = admin.refused("POST", CHANGE, 400, "validation_failed", json={"currentPassword": "wrong words", "newPassword": NEW})
    assert body["fields"] == [{"field": "currentPassword", "message": "is wrong"}]
    assert admin.call("GET", "/api/portal/me") == admin.me


def test_a9_guessing_the_current_password(instance, admin):
    """A9: ten attempts in 15 minutes, over all sessions."""
    sessions = [admin, Client(instance).signin(admin.email, PASSWORD)]
    for i in range(10):
        sessions[i % 2].refused("POST", CHANGE, 400, "validation_failed", json={"currentPassword": "wrong words", "newPassword": NEW})
    reply = sessions[0].post(CHANGE, json={"currentPassword": PASSWORD, "newPassword": NEW})
    assert reply.status_code == 429 and int(reply.headers["Retry-After"]) > 0


def test_two_changes_at_once(instance, admin):
    """One wins; the other one's session is over."""
    other = Client(instance).signin(admin.email, PASSWORD)
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda row: row[0].post(CHANGE, json={"currentPassword": PASSWORD, "newPassword": row[1]}),
                                ((admin, NEW), (other, NEW + "9"))))
    assert sorted(reply.status_code for reply in replies)[0] == 200 and {reply.status_code for reply in replies} <= {200, 400, 401, 409}
    assert len([reply for reply in replies if reply.status_code == 200]) == 1


def test_a10_not_from_another_site_and_not_with_a_key(admin):
    admin.refused("POST", CHANGE, 403, "cross_origin", json={"currentPassword": PASSWORD, "newPassword": NEW},
                  headers={"Origin": "https://evil.example"})
    key = admin.api_key(scopes=["exercises", "results", "team", "settings", "account"])
    key.refused("POST", CHANGE, 403, "scope_missing", json={"currentPassword": PASSWORD, "newPassword": NEW})


def test_an_outdated_hash_is_replaced_at_sign_in(instance, admin):
    """A password whose hash has weaker parameters gets one of today's; sessions stay, and the old hash is gone."""
    instance.sql("UPDATE muster.credential SET password_hash = %s WHERE user_id = %s", WEAK, admin.me["id"])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: Client(instance).signin(admin.email, PASSWORD), range(4)))
    stored = instance.value("SELECT password_hash FROM muster.credential WHERE user_id = %s", admin.me["id"])
    assert stored != WEAK and "m=19456,t=2" in stored
    Client(instance).signin(admin.email, PASSWORD)
    admin.call("GET", "/api/portal/me")


# ---- sessions ----

def test_own_sessions(instance, admin):
    """Newest use first, with address and browser, and which one asks; no token in it."""
    other = Client(instance)
    other.call("POST", "/api/auth/signin", json={"email": admin.email, "password": PASSWORD}, headers={"User-Agent": "Browser <b>1</b>"})
    instance.sql("UPDATE muster.user_session SET last_seen_at = now() - interval '1 hour' WHERE user_id = %s AND address = %s",
                 admin.me["id"], admin.address)
    rows = other.call("GET", "/api/auth/sessions")
    assert [(row["address"], row["current"]) for row in rows] == [(other.address, True), (admin.address, False)]
    assert rows[0]["userAgent"] == "Browser <b>1</b>" and rows[0]["createdAt"] <= rows[0]["lastSeenAt"]
    assert other.cookie.partition("=")[2] not in str(rows)
    instance.sql("UPDATE muster.user_session SET expires_at = now() WHERE user_id = %s AND address = %s", admin.me["id"], admin.address)
    assert len(other.call("GET", "/api/auth/sessions")) == 1


def test_a14_ending_one(instance, admin, new_admin):
    """A14: one's own, at once; nobody else's."""
    other = Client(instance).signin(admin.email, PASSWORD)
    (gone,) = [row["id"] for row in admin.call("GET", "/api/auth/sessions") if not row["current"]]
    for stranger in (admin.colleague("CLIENT_ADMIN"), new_admin()):
        stranger.refused("DELETE", f"/api/auth/sessions/{gone}", 404, "not_found")
    other.call("GET", "/api/portal/me")
    assert admin.call("DELETE", f"/api/auth/sessions/{gone}") == {"success": True}
    other.refused("GET", "/api/portal/me", 401, "unauthenticated")
    admin.refused("DELETE", f"/api/auth/sessions/{gone}", 404, "not_found")


def test_ending_all_others(instance, admin):
    others = [Client(instance).signin(admin.email, PASSWORD) for _ in range(3)]
    key, colleague = admin.api_key(), admin.colleague()
    assert admin.call("DELETE", "/api/auth/sessions") == {"success": True, "ended": 3}
    assert admin.call("DELETE", "/api/auth/sessions") == {"success": True, "ended": 0}
    for other in others:
        other.refused("GET", "/api/portal/me", 401, "unauthenticated")
    key.call("GET", "/api/ttx/catalog")
    colleague.call("GET", "/api/portal/me")


@pytest.mark.parametrize("method, path", [("GET", "/api/auth/sessions"), ("DELETE", "/api/auth/sessions")])
def test_keys_do_not_see_sessions(admin, method, path):
    admin.api_key(scopes=["exercises", "results", "team", "settings", "account"]).refused(method, path, 403, "scope_missing")
