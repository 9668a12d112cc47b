"""A second factor that an organisation requires, and that platform administrators must have (A2, A5, A11, A12, E1, E3)."""
import pytest

from tests.lib import Client, cast, otp, routes
from tests.lib.cast import Cast
from tests.lib.client import PASSWORD
from tests.lib.sample import request_of

SETTING = "/api/portal/security"
CODE = "second_factor_required"
# What somebody without the factor that is required reaches: setting one up, the own account, and what is everybody's right.
REACHED = {"GET /api/portal/me", "POST /api/auth/signout", "POST /api/auth/step-up", "GET /api/auth/mfa", "POST /api/auth/mfa",
           "DELETE /api/auth/mfa", "POST /api/auth/mfa/recovery-codes", "GET /api/auth/sessions", "DELETE /api/auth/sessions",
           "DELETE /api/auth/sessions/{id}", "POST /api/auth/change-password", "GET /api/portal/privacy", "GET /api/portal/gdpr-export",
           "POST /api/portal/delete-account", "POST /api/portal/restore-organization"}
CLOSED = [row for row in routes.usual() if row["guard"] not in ("public", "pending")]


def requiring(instance, required=True):
    """An organisation that requires a second factor."""
    whole = Cast(instance)
    instance.sql("UPDATE muster.org SET second_factor_required = %s WHERE org_id = %s", required, whole.org)
    return whole


def is_refused(reply):
    return reply.status_code == 403 and reply.headers["Content-Type"].startswith("application/json") and reply.json()["code"] == CODE


def acts(instance, whole, action):
    return [row["detail"] for row in instance.sql("SELECT detail FROM muster.audit_log WHERE org_id = %s AND action = %s ORDER BY seq",
                                                  whole.org, action)]


# ---- every row ----

def test_a5_the_flag_is_what_the_table_says():
    assert {routes.name(row) for row in routes.table() if row["withoutFactor"]} == REACHED


@pytest.mark.parametrize("row", CLOSED, ids=routes.name)
def test_a5_every_row_asks_for_it(instance, row):
    """A5, A11: a session and a key of somebody without the factor reach what is in REACHED and nothing else; nothing is changed."""
    whole = requiring(instance)
    caller = whole.person("SUPER_ADMIN" if row["guard"] == "platform" else "CLIENT_ADMIN")
    callers = [caller, whole.client(f"key:{row['scope']}")] if row["scope"] else [caller]
    for client in callers:
        path, options = request_of(row, client)
        before = cast.fingerprint(instance, whole.org)
        reply = client.request(row["method"], path, **options)
        assert reply.status_code < 500
        assert is_refused(reply) == (routes.name(row) not in REACHED), reply.text
        if is_refused(reply):
            changed = {name for name, digest in cast.fingerprint(instance, whole.org).items() if digest != before[name]}
            assert changed <= {"user_session", "api_key"}  # their last use


@pytest.mark.parametrize("row", [row for row in CLOSED if row["guard"] == "platform"], ids=routes.name)
def test_a5_the_platform_asks_whatever_the_organisation_says(instance, row):
    boss = requiring(instance, False).person("SUPER_ADMIN")
    path, options = request_of(row, boss)
    boss.refused(row["method"], path, 403, CODE, **options)
    boss.call("GET", "/api/portal/sessions")
    otp.enrol(boss, instance)
    assert not is_refused(boss.request(row["method"], path, **options))


def test_a2_who_may_not_at_all_is_told_that(instance):
    member = requiring(instance).person("MEMBER")
    for path in ("/api/portal/users", "/api/admin/orgs"):
        member.refused("GET", path, 403, "forbidden")


# ---- the setting ----

def test_a5_who_requires_it_has_it(instance):
    """A5, A12: an administrator without one is told to begin with the own; then it holds at once, for everybody, and is logged."""
    whole = Cast(instance)
    admin, member = whole.person("CLIENT_ADMIN"), whole.person("MEMBER")
    assert admin.call("GET", SETTING) == {"secondFactorRequired": False, "people": 2, "peopleWithFactor": 0}
    body = admin.refused("PUT", SETTING, 409, "conflict", json={"secondFactorRequired": True})
    assert "Account security" in body["error"]
    member.call("GET", "/api/portal/sessions")
    otp.enrol(admin, instance)
    for _ in range(2):
        on = admin.call("PUT", SETTING, json={"secondFactorRequired": True})
        assert on == {"secondFactorRequired": True, "people": 2, "peopleWithFactor": 1}
    member.refused("GET", "/api/portal/sessions", 403, CODE)
    admin.call("GET", "/api/portal/sessions")
    admin.call("PUT", SETTING, json={"secondFactorRequired": False})
    member.call("GET", "/api/portal/sessions")
    assert acts(instance, whole, "organization.security_changed") == [{"secondFactorRequired": True}, {"secondFactorRequired": False}]


