"""Registration, sign-in, sign-out, the signed-in person, cookies: rules A4, A6, A8, A9, A10."""
import hashlib
import re
import secrets
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client
from tests.lib.client import PASSWORD

WHO = {"email": "new@example.com", "password": PASSWORD, "firstName": "New", "lastName": "Person"}


def token_of(client):
    name, _, value = client.cookie.partition("=")
    assert name == "muster_session"
    return value


def fields(body):
    return {row["field"]: row["message"] for row in body["fields"]}


@pytest.mark.smoke
def test_register_makes_an_organisation_and_its_administrator(instance):
    """A4: registering a new organisation is one of the ways to become a member, and of that organisation only."""
    person = Client(instance).register(first="Ada", last="Byron", organization="Example & Sons GmbH").signin()
    assert person.me["role"] == "CLIENT_ADMIN"
    assert person.me["organization"] == {"id": person.me["orgId"], "name": "Example & Sons GmbH", "slug": person.me["organization"]["slug"],
                                         "plan": "ENTERPRISE"}
    assert person.me["organization"]["slug"].startswith("example-sons-gmbh")
    assert (person.me["firstName"], person.me["lastName"], person.me["language"]) == ("Ada", "Byron", "en")
    assert person.call("GET", "/api/portal/me") == person.me


def test_nobody_joins_or_rules_by_asking(instance, admin):
    """A4: role, organisation and the like in a registration are ignored; the same organisation name is another organisation."""
    victim = admin.me["organization"]
    email = "intruder@example.com"
    Client(instance).call("POST", "/api/auth/register", expect=201, json={
        **WHO, "email": email, "organization": victim["name"], "role": "SUPER_ADMIN", "orgId": victim["id"], "org_id": victim["id"],
        "slug": victim["slug"], "plan": "ENTERPRISE", "status": "ACTIVE"})
    me = Client(instance).signin(email, PASSWORD).me
    assert me["orgId"] != victim["id"] and me["role"] == "CLIENT_ADMIN" and me["organization"]["slug"] != victim["slug"]


def test_two_organisations_of_one_name(instance):
    slugs = {Client(instance).register(organization="Twin Ltd").signin().me["organization"]["slug"] for _ in range(3)}
    assert len(slugs) == 3


@pytest.mark.parametrize("role", ["MEMBER", "AUDITOR", "FACILITATOR", "CLIENT_ADMIN"])
def test_invitation(instance, admin, role):
    """A4, A6: an invitation makes a member with the invited role, is used once and is stored as a hash."""
    email = f"{role.lower()}.invited@example.com"
    token = instance.invite(admin.me["orgId"], email, role)
    guest = Client(instance).register(email=email, invite=token).signin()
    assert guest.me["orgId"] == admin.me["orgId"] and guest.me["role"] == role
    again = {**WHO, "email": email, "inviteToken": token}
    Client(instance).refused("POST", "/api/auth/register", 410, "token_expired", json=again)


def test_invitation_for_somebody_else_or_too_late(instance, admin):
    token = instance.invite(admin.me["orgId"], "right@example.com")
    Client(instance).refused("POST", "/api/auth/register", 410, "token_expired",
                             json={**WHO, "email": "wrong@example.com", "inviteToken": token})
    late = instance.invite(admin.me["orgId"], "late@example.com", expires="-1 second")
    Client(instance).refused("POST", "/api/auth/register", 410, "token_expired",
                             json={**WHO, "email": "late@example.com", "inviteToken": late})
    Client(instance).refused("POST", "/api/auth/register", 410, "token_expired",
                             json={**WHO, "email": "no@example.com", "inviteToken": "x" * 43})
    Client(instance).register(email="right@example.com", invite=token)


def test_seats_of_the_plan(instance, admin):
    """A13 in part: whoever accepts when all seats are used is refused, and the invitation stays good."""
    org = admin.me["orgId"]
    instance.sql("UPDATE muster.org SET plan = 'FREE' WHERE org_id = %s", org)
    for _ in range(2):
        admin.colleague()
    token = instance.invite(org, "fourth@example.com")
    body = {**WHO, "email": "fourth@example.com", "inviteToken": token}
    Client(instance).refused("POST", "/api/auth/register", 403, "seats_used", json=body)
    instance.sql("UPDATE muster.org SET plan = 'STARTER' WHERE org_id = %s", org)
    Client(instance).call("POST", "/api/auth/register", expect=201, json=body)


