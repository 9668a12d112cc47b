"""Credentials of the threat intelligence API: signatures and tokens of API users, as clients of the protocol send them."""
import base64
import json
import subprocess
import time

import pytest

from tests.lib import Client, Instance, intel, routes, wire
from tests.lib.cast import Cast
from tests.lib.intel import ApiUser, api_user, send, signature

WHO = "/api/v2/whoami"
USERS = "/api/portal/api-users"


@pytest.fixture(scope="module")
def api(instance):
    return api_user(Client(instance).register().signin())


@pytest.fixture(scope="module", params=["signature", "token"])
def either(request, instance):
    """What works with a signature works with a token."""
    user = api_user(Client(instance).register().signin(), role="Standard User")
    return user if request.param == "signature" else user.with_token()


# ---- administrators make them ----

def test_made_listed_and_revoked(new_admin):
    """B2, A11: the secret is shown once; a revocation holds at once."""
    admin = new_admin()
    made = admin.call("POST", USERS, json={"name": "Feed", "role": "Read Only User"}, expect=201)
    assert set(made) == {"id", "accessId", "secretKey"} and isinstance(made["id"], int)
    (row,) = admin.call("GET", USERS)
    assert {**row, "createdAt": 0, "createdBy": row["createdBy"]["id"]} == {
        "id": made["id"], "name": "Feed", "role": "Read Only User", "accessId": made["accessId"], "createdAt": 0, "lastUsedAt": None,
        "createdBy": admin.me["id"]}
    user = ApiUser(admin.instance, made)
    token = user.with_token()
    assert user.call("GET", WHO)["data"]["user"]["role"] == "Read Only User" and token.call("GET", WHO)
    assert admin.call("GET", USERS)[0]["lastUsedAt"]
    assert admin.call("DELETE", f"{USERS}/{made['id']}") == {"success": True}
    user.refused("GET", WHO, 403, "Access Denied")
    token.refused("GET", WHO, 401, "Unauthorized")
    assert admin.call("GET", USERS) == []
    admin.refused("DELETE", f"{USERS}/{made['id']}", 404, "not_found")


def test_secrets_are_nowhere(new_admin, instance):
    """B1, B2: sealed in the database, digests besides."""
    admin = new_admin()
    made = admin.call("POST", USERS, json={"name": "Feed", "role": "Standard User"}, expect=201)
    token = admin.call("POST", f"{USERS}/{made['id']}/token", json={})["token"]
    rows = json.dumps(instance.sql("SELECT u::text AS u, t::text AS t FROM muster.intel_user u LEFT JOIN muster.intel_token t "
                                   "ON t.api_user = u.id WHERE u.id = %s", made["id"]))
    assert made["secretKey"] not in rows and token not in rows
    assert made["secretKey"] not in json.dumps(admin.call("GET", USERS))


def test_a_secret_that_was_moved_opens_nothing(new_admin, instance):
    """B1: what was sealed for one API user is none of another's."""
    admin = new_admin()
    one, other = api_user(admin), api_user(admin)
    instance.sql("UPDATE muster.intel_user a SET sealed = b.sealed, secret_hash = b.secret_hash FROM muster.intel_user b "
                 "WHERE a.id = %s AND b.id = %s", other.id, one.id)
    ApiUser(instance, {**other.made, "secretKey": one.secret}).refused("GET", WHO, 403, "Signature data did not match")


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 81}, {"name": "x", "role": "Director"}, {"name": "x", "role": 7}])
def test_bad_bodies(new_admin, body):
    new_admin().refused("POST", USERS, 400, "validation_failed", json=body)


