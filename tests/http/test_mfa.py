"""The second factor: enrolment, both steps of sign-in, what a half session reaches. Rules A5, A6, A8, A9, A10, B1, B2."""
import hashlib
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, otp, routes
from tests.lib.client import PASSWORD

VERIFY = "/api/auth/mfa/verify"
OFF = {"enabled": False, "confirmedAt": None, "recoveryCodesLeft": 0, "required": False, "resetEndsAt": None}


@pytest.fixture
def person(instance, admin):
    """Somebody with a second factor: .secret and .codes."""
    admin.secret, admin.codes = otp.enrol(admin, instance)
    return admin


def half(instance, person, address=None):
    """A client that has passed the first step."""
    client = Client(instance, address=address)
    assert client.call("POST", "/api/auth/signin", json={"email": person.email, "password": PASSWORD}) == {"mfaRequired": True}
    return client


def now(person, offset=0):
    return otp.code(person.secret, otp.step(offset))


def wrong(person):
    """Six digits that are no code of any step near."""
    near = {otp.code(person.secret, otp.step(offset)) for offset in range(-3, 4)}
    return next(text for text in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777") if text not in near)


# ---- enrolment ----

def test_a5_enrolment(instance, admin):
    """A5, B1, B2: a secret is shown once, sealed in the database, and counts from the first right code on."""
    assert admin.call("GET", "/api/auth/mfa") == OFF
    made = admin.call("POST", "/api/auth/mfa", json={})
    assert re.fullmatch(r"[A-Z2-7]{32}", made["secret"]) and f"secret={made['secret']}&" in made["uri"] and admin.email in made["uri"]
    assert admin.call("GET", "/api/auth/mfa")["enabled"] is False
    assert Client(instance).signin(admin.email, PASSWORD).me["id"] == admin.me["id"]
    body = admin.refused("POST", "/api/auth/mfa", 400, "validation_failed", json={"code": otp.code(made["secret"], otp.step(-5))})
    assert [row["field"] for row in body["fields"]] == ["code"]
    done = admin.call("POST", "/api/auth/mfa", json={"code": otp.code(made["secret"], otp.step())})
    assert len(set(done["recoveryCodes"])) == 10
    status = admin.get("/api/auth/mfa")
    assert status.json()["enabled"] is True and status.json()["recoveryCodesLeft"] == 10
    assert made["secret"] not in status.text and "secret" not in status.json()
    stored = str(instance.sql("SELECT * FROM muster.second_factor f JOIN muster.recovery_code USING (org_id, user_id) WHERE user_id = %s",
                              admin.me["id"]))
    assert made["secret"] not in stored and not any(code in stored or code.replace("-", "") in stored for code in done["recoveryCodes"])
    sealed = instance.value("SELECT sealed FROM muster.second_factor WHERE user_id = %s", admin.me["id"])
    assert re.fullmatch(r"m?[0-9a-f]{8}:[A-Za-z0-9+/]+=*", sealed)
    rows = instance.sql("SELECT code_hash FROM muster.recovery_code WHERE user_id = %s", admin.me["id"])
    digests = {hashlib.sha256(code.replace("-", "").encode()).digest() for code in done["recoveryCodes"]}
    assert {bytes(row["code_hash"]) for row in rows} == digests
    for body in ({}, {"code": otp.code(made["secret"], otp.step(1))}):
        admin.refused("POST", "/api/auth/mfa", 409, "conflict", json=body)


def test_enrolment_begun_twice(instance, admin):
    """Only the newest secret counts; a code without a secret is a conflict."""
    admin.refused("POST", "/api/auth/mfa", 409, "conflict", json={"code": "123456"})
    first, second = (admin.call("POST", "/api/auth/mfa", json={})["secret"] for _ in range(2))
    assert first != second
    admin.refused("POST", "/api/auth/mfa", 400, "validation_failed", json={"code": otp.code(first, otp.step())})
    admin.call("POST", "/api/auth/mfa", json={"code": otp.code(second, otp.step())})


def test_b1_a_secret_copied_to_another_row_does_not_open(instance, admin, new_admin):
    """B1: bound to its person: in another row it is no secret at all, and the reply says no more than for a wrong code."""
    thief = new_admin()
    thief.call("POST", "/api/auth/mfa", json={})
    secret = admin.call("POST", "/api/auth/mfa", json={})["secret"]
    instance.sql("UPDATE muster.second_factor SET sealed = (SELECT sealed FROM muster.second_factor WHERE user_id = %s) WHERE user_id = %s",
                 admin.me["id"], thief.me["id"])
    thief.refused("POST", "/api/auth/mfa", 400, "validation_failed", json={"code": otp.code(secret, otp.step())})
    admin.call("POST", "/api/auth/mfa", json={"code": otp.code(secret, otp.step())})


def test_a5_secrets_reach_no_log(instance, person):
    """B2, A5: neither the secret nor a code nor a recovery code is in any log."""
    client = half(instance, person)
    client.call("POST", VERIFY, json={"recoveryCode": person.codes[0]})
    logs = "\n".join(text for _, text in instance.logs())
    for secret in (person.secret, *person.codes, PASSWORD, client.cookie.partition("=")[2]):
        assert secret not in logs


# ---- sign-in ----

def test_a5_two_steps(instance, person):
    """A5, A6, A10: the half session's cookie is short-lived, stored as a hash, and replaced when the second step succeeds."""
    client = Client(instance)
    reply = client.post("/api/auth/signin", json={"email": person.email, "password": PASSWORD})
    assert reply.json() == {"mfaRequired": True}
    assert {"Max-Age=600", "HttpOnly", "SameSite=Lax"} <= set(reply.headers["Set-Cookie"].split("; "))
    token = client.cookie.partition("=")[2]
    (row,) = instance.sql("SELECT *, expires_at - now() AS left FROM muster.pending_session WHERE user_id = %s", person.me["id"])
    assert bytes(row["token_hash"]) == hashlib.sha256(token.encode()).digest() and 0 < row["left"].total_seconds() <= 600
    first = client.cookie
    assert client.call("POST", VERIFY, json={"code": now(person)}) == person.me
    assert client.cookie != first and client.call("GET", "/api/portal/me") == person.me
    assert instance.value("SELECT count(*) FROM muster.pending_session WHERE user_id = %s", person.me["id"]) == 0
    for kind in ("GET", "/api/portal/me"), ("POST", VERIFY):
        body = {"json": {"code": now(person, 1)}} if kind[0] == "POST" else {}
        client.refused(*kind, 401, "unauthenticated", headers={"Cookie": first}, **body)


@pytest.mark.parametrize("row", [row for row in routes.usual() if row["guard"] != "public"], ids=routes.name)
def test_a5_a_half_session_reaches_the_second_step_alone(instance, shared_half, row):
    """A5: every route of every family is 401 for a half session, except the second step and signing out."""
    if (row["method"], row["path"]) in (("POST", VERIFY), ("POST", "/api/auth/signout")):
        assert row["guard"] in ("pending", "leaving")
        return
    body = {"json": {}} if row["body"] is not None else {}
    shared_half.refused(row["method"], routes.fill(row["path"]), 401, "unauthenticated", **body)


@pytest.fixture(scope="module")
def shared_half(instance):
    person = Client(instance).register().signin()
    person.secret, person.codes = otp.enrol(person, instance)
    return half(instance, person)


def test_a5_half_sessions_are_no_sessions(instance, person):
    """A5: nor are they listed, nor do they make an API key's life easier; a bearer with the half session's token is nobody."""
    client = half(instance, person)
    assert len(person.call("GET", "/api/auth/sessions")) == 1
    Client(instance, key=client.cookie.partition("=")[2]).refused("GET", "/api/portal/me", 401, "unauthenticated")
    Client(instance).refused("POST", VERIFY, 401, "unauthenticated", json={"code": now(person)})
    person.refused("POST", VERIFY, 401, "unauthenticated", json={"code": now(person)})


def test_a10_signing_out_halfway(instance, person):
    client = half(instance, person)
    kept = client.cookie
    assert client.call("POST", "/api/auth/signout") == {"success": True} and client.cookie is None
    client.refused("POST", VERIFY, 401, "unauthenticated", json={"code": now(person)}, headers={"Cookie": kept})
    client.refused("POST", VERIFY, 401, "unauthenticated", json={"code": now(person)})


def test_a5_a_half_session_expires(instance, person):
    client = half(instance, person)
    instance.sql("UPDATE muster.pending_session SET expires_at = now() WHERE user_id = %s", person.me["id"])
    client.refused("POST", VERIFY, 401, "unauthenticated", json={"code": now(person)})
    half(instance, person)
    assert instance.value("SELECT count(*) FROM muster.pending_session WHERE user_id = %s", person.me["id"]) == 1


def test_a5_a_code_is_accepted_once(instance, person):
    """A5: not a second time, and none of a step before the last used one."""
    code, before = now(person), now(person, -1)
    half(instance, person).call("POST", VERIFY, json={"code": code})
    client = half(instance, person)
    for used in (code, before):
        client.refused("POST", VERIFY, 401, "invalid_code", json={"code": used})
    client.call("POST", VERIFY, json={"code": now(person, 1)})


def test_a5_a_code_is_accepted_once_at_the_same_moment(instance, person):
    """A5: of many who send the same code at once, one gets in."""
    clients = [half(instance, person) for _ in range(6)]
    code = now(person)
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda client: client.post(VERIFY, json={"code": code}).status_code, clients))
    assert sorted(statuses) == [200] + [401] * 5