def test_register_names_every_wrong_field_at_once(anon):
    body = anon.refused("POST", "/api/auth/register", 400, "validation_failed",
                        json={"email": "no address", "password": "short", "firstName": "", "lastName": 7, "inviteToken": "x"})
    assert set(fields(body)) == {"email", "password", "firstName", "lastName", "inviteToken"}
    assert "8" in fields(body)["password"] and "short" not in str(body)
    empty = anon.refused("POST", "/api/auth/register", 400, "validation_failed", json={})
    assert set(fields(empty)) == {"email", "password", "firstName", "lastName"}


@pytest.mark.parametrize("password", ["password", "PASSWORD", "12345678", "qwertyuiop", "iloveyou"])
def test_most_common_passwords_are_refused(anon, password):
    body = anon.refused("POST", "/api/auth/register", 400, "validation_failed", json={**WHO, "password": password})
    assert list(fields(body)) == ["password"] and "common" in fields(body)["password"]


def test_email_is_one_account_whatever_its_case(instance, admin):
    body = {**WHO, "email": admin.email.upper()}
    Client(instance).refused("POST", "/api/auth/register", 409, "email_taken", json=body)
    assert Client(instance).signin(admin.email.upper(), PASSWORD).me["id"] == admin.me["id"]


@pytest.mark.parametrize("typed, stored", [("\u00c4nne", "\u00e4nne"), ("\u0130ren", "iren"), ("\u0416", "\u0436"), ("\u1f88", "\u1f80")])
def test_email_has_no_case_beyond_ascii_either(instance, admin, typed, stored):
    """Not "there is already an account"; invitations find the same person."""
    tail = f"{secrets.token_hex(4)}@\u00dcber.Example.com"
    person = Client(instance).register(email=typed + tail).signin()
    email = stored + tail.lower().replace("über", "xn--ber-goa")
    assert person.me["email"] == email and instance.value("SELECT lower(%s)", typed) == stored
    assert Client(instance).signin(email, PASSWORD).me["id"] == person.me["id"]
    Client(instance).refused("POST", "/api/auth/register", 409, "email_taken", json={**WHO, "email": email})
    (row,) = admin.call("POST", "/api/portal/invite", json={"emails": [typed + tail, email]})["results"]
    assert row["email"] == email and row["status"] == "invitation_created"


@pytest.mark.parametrize("agent", ["a" * 199 + "\u00e9", "\u00e9" * 300, "a" * 198 + "\U0001f600", "a" * 300])
def test_a_long_browser_name_is_cut_between_characters(instance, admin, agent):
    other = Client(instance)
    other.call("POST", "/api/auth/signin", json={"email": admin.email, "password": PASSWORD}, headers={"User-Agent": agent.encode()})
    (row,) = [row for row in other.call("GET", "/api/auth/sessions") if row["current"]]
    assert row["userAgent"] and agent.startswith(row["userAgent"]) and 196 < len(row["userAgent"].encode()) <= 200


def test_an_organisation_without_a_name_has_the_persons(instance):
    """Whatever the name is made of: it is not cut inside a character."""
    last, email = "x" + "\u00e9" * 79, f"{secrets.token_hex(6)}@example.com"
    Client(instance).call("POST", "/api/auth/register", expect=201, json={**WHO, "email": email, "lastName": last})
    assert Client(instance).signin(email, PASSWORD).me["organization"]["name"] == f"Organisation of {last}"


def test_password_is_stored_as_argon2id(instance, admin):
    stored = instance.value("SELECT password_hash FROM muster.credential WHERE user_id = %s", admin.me["id"])
    assert re.match(r"\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$", stored)


def test_session_token(instance, admin):
    """A6: at least 128 bits, stored only as a hash, expires."""
    token = token_of(admin)
    assert len(token) * 5.9 >= 128 and re.fullmatch(r"[A-Za-z0-9]+", token)
    rows = instance.sql("SELECT *, expires_at - now() AS left FROM muster.user_session WHERE user_id = %s", admin.me["id"])
    assert len(rows) == 1 and bytes(rows[0]["token_hash"]) == hashlib.sha256(token.encode()).digest()
    assert token not in str(rows) and 13 <= rows[0]["left"].days <= 14
    assert token_of(Client(instance).signin(admin.email, PASSWORD)) != token
    instance.sql("UPDATE muster.user_session SET expires_at = now() WHERE user_id = %s", admin.me["id"])
    admin.refused("GET", "/api/portal/me", 401, "unauthenticated")