def test_who_may_make_them(instance):
    """A15, A16: administrators, who proved themselves a moment ago, in a session; no program makes one."""
    cast = Cast(instance)
    for caller in ("member", "auditor", "facilitator"):
        cast.client(caller).refused("POST", USERS, 403, "forbidden", json={"name": "x"})
    cast.client("key:settings").refused("POST", USERS, 403, "scope_missing", json={"name": "x"})
    admin = cast.client("admin")
    instance.sql("UPDATE muster.user_session SET created_at = now() - interval '16 minutes' WHERE user_id = %s", admin.me["id"])
    admin.refused("POST", USERS, 403, "recent_sign_in_required", json={"name": "x"})
    poor = Cast(instance, plan="FREE").client("admin")
    poor.refused("POST", USERS, 403, "plan_required", json={"name": "x"})


def test_another_organisations(new_admin, api):
    """A14."""
    stranger = new_admin()
    stranger.refused("DELETE", f"{USERS}/{api.id}", 404, "not_found")
    stranger.refused("POST", f"{USERS}/{api.id}/token", 404, "not_found", json={})
    assert api.call("GET", WHO)


def test_no_more_than_two_hundred(new_admin, instance):
    admin = new_admin()
    instance.sql("INSERT INTO muster.intel_user (org_id, access_id, name, role, sealed, secret_hash) SELECT %s, (2e19::numeric + n + "
                 "floor(random() * 1e18))::numeric(20)::text, 'x', 'Read Only User', 'k:x', sha256(n::text::bytea) "
                 "FROM generate_series(1, 200) n", admin.me["orgId"])
    admin.refused("POST", USERS, 409, "conflict", json={"name": "one more"})


def test_tokens_of_administrators(new_admin, instance):
    admin = new_admin()
    user = api_user(admin)
    made = admin.call("POST", f"{USERS}/{user.id}/token", json={"expiresAt": "2099-01-01"})
    assert made["expiresAt"] == "2099-01-01T00:00:00.000Z"
    assert ApiUser(instance, user.made, token=made["token"]).call("GET", WHO)["data"]["user"]["userName"] == user.access_id
    admin.refused("POST", f"{USERS}/{user.id}/token", 400, "validation_failed", json={"expiresAt": "2020-01-01"})


def test_the_log_has_it(new_admin):
    """A12: by number, without secrets."""
    admin = new_admin()
    user = api_user(admin, role="App Developer")
    admin.call("POST", f"{USERS}/{user.id}/token", json={})
    admin.call("DELETE", f"{USERS}/{user.id}")
    entries = [row for row in admin.call("GET", "/api/portal/audit-log") if row["action"].startswith("api_user.")]
    assert [row["action"] for row in entries] == ["api_user.revoked", "api_user.token_created", "api_user.created"]
    assert all(row["detail"]["id"] == user.id for row in entries) and entries[2]["detail"]["role"] == "App Developer"
    assert user.secret not in json.dumps(entries) and user.access_id not in json.dumps(entries)


def test_the_maker_leaves(new_admin, instance):
    """A7: API users end with whoever made them; what they are called stays, without the person."""
    admin = new_admin()
    other = admin.colleague("CLIENT_ADMIN")
    user = api_user(other)
    token = user.with_token()
    admin.call("DELETE", f"/api/portal/users/{other.me['id']}")
    user.refused("GET", WHO, 403, "Access Denied")
    token.refused("GET", WHO, 401, "Unauthorized")
    assert instance.value("SELECT count(*) FROM muster.mail WHERE kind = 'api_users_revoked' AND user_id = %s", admin.me["id"]) == 1


# ---- signatures ----

def test_either_credential(either):
    assert either.call("GET", WHO) == {"status": "Success", "data": {"user": {
        "userName": either.access_id, "firstName": "Feed", "lastName": "API", "pseudonym": "Feed", "role": "Standard User"}}}


@pytest.mark.parametrize("query", ["?owner=Common%20Community", "?owner=Common+Community", "?a=%2f&b=%2F", "?x=!'()*", "?x=%21%27%28%29%2A",
                                   "?", "?x=a%ZZ", "?tql=" + "%41" * 2000],
                         ids=lambda query: query[:20])