@pytest.mark.parametrize("offset, status", [(-3, 401), (-2, 401), (-1, 200), (0, 200), (1, 200), (2, 401), (3, 401)])
def test_a5_window(instance, person, offset, status):
    """A5: one step before or after, for clocks that differ."""
    assert half(instance, person).post(VERIFY, json={"code": now(person, offset)}).status_code == status


def test_codes_as_people_type_them(instance, person):
    code = now(person)
    half(instance, person).call("POST", VERIFY, json={"code": f" {code[:3]} {code[3:]} "})
    half(instance, person).call("POST", VERIFY, json={"recoveryCode": person.codes[3].lower().replace("-", " ")})


def test_a5_recovery_codes(instance, person):
    """A5: each opens once; another person's does not."""
    half(instance, person).call("POST", VERIFY, json={"recoveryCode": person.codes[0]})
    client = half(instance, person)
    client.refused("POST", VERIFY, 401, "invalid_code", json={"recoveryCode": person.codes[0]})
    client.call("POST", VERIFY, json={"recoveryCode": person.codes[1]})
    assert client.call("GET", "/api/auth/mfa")["recoveryCodesLeft"] == 8
    other = Client(instance).register().signin()
    other.secret, other.codes = otp.enrol(other, instance)
    half(instance, other).refused("POST", VERIFY, 401, "invalid_code", json={"recoveryCode": person.codes[2]})