def test_cookie_attributes(instance, admin):
    """A10: HttpOnly, SameSite, for the whole site, not for other hosts; Secure and __Host- are in test_settings.py. What makes the device
    known goes to sign-in alone and does not name the person."""
    reply = Client(instance).post("/api/auth/signin", json={"email": admin.email, "password": PASSWORD})
    session, device = [[part.strip() for part in line.split(";")] for line in reply.raw.headers.getlist("Set-Cookie")]
    assert session[0].startswith("muster_session=")
    assert set(session[1:]) == {"Path=/", "HttpOnly", "SameSite=Lax", f"Max-Age={14 * 24 * 3600}"}
    assert device[0].startswith("muster_device=") and len(device[0]) < 250
    assert set(device[1:]) == {"Path=/api/auth", "HttpOnly", "SameSite=Lax", f"Max-Age={180 * 24 * 3600}"}


@pytest.mark.smoke
def test_signout_ends_the_session_on_the_server(instance, admin):
    """A10: POST only; the cookie is worthless afterwards even if somebody kept it."""
    kept = admin.cookie
    other = Client(instance).signin(admin.email, PASSWORD)
    reply = admin.get("/api/auth/signout")
    assert reply.status_code == 405 and "POST" in reply.headers["Allow"]
    admin.call("GET", "/api/portal/me")
    reply = admin.post("/api/auth/signout")
    assert reply.json() == {"success": True} and "Max-Age=0" in reply.headers["Set-Cookie"]
    admin.refused("GET", "/api/portal/me", 401, "unauthenticated", headers={"Cookie": kept})
    other.call("GET", "/api/portal/me")
    assert instance.value("SELECT count(*) FROM muster.user_session WHERE user_id = %s", admin.me["id"]) == 1


FOREIGN = [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
           {"Origin": "http://localhost:1"}]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_writes_from_other_sites_are_refused(instance, admin, headers):
    """A10: a cookie alone does not write when the browser says that another site asks; nothing was done."""
    admin.refused("POST", "/api/ttx/generate", 403, "cross_origin", json={"theme": "bec"}, headers=headers)
    admin.refused("POST", "/api/auth/signout", 403, "cross_origin", headers=headers)
    assert admin.call("GET", "/api/portal/sessions", headers=headers) == []
    key = admin.api_key()
    key.call("POST", "/api/ttx/generate", json={"theme": "bec"}, headers=headers)


@pytest.mark.parametrize("origin", ["https://evil.example", "x://localhost", "null"])
@pytest.mark.parametrize("credential", ["Bearer nonsense", "Bearer tc_" + "A" * 43, "bearer  x", "Basic eDp5", "Token x"])
def test_a_header_opens_no_public_write_to_other_sites(instance, admin, credential, origin):
    """A10: signing in asks for no key, so what looks like one is no reason to let another site do it, nor is a key that is good."""
    for value in (credential, f"Bearer {admin.api_key().key}"):
        reply = Client(instance).post("/api/auth/signin", json={"email": admin.email, "password": PASSWORD},
                                      headers={"Authorization": value, "Origin": origin})
        assert reply.status_code == 403 and reply.json()["code"] == "cross_origin" and "Set-Cookie" not in reply.headers, value
    reply = Client(instance).post("/api/auth/signin", json={"email": admin.email, "password": PASSWORD},
                                  headers={"Authorization": credential})
    assert reply.status_code == 200