def test_a2_a3_the_setting_is_the_administrators_and_of_one_organisation(instance):
    whole, other = Cast(instance), Cast(instance)
    admin = whole.person("CLIENT_ADMIN")
    otp.enrol(admin, instance)
    for role in ("MEMBER", "FACILITATOR", "AUDITOR"):
        client = whole.person(role)
        client.refused("GET", SETTING, 403, "forbidden")
        client.refused("PUT", SETTING, 403, "forbidden", json={"secondFactorRequired": True})
    admin.call("PUT", SETTING, json={"secondFactorRequired": True})
    assert other.person("CLIENT_ADMIN").call("GET", SETTING)["secondFactorRequired"] is False
    whole.client("key:team").refused("PUT", SETTING, 403, "scope_missing", json={"secondFactorRequired": False})


# ---- a person ----

def test_a5_setting_one_up_opens_everything(instance):
    """A5: one signs in with the password, is led to the own security, and goes on in the same session; it then stays on."""
    whole = requiring(instance)
    member = whole.person("MEMBER")
    signed = Client(instance)
    signed.signin(member.email, PASSWORD)
    key = whole.client("key:results")
    for client in (signed, key):
        client.refused("GET", "/api/portal/sessions", 403, CODE)
        client.call("GET", "/api/portal/me")
    assert signed.call("GET", "/api/auth/mfa")["required"] is True
    _, codes = otp.enrol(signed, instance)
    signed.call("GET", "/api/portal/sessions")
    signed.refused("DELETE", "/api/auth/mfa", 409, "conflict", json={"recoveryCode": codes[0]})
    assert signed.call("GET", "/api/auth/mfa")["enabled"] is True
    key.refused("GET", "/api/portal/sessions", 403, CODE)  # an administrator's, who has none yet
    half = Client(instance)
    assert half.call("POST", "/api/auth/signin", json={"email": member.email, "password": PASSWORD}) == {"mfaRequired": True}
    half.call("POST", "/api/auth/mfa/verify", json={"recoveryCode": codes[1]})
    half.call("GET", "/api/portal/sessions")


def test_a5_one_that_was_only_begun_is_none(instance):
    member = requiring(instance).person("MEMBER")
    member.call("POST", "/api/auth/mfa", json={})
    member.refused("GET", "/api/portal/sessions", 403, CODE)


def test_a5_it_can_be_turned_off_where_nobody_requires_it(instance):
    member = requiring(instance, False).person("MEMBER")
    assert member.call("GET", "/api/auth/mfa")["required"] is False
    _, codes = otp.enrol(member, instance)
    member.call("DELETE", "/api/auth/mfa", json={"recoveryCode": codes[0]})
    boss = Cast(instance).person("SUPER_ADMIN")
    assert boss.call("GET", "/api/auth/mfa")["required"] is True
    _, codes = otp.enrol(boss, instance)
    boss.refused("DELETE", "/api/auth/mfa", 409, "conflict", json={"recoveryCode": codes[0]})


def test_a5_a_half_session_signs_out(instance):
    """A5, A10: it waits for its factor, so it has one."""
    whole = requiring(instance)
    half = whole.client("half")
    half.call("POST", "/api/auth/signout")


def test_e1_e3_rights_are_not_blocked(instance):
    """E1, E3: whoever has none sees what is stored, takes it along, and leaves."""
    member = requiring(instance).person("MEMBER")
    assert member.call("GET", "/api/portal/gdpr-export")["personalData"]
    member.call("POST", "/api/portal/delete-account", json={"confirmEmail": member.email})
    assert not instance.sql("SELECT 1 FROM muster.app_user WHERE id = %s", member.me["id"])


def test_a3_administrators_see_who_has_one(instance):
    whole = Cast(instance)
    admin, member = whole.person("CLIENT_ADMIN"), whole.person("MEMBER")
    otp.enrol(member, instance)
    seen = {row["id"]: row["secondFactor"] for row in admin.call("GET", "/api/portal/users")["users"]}
    assert (seen[admin.me["id"]], seen[member.me["id"]]) == (False, True)
    auditor = whole.person("AUDITOR")
    assert {row["secondFactor"] for row in auditor.call("GET", "/api/portal/users")["users"]} == {None}