def test_the_target_is_signed_as_it_was_sent(api, query):
    """However a client escapes: the bytes of the request line count."""
    assert api.call("GET", WHO + query)
    now = str(int(time.time()))
    other = query.replace("%20", "+").replace("+", "%20", 1) if "+" in query else query + "&"
    headers = {"Timestamp": now, "Authorization": f"TC {api.access_id}:{signature(api.secret, 'GET', WHO + other, now)}"}
    api.refused("GET", WHO + query, 403, "Signature data did not match", signed=False, headers=headers)


def test_names_of_headers_in_any_case(api):
    now = str(int(time.time()))
    made = signature(api.secret, "GET", WHO, now)
    for names in (("TimeStamp", "authorization"), ("timestamp", "AUTHORIZATION")):
        assert api.call("GET", WHO, signed=False, headers={names[0]: now, names[1]: f"TC {api.access_id}:{made}"})


def signed(api, **changes):
    """Headers with one thing wrong."""
    parts = {"access_id": api.access_id, "secret": api.secret, "method": "GET", "target": WHO, "timestamp": str(int(time.time()))}
    parts.update(changes)
    made = parts.get("signature") or signature(parts["secret"], parts["method"], parts["target"], parts["timestamp"])
    return {"Timestamp": parts["timestamp"], "Authorization": f"TC {parts['access_id']}:{made}"}


@pytest.mark.parametrize("changes, message", [
    ({"secret": "another"}, "Signature data did not match expected result"),
    ({"method": "POST"}, "Signature data did not match expected result"),
    ({"method": "get"}, "Signature data did not match expected result"),
    ({"target": WHO + "/"}, "Signature data did not match expected result"),
    ({"target": "/v2/whoami"}, "Signature data did not match expected result"),
    ({"access_id": "99999999999999999999"}, "Access Denied"),
    ({"access_id": "nobody"}, "Access Denied"),
    ({"access_id": ""}, "Access Denied"),
    ({"access_id": "9" * 65}, "Access Denied"),
    ({"signature": base64.b64encode(b"x" * 31).decode()}, "Signature data did not match expected result"),
    ({"signature": base64.b64encode(b"x" * 30).decode()}, "Access Denied"),
    ({"signature": "x"}, "Access Denied"),
    ({"timestamp": "0"}, "Timestamp out of acceptable time range"),
    ({"timestamp": str(int(time.time()) - 330)}, "Timestamp out of acceptable time range"),
    ({"timestamp": str(int(time.time()) + 330 + 600)}, "Timestamp out of acceptable time range"),
    ({"timestamp": "now"}, "Invalid timestamp"),
    ({"timestamp": "-5"}, "Invalid timestamp"),
    ({"timestamp": "9" * 30}, "Invalid timestamp"),
    ({"timestamp": ""}, "Invalid timestamp"),
])
def test_wrong_signatures(api, changes, message):
    """403 with the sentence that the protocol has, without a code, and nothing of what was sent."""
    headers = signed(api, **changes)
    for dialect, target in (("v2", WHO), ("v3", "/api/v3/token/api")):
        if dialect == "v3" and "target" not in changes and "signature" not in changes and "method" not in changes:
            headers = signed(api, **{**changes, "method": "POST", "target": target})
        elif dialect == "v3":
            continue
        value = api.refused("GET" if dialect == "v2" else "POST", target, 403, message, signed=False, headers=headers)
        assert "errCode" not in value and set(value) == {"status", "message"}


def test_within_five_minutes(api):
    for seconds in (-290, 290):
        assert api.call("GET", WHO, signed=False, headers=signed(api, timestamp=str(int(time.time()) + seconds)))


@pytest.mark.parametrize("header", [None, "", "TC", "TC ", "TC :", "Basic dXNlcjpwYXNz", "Bearer tc_abc", "TC-Token", "TC-Token ", "Sign x",
                                    "TC 1:2:3", "TC" + "\t1:" + "a" * 44])