def test_writes_from_our_own_pages_are_not(instance, admin):
    for headers in ({"Origin": instance.url}, {"Origin": instance.url, "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        admin.call("POST", "/api/ttx/generate", json={"theme": "bec"}, headers=headers)


@pytest.mark.alone
def test_signin_does_not_tell_who_exists(instance, admin):
    """A8: an unknown account and a wrong password look the same and cost the same work."""
    client = Client(instance)
    bodies, times = set(), {"known": [], "unknown": []}
    for i in range(5):
        for kind, email in (("known", admin.email), ("unknown", f"nobody{i}@example.com")):
            begin = time.perf_counter()
            reply = client.post("/api/auth/signin", json={"email": email, "password": "wrong password"})
            times[kind].append(time.perf_counter() - begin)
            assert reply.status_code == 401
            bodies.add((reply.json()["error"], reply.json()["code"], "fields" in reply.json()))
    assert bodies == {("The email address or the password is wrong.", "invalid_credentials", False)}
    known, unknown = (statistics.median(times[kind]) for kind in ("known", "unknown"))
    assert 0.5 < known / unknown < 2, times


def test_signin_of_a_deactivated_person(instance, admin):
    """A8, A7 in part: deactivation ends sessions and keys at once and looks like a wrong password."""
    key = admin.api_key()
    instance.sql("UPDATE muster.app_user SET status = 'DEACTIVATED' WHERE id = %s", admin.me["id"])
    admin.refused("GET", "/api/portal/me", 401, "unauthenticated")
    key.refused("GET", "/api/ttx/catalog", 401, "unauthenticated")
    Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": admin.email, "password": PASSWORD})


def test_signin_needs_both_fields(anon):
    body = anon.refused("POST", "/api/auth/signin", 400, "validation_failed", json={"email": 5})
    assert set(fields(body)) == {"email", "password"}


def test_signin_limit_of_an_account(instance, admin):
    """A9, A18: ten attempts in 15 minutes and address; then not even the right password helps there. The owner, elsewhere, signs in, and
    others are not hit."""
    wrong, address = {"email": admin.email, "password": "wrong password"}, instance.new_address()
    with ThreadPoolExecutor(5) as pool:
        replies = list(pool.map(lambda _: Client(instance, address=address).post("/api/auth/signin", json=wrong).status_code, range(10)))
    assert replies == [401] * 10
    reply = Client(instance, address=address).post("/api/auth/signin", json={"email": admin.email, "password": PASSWORD})
    assert reply.status_code == 429 and reply.json()["code"] == "rate_limited" and 0 < int(reply.headers["Retry-After"]) <= 900
    Client(instance).signin(admin.email, PASSWORD)
    assert Client(instance, address=address).post("/api/auth/signin", json=wrong).status_code == 429
    Client(instance, address=address).register().signin()
    assert instance.value("SELECT count(*) FROM muster.attempt WHERE length(key) <> 32") == 0


def test_signin_limit_is_given_back_by_success(instance, admin):
    client = Client(instance)
    for _ in range(3):
        for _ in range(4):
            client.refused("POST", "/api/auth/signin", 401, "invalid_credentials",
                           json={"email": admin.email, "password": "wrong password"})
        client.signin(admin.email, PASSWORD)


def test_signin_limit_of_an_address(instance, admin):
    """A9: 60 attempts in 15 minutes and address, as nginx knows it: headers of the client do not make another one."""
    client = Client(instance)

    def attempt(i):
        lie = {"X-Forwarded-For": f"198.51.100.{i}", "X-Real-IP": f"198.51.100.{i}", "Forwarded": f"for=198.51.100.{i}"}
        return Client(instance, address=client.address).post(
            "/api/auth/signin", json={"email": f"guess{i}@example.com", "password": "wrong password"}, headers=lie).status_code
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(attempt, range(62)))
    assert sorted(statuses) == [401] * 60 + [429] * 2
    client.refused("POST", "/api/auth/signin", 429, "rate_limited", json={"email": admin.email, "password": PASSWORD})
    Client(instance).signin(admin.email, PASSWORD)


def test_register_limit_of_an_address(instance):
    """A9: five an hour and address; a refused form costs nothing."""
    client = Client(instance)
    for _ in range(3):
        client.refused("POST", "/api/auth/register", 400, "validation_failed", json={"email": "x"})
    for _ in range(5):
        client.register()
    reply = client.post("/api/auth/register", json={**WHO, "email": "sixth@example.com"})
    assert reply.status_code == 429 and 3000 < int(reply.headers["Retry-After"]) <= 3600
    Client(instance).register()


def test_signup_status(anon):
    assert anon.call("GET", "/api/public/signup-status") == {"open": True, "signedIn": False}