def test_one_proof_at_a_time(instance, person):
    client = half(instance, person)
    for body in ({}, {"code": "123456", "recoveryCode": "A" * 16}, {"code": "12345"}, {"code": 123456}, {"recoveryCode": "short"}):
        client.refused("POST", VERIFY, 400, "validation_failed", json=body)


def test_a8_answers_of_the_second_step_are_uniform(instance, person):
    """A8: wrong, used, too old and a secret that does not open are the same reply."""
    half(instance, person).call("POST", VERIFY, json={"code": now(person)})
    client = half(instance, person)
    bodies = set()
    for body in ({"code": wrong(person)}, {"code": now(person)}, {"code": now(person, -4)}, {"recoveryCode": "A" * 16}):
        reply = client.post(VERIFY, json=body)
        bodies.add((reply.status_code, reply.json()["error"], reply.json()["code"]))
    instance.sql("UPDATE muster.second_factor SET sealed = 'x:y' WHERE user_id = %s", person.me["id"])
    reply = client.post(VERIFY, json={"code": now(person, 1)})
    bodies.add((reply.status_code, reply.json()["error"], reply.json()["code"]))
    assert len(bodies) == 1


def test_a8_a_wrong_password_does_not_tell_of_the_factor(instance, person):
    """A8: the first step answers a wrong password alike, with and without a second factor."""
    plain = Client(instance).register()
    bodies = set()
    for email in (person.email, plain.email, "nobody@example.com"):
        reply = Client(instance).post("/api/auth/signin", json={"email": email, "password": "wrong password"})
        assert "Set-Cookie" not in reply.headers
        bodies.add((reply.status_code, reply.json()["error"], reply.json()["code"]))
    assert len(bodies) == 1


def test_a9_attempts_are_limited(instance, person):
    """A9: ten in 15 minutes and account, over half sessions, addresses and processes; then not even a right code helps."""
    clients = [half(instance, person) for _ in range(5)]
    body = {"code": wrong(person)}
    with ThreadPoolExecutor(5) as pool:
        statuses = list(pool.map(lambda i: clients[i % 5].post(VERIFY, json=body).status_code, range(10)))
    assert statuses == [401] * 10
    reply = clients[0].post(VERIFY, json={"code": now(person)})
    assert reply.status_code == 429 and 0 < int(reply.headers["Retry-After"]) <= 900
    assert person.request("DELETE", "/api/auth/mfa", json={"code": now(person)}).status_code == 429
    other = Client(instance).register().signin()
    other.secret, other.codes = otp.enrol(other, instance)
    half(instance, other).call("POST", VERIFY, json={"code": now(other)})