def test_no_credential(api, header):
    api.refused("GET", WHO, 403, "Access Denied", signed=False, headers={} if header is None else {"Authorization": header})


def test_doubled_headers(instance, api):
    """Two signatures are none."""
    headers = signed(api)
    lines = [f"Authorization: {headers['Authorization']}"] * 2 + [f"Timestamp: {headers['Timestamp']}"]
    text = "\r\n".join([f"GET {WHO} HTTP/1.1", "Host: localhost", *lines, "Connection: close", "", ""])
    reply = wire.send(instance, text.encode())
    assert reply.status == 400 and reply.json()["status"] == "Failure"


def test_a_key_of_ours_is_no_credential_here(instance, new_admin):
    key = new_admin().api_key()
    value = send(instance, "GET", WHO, headers={"Authorization": f"Bearer {key.key}"})
    assert value.status == 403 and value.json["message"] == "Access Denied"


def test_equal_work(api, instance):
    """A8: an access id that is nobody's, a wrong signature and an old timestamp cost one look-up each and take the same time."""
    cases = {"nobody": {"access_id": "99999999999999999999"}, "wrong": {"secret": "another"}, "late": {"timestamp": "1000"}}
    took = dict.fromkeys(cases, ())
    trips = {}
    for _ in range(40):
        for name, changes in cases.items():
            headers = signed(api, **changes)
            begun = time.perf_counter()
            reply = send(instance, "GET", WHO, headers=headers, checked=False)
            took[name] += (time.perf_counter() - begun,)
            assert reply.status == 403
            trips[name] = reply.headers["X-Request-Id"]
    fastest = {name: sorted(values)[10] for name, values in took.items()}
    assert max(fastest.values()) < 1.5 * min(fastest.values()) + 0.001, fastest


ROWS = [row for row in routes.table() if row["dialect"].startswith("intel") and row["guard"] != "public"]


@pytest.mark.parametrize("row", ROWS, ids=routes.name)
def test_every_row_asks_who_calls(api, row):
    """A1, A2: nobody, a wrong signature and headers that claim to be somebody get 403 from each row, before anything else is looked at."""
    assert len(ROWS) > 1
    target, method = routes.fill(row["path"]), row["method"]
    claims = {"X-User-Id": api.access_id, "X-Forwarded-User": api.access_id}
    for headers in ({}, claims, signed(api, target=target, method=method, secret="x")):
        reply = send(api.instance, method, target, b"{", headers)
        assert reply.status == 403 and reply.json["status"] == "Failure" and "errCode" not in reply.json
    assert api.send(method, target).status not in (401, 403)


# ---- people on the pages ----

def test_the_session_of_a_person(instance):
    """The pages use the same calls, as the role that the person has; a write of another site is refused (A10)."""
    cast = Cast(instance)
    for caller, role in {"admin": "Organization Administrator", "facilitator": "Standard User", "member": "Read Only Commenter",
                         "auditor": "Read Only User"}.items():
        person = cast.client(caller)
        reply = send(instance, "GET", WHO, headers={"Cookie": person.cookie})
        assert reply.json["data"]["user"]["role"] == role and reply.json["data"]["user"]["userName"] == person.email
    cookie = {"Cookie": cast.client("admin").cookie}
    reply = send(instance, "POST", "/api/v3/token/api", headers={**cookie, "Origin": "https://evil.example"})
    assert reply.status == 403 and reply.json["errCode"] == "0x1002"
    reply = send(instance, "POST", "/api/v3/token/api", headers=cookie)
    assert reply.status == 403 and "API users" in reply.json["message"]
    assert send(instance, "GET", WHO, headers={"Cookie": "muster_session=" + "x" * 43}).status == 403
    # With a signature beside it the cookie is nobody: a wrong one is not saved by it.
    assert send(instance, "GET", WHO, headers={**cookie, "Authorization": "TC 1:" + "a" * 44, "Timestamp": "1"}).status == 403