def test_a9_the_first_step_gives_no_attempts_back(instance, person):
    """A9: knowing the password does not refill the password's attempts before the second step has succeeded."""
    address = instance.new_address()
    for _ in range(10):
        half(instance, person, address)
    Client(instance, address=address).refused("POST", "/api/auth/signin", 429, "rate_limited",
                                              json={"email": person.email, "password": PASSWORD})


def test_a9_success_gives_attempts_back(instance, person):
    client = half(instance, person)
    for _ in range(2):
        for _ in range(6):
            client.refused("POST", VERIFY, 401, "invalid_code", json={"code": wrong(person)})
        client.call("POST", VERIFY, json={"recoveryCode": person.codes.pop()})
        client = half(instance, person)


def test_a9_a_whole_sign_in_gives_the_passwords_attempts_back(instance, person):
    """A9: as without a second factor: who gets in is not shut out for having signed in often, or for a password mistyped before."""
    address, client = instance.new_address(), None
    for _ in range(2):
        for _ in range(8):
            client = Client(instance, address=address)
            client.refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": person.email, "password": "no"})
        half(instance, person, address).call("POST", VERIFY, json={"recoveryCode": person.codes.pop()})
    half(instance, person, address)


def test_api_keys_are_not_affected(instance, admin):
    key = admin.api_key(scopes=["results"])
    otp.enrol(admin, instance)
    key.call("GET", "/api/portal/me")
    key.refused("POST", VERIFY, 403, "scope_missing", json={"code": "123456"})


def test_a7_a_deactivated_person_does_not_finish(instance, person):
    client = half(instance, person)
    instance.sql("UPDATE muster.app_user SET status = 'DEACTIVATED' WHERE id = %s", person.me["id"])
    client.refused("POST", VERIFY, 401, "unauthenticated", json={"code": now(person)})


# ---- turning it off ----

def test_turning_it_off(instance, person):
    """A5: needs a code that was not used, or a recovery code; then one step is enough again."""
    for body in ({"code": wrong(person)}, {"recoveryCode": "A" * 16}):
        person.refused("DELETE", "/api/auth/mfa", 400, "validation_failed", json=body)
    person.refused("DELETE", "/api/auth/mfa", 400, "validation_failed", json={})
    code = now(person)
    half(instance, person).call("POST", VERIFY, json={"code": code})
    person.refused("DELETE", "/api/auth/mfa", 400, "validation_failed", json={"code": code})
    assert person.call("DELETE", "/api/auth/mfa", json={"code": now(person, 1)}) == {"success": True}
    assert person.call("GET", "/api/auth/mfa") == OFF
    assert instance.value("SELECT count(*) FROM muster.recovery_code WHERE user_id = %s", person.me["id"]) == 0
    person.refused("DELETE", "/api/auth/mfa", 409, "conflict", json={"recoveryCode": person.codes[0]})
    assert Client(instance).signin(person.email, PASSWORD).me == person.me


def test_turning_it_off_with_a_recovery_code(instance, person):
    assert person.call("DELETE", "/api/auth/mfa", json={"recoveryCode": person.codes[9]}) == {"success": True}
    secret, codes = otp.enrol(person, instance)
    assert secret != person.secret and not set(codes) & set(person.codes)


def test_a12_what_is_noted(instance, person):
    """A12: on, both ways of passing, refusal and off are in the audit log, without codes."""
    client = half(instance, person)
    client.refused("POST", VERIFY, 401, "invalid_code", json={"code": wrong(person)})
    client.call("POST", VERIFY, json={"code": now(person)})
    half(instance, person).call("POST", VERIFY, json={"recoveryCode": person.codes[0]})
    person.call("DELETE", "/api/auth/mfa", json={"recoveryCode": person.codes[1]})
    rows = instance.sql("SELECT action, detail FROM muster.audit_log WHERE org_id = %s ORDER BY seq", person.me["orgId"])
    noted = [(row["action"], row["detail"].get("factor"), row["detail"].get("reason")) for row in rows[2:]]
    assert noted == [("user.signed_in", None, None), ("user.second_factor_on", None, None), ("user.sign_in_refused", None, "second_factor"),
                     ("user.signed_in", "code", None), ("user.signed_in", "recovery_code", None), ("user.second_factor_off", None, None)]
    assert instance.value("SELECT muster.audit_verify(%s)", person.me["orgId"]) is None