# ---- tokens ----

def test_a_token_for_oneself(either, instance):
    reply = either.call("POST", "/api/v3/token/api", expect=200)
    assert set(reply) == {"data", "status"} and reply["data"].startswith(f"API:{either.access_id}:")
    one = ApiUser(instance, either.made, token=reply["data"])
    assert one.call("GET", WHO)["data"]["user"]["userName"] == either.access_id
    assert one.call("GET", WHO, headers={"Timestamp": "5"})  # some clients send it all the same
    life = instance.value("SELECT extract(epoch FROM max(expires_at) - now()) FROM muster.intel_token WHERE api_user = %s", either.id)
    assert 4 * 3600 - 60 < life <= 4 * 3600


def test_renewal(api, instance):
    """Without an Authorization header; also for an hour after the end."""
    token = api.with_token()
    reply = send(instance, "GET", "/api/appAuth?expiredToken=" + token.token.replace(":", "%3A"))
    assert reply.status == 200 and reply.headers["Content-Type"] == "application/json"
    assert set(reply.json) == {"success", "apiToken", "apiTokenExpires"} and reply.json["success"] is True
    assert 4 * 3600 - 60 < int(reply.json["apiTokenExpires"]) - time.time() <= 4 * 3600 + 1
    assert ApiUser(instance, api.made, token=reply.json["apiToken"]).call("GET", WHO)
    instance.sql("UPDATE muster.intel_token SET expires_at = now() - interval '59 minutes' WHERE api_user = %s", api.id)
    token.refused("GET", WHO, 401, "Unauthorized")
    assert send(instance, "GET", f"/api/appAuth?expiredToken={token.token}").status == 200
    instance.sql("UPDATE muster.intel_token SET expires_at = now() - interval '61 minutes' WHERE api_user = %s", api.id)
    for query in (f"?expiredToken={token.token}", "?expiredToken=", "?expiredToken=API:1:2:3:4", ""):
        reply = send(instance, "GET", "/api/appAuth" + query)
        assert reply.status == 401 and reply.json == {"status": "Failure", "message": "Unauthorized"}
        assert "WWW-Authenticate" not in reply.headers


def test_no_renewal_for_who_was_revoked(new_admin, instance):
    admin = new_admin()
    user = api_user(admin)
    token = user.with_token().token
    admin.call("DELETE", f"{USERS}/{user.id}")
    assert send(instance, "GET", f"/api/appAuth?expiredToken={token}").status == 401


# ---- the dialect ----

@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/", "/api/v1/indicators?x=1", "/api/v1/owners/%2F//x"])
def test_version_1_is_no_more(instance, method, path):
    reply = send(instance, method, path, checked=False)
    assert reply.status == 404 and reply.headers["Content-Type"] == "application/json"
    assert reply.json["status"] == "Failure" and "no longer available" in reply.json["message"]


@pytest.mark.parametrize("path", ["/api/v2", "/api/v3", "/api/v3/", "/api/v2/nothing", "/api/v3/nothing/at/all", "/api/v3/%2F..%2F"])
def test_what_is_not_there(instance, path):
    reply = send(instance, "GET", path, checked=False)
    assert reply.status in (403, 404) and reply.headers["Content-Type"] == "application/json"
    assert reply.json["status"] == "Failure" and ("errCode" in reply.json) == (path.startswith("/api/v3") and reply.status == 404)


def test_a_slash_at_the_end(api):
    """Means the same as none, also before a query, and is never answered with a redirect."""
    assert api.call("GET", WHO + "/") and api.call("GET", WHO + "/?owner=x")


def test_errors_of_nginx(instance, api):
    """In the envelope, with exactly the content type, before anything is understood."""
    for version in ("v1", "v2", "v3"):
        for method, target, headers, status in (
                ("GET", f"/api/{version}/x?tql=" + "a" * 40000, {}, 414), ("GET", f"/api/{version}?" + "a" * 40000, {}, 414),
                ("GET", f"/api/{version}/%00", {}, 400),
                ("POST", f"/api/{version}/x", {"Content-Length": str(1 << 40)}, 413)):
            reply = send(instance, method, target, headers=headers, checked=False)
            assert reply.status == status and reply.headers["Content-Type"] == "application/json", (target[:30], reply.status)
            assert reply.json["status"] == "Failure" and "Location" not in reply.headers
    assert api.call("GET", WHO + "?tql=" + "a" * 15900)
    api.refused("GET", WHO + "?tql=" + "a" * 16100, 414)


def test_a_request_limit_of_its_own(new_admin):
    """A18: per access id and network, whatever the credential; tokens count with their API user. Nobody else is slowed down."""
    with Instance(LIMIT_API_USER=6, LIMIT_REGISTER=0) as own:
        admin = Client(own).register().signin()
        user, other = api_user(admin), api_user(admin)
        token = user.with_token()
        other.address = user.address
        statuses = [one.send("GET", WHO).status for one in [user, token] * 4]
        assert 200 in statuses and statuses[-1] == 429, statuses
        last = user.send("GET", WHO)
        assert last.status == 429 and last.json["status"] == "Failure" and last.headers["Content-Type"] == "application/json"
        assert last.headers["Retry-After"]
        assert other.call("GET", WHO) and admin.call("GET", USERS)


# ---- TLS ----

def test_signed_requests_come_by_https_only():
    """Where people reach the server over TLS: the trusted proxy says how the request came; without one it did not."""
    with Instance(BASE_URL="https://muster.example", TRUSTED_PROXIES="127.0.0.1", LIMIT_REGISTER=0) as own:
        admin = Cast(own).client("admin")
        admin.cookie = admin.cookie.replace("muster_session", "__Host-muster_session")
        secure = {"X-Forwarded-Proto": "https"}
        user = api_user(admin)
        user.address = "127.0.0.1"
        assert user.call("GET", WHO, headers=secure)
        token = ApiUser(own, user.made, token=user.call("POST", "/api/v3/token/api", headers=secure)["data"], address="127.0.0.1")
        for headers in ({}, {"X-Forwarded-Proto": "http"}, {"X-Forwarded-Proto": "https, http"}, {"X-Forwarded-Protocol": "https"}):
            user.refused("GET", WHO, 403, "HTTPS", headers=headers)
            token.refused("GET", WHO, 403, "HTTPS", headers=headers)
        user.address = "127.0.0.2"  # which is no proxy that anybody trusts
        user.refused("GET", WHO, 403, "HTTPS", headers=secure)


# ---- rotation ----

def test_rotation_seals_secrets_again():
    """B1: after rotate-key signatures go on, also when the old key is gone."""
    with Instance(LIMIT_REGISTER=0) as own:
        user = api_user(Client(own).register().signin())
        before = own.value("SELECT sealed FROM muster.intel_user WHERE id = %s", user.id)
        done = subprocess.run(own.command("rotate-key"), env=own.environment(), capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0 and "1 secrets sealed again" in done.stdout, done.stdout + done.stderr
        after = own.value("SELECT sealed FROM muster.intel_user WHERE id = %s", user.id)
        assert before.split(":")[0] != after.split(":")[0]
        assert user.call("GET", WHO)


def test_the_stub_fails():
    """A server that answers 200 to everything would not pass: refusals are asked for by status and sentence."""
    reply = intel.Reply("GET", WHO, type("Answer", (), {"status": 200, "headers": {"Content-Type": "application/json"}})(), b"{}")
    user = ApiUser.__new__(ApiUser)
    user.send = lambda *_, **__: reply
    with pytest.raises(AssertionError):
        user.refused("GET", WHO, 403)
    with pytest.raises(KeyError):
        user.call("GET", WHO)
