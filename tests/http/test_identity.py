"""Who asks is decided by cookie or key alone (A1), and the tenant by who asks (A3)."""
import base64
import hashlib
import json

import psycopg2
import pytest

from tests.lib import Client, cast, routes, wire
from tests.lib.cast import Cast
from tests.lib.sample import request_of

CLOSED = [row for row in routes.usual() if row["guard"] != "public"]


def unsigned(user, org):
    """A JSON Web Token with algorithm none."""
    parts = ({"alg": "none"}, {"sub": user, "org": org, "role": "SUPER_ADMIN"})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


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
        "host is the victim's": ({"Host": user}, ""),
        "real address": ({"X-Real-IP": "127.0.0.1", "X-Client-IP": "127.0.0.1", "True-Client-IP": "::1"}, ""),
        "other method": ({"X-HTTP-Method-Override": "OPTIONS", "X-Method-Override": "HEAD", "X-HTTP-Method": "GET"}, "_method=OPTIONS"),
        "other address": ({"X-Original-URL": "/api/public/signup-status", "X-Rewrite-URL": "/healthz", "X-Original-URI": "/healthz",
                           "X-Forwarded-Prefix": "/api/public", "X-Forwarded-Uri": "/healthz"}, ""),
        "client certificate": ({"X-SSL-Client-Verify": "SUCCESS", "X-Client-Cert": me["email"], "X-SSL-Client-S-DN": "CN=" + user}, ""),
        "basic": ({"Authorization": "Basic " + base64.b64encode(f"{me['email']}:x".encode()).decode()}, ""),
        "unsigned token": ({"Authorization": f"Bearer {unsigned(user, org)}"}, ""),
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


REPLACES = ("old cookies", "basic", "unsigned token")  # the credential itself


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in REPLACES])
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


# ---- with a credential: who one is stays what the credential says ----

@pytest.fixture(scope="module")
def two(instance):
    """Two organisations: whom the claims name, and whose administrator makes them."""
    victim = Client(instance).register(organization="Named Ltd").signin()
    before = cast.fingerprint(instance, victim.me["orgId"])
    return victim, before, Client(instance).register(organization="Naming Ltd").signin()


def claims(victim):
    """All at once, as headers and query."""
    headers, queries = {}, []
    for kind, (more, query) in lies(victim).items():
        if kind not in REPLACES:
            headers.update({name: value for name, value in more.items() if name != "Host"})
            queries.append(query)
    return headers, "&".join(filter(None, queries))


@pytest.mark.parametrize("row", CLOSED, ids=routes.name)
def test_claims_beside_a_credential_are_ignored(instance, two, row):
    """A1, A3: an administrator who claims in headers, query and body to be of another organisation acts in her own, or not at all:
    the other one's rows are the same afterwards and nothing of it is in the reply. The answer is the one without claims."""
    victim, before, _ = two
    headers, query = claims(victim)
    statuses = []
    for lying in (False, True):
        client = Cast(instance).client("admin")
        path, options = request_of(row, client)
        if lying:
            path += ("&" if "?" in path else "?") + query
            if "json" in options:
                names = ("userId", "orgId", "org", "organizationId", "tenant", "createdBy", "user")
                options["json"] = {**dict.fromkeys(names, victim.me["orgId"]), "role_": "SUPER_ADMIN", **options["json"]}
        reply = client.request(row["method"], path, headers=headers if lying else {}, **options)
        statuses.append(reply.status_code)
        assert not [word for word in (victim.me["id"], victim.me["orgId"], victim.email, "Named Ltd") if word in reply.text]
    assert statuses[0] == statuses[1]
    assert cast.fingerprint(instance, victim.me["orgId"]) == before


def test_the_method_is_the_one_that_was_sent(two):
    """A1: no header and no parameter makes a GET a DELETE, or one call another."""
    _, _, client = two
    exercise = client.generate("bec", questionCount=3)
    for headers in ({"X-HTTP-Method-Override": "DELETE"}, {"X-Method-Override": "DELETE"}, {"X-HTTP-Method": "DELETE"},
                    {"X-Original-Method": "DELETE"}, {"X-Original-URL": f"/api/ttx/session/{exercise}/answer"}):
        assert client.call("GET", f"/api/ttx/session/{exercise}?_method=DELETE", headers=headers)["id"] == exercise
    client.call("GET", f"/api/ttx/session/{exercise}")


# ---- several credentials, malformed ones ----

def cookie_value(client):
    return client.cookie.partition("=")[2]


def test_a_key_and_a_cookie_together(instance, two):
    """A1: an Authorization header for us decides, also when what it holds is nobody's: no falling back to the cookie. One for another
    layer (Basic) is none: test_text.py."""
    victim, _, other = two
    key = Cast(instance).client("key:results")
    assert other.call("GET", "/api/portal/me", headers={"Authorization": f"Bearer {key.key}"})["id"] == key.me["id"]
    for value in ("Bearer tc_" + "a" * 43, "Bearer", "Bearer ", "Bearer Og==", "Bearer " + cookie_value(victim), f"Token {key.key}",
                  f"Bearer {key.key}, Bearer {key.key}", f"Bearer {key.key} x", f"Bearer {key.key.upper()}", key.key):
        other.refused("GET", "/api/portal/me", 401, "unauthenticated", headers={"Authorization": value})


def test_two_cookies_of_the_same_name(two):
    """A1: one of the two is who asks, always the same one, never a mix; a false one does not open a way for the other's rights."""
    victim, _, other = two
    first, second = cookie_value(victim), cookie_value(other)
    seen = set()
    for _ in range(3):
        reply = other.get("/api/portal/me", headers={"Cookie": f"muster_session={first}; muster_session={second}"})
        seen.add((reply.status_code, reply.json().get("id")))
    assert len(seen) == 1 and seen <= {(200, victim.me["id"]), (200, other.me["id"]), (401, None)}
    both = [other.get("/api/portal/me", headers={"Cookie": text}).status_code
            for text in (f"muster_session=x; muster_session={second}", f"muster_session={second}; muster_session=x")]
    assert sorted(both) in ([200, 401], [401, 401])


NO_COOKIES = ["Muster_Session={}", "MUSTER_SESSION={}", "__Host-muster_session={}", "xmuster_session={}", "muster_session={}x",
              "muster_session=%20{}", "muster_session=={}", "a=muster_session={}", "muster_session={},x=1",
              "muster_session[]={}", "muster_session.x={}"]


@pytest.mark.parametrize("text", NO_COOKIES)
def test_cookies_that_are_nearly_right(two, text):
    """A1: the name and the value are taken as they are."""
    _, _, other = two
    other.refused("GET", "/api/portal/me", 401, "unauthenticated", headers={"Cookie": text.replace("{}", cookie_value(other))})


def test_headers_sent_twice(instance, two):
    """A1: two Authorization headers, two Host headers, two lengths: refused, or nobody; never one of the two at the client's choice."""
    key = Cast(instance).client("key:results").key
    good = f"Authorization: Bearer {key}\r\n"
    for extra in (good + "Authorization: Bearer x\r\n", "Authorization: Bearer x\r\n" + good, "Host: a\r\n" + good):
        head = wire.head("GET", "/api/portal/me")
        reply = wire.send(instance, head.replace(b"\r\n\r\n", b"\r\n" + extra.encode() + b"\r\n"))
        assert reply.status in (400, 401), extra
    head = wire.head("GET", "/api/portal/me").replace(b"\r\n\r\n", b"\r\n" + good.encode() + b"\r\n")
    assert wire.send(instance, head).status == 200


# ---- other spellings of an address ----

def spellings(path):
    """Ways to write a path that some front door and the program behind it read differently."""
    parts = path.strip("/").split("/")
    last = parts[-1]
    start = "/" + "/".join(parts[:-1])
    first = ord(last[0])
    return [
        f"/{path}", f"{start}//{last}", f"{start}/./{last}", f"{start}/x/../{last}", f"/api/public/..{path}", f"/healthz/..{path}",
        f"/api/public/%2e%2e{path[4:]}", f"/api/public/..%2f{path[5:]}",
        f"{start}/%{first:02x}{last[1:]}", f"{start}/%25{first:02x}{last[1:]}",
        f"{path}/", f"{path}//", f"{path}.", f"{path}%2e", f"{path}%20", f"{path}%00", f"{path}%2f", f"{path};a=b", f"{path}%3fx",
        f"{path}.json", path.upper(), path.title(), path.replace("/", "\\"), f"{path}#x", f"{path}?", f"{path}?/api/public/signup-status",
        f"http://localhost{path}", f"http://evil.example{path}", f"{path}/../../public/signup-status/../..{path[4:]}",
    ]


@pytest.mark.parametrize("row", CLOSED, ids=routes.name)
def test_other_spellings_reach_nothing_more(instance, row):
    """A1, A2: however the address is written, nobody is 401 or finds nothing, and a member who is kept out stays out."""
    outsider = Cast(instance).client("member")
    path = routes.fill(row["path"])
    body = b"{}" if row["body"] is not None else b""
    fields = {"Content_Type": "application/json", "Content_Length": str(len(body))} if row["method"] != "GET" else {}
    closed = row["guard"] in ("admin", "facilitator", "oversight", "platform", "pending")
    source = instance.new_address()
    for address in spellings(path):
        reply = wire.send(instance, wire.head(row["method"], address, **fields) + body, address=source)
        assert reply.status in (400, 401, 404, 405), f"{address}: {reply.status}"
        if closed:
            reply = wire.send(instance, wire.head(row["method"], address, Cookie=outsider.cookie, **fields) + body, address=source)
            assert reply.status in (400, 401, 403, 404, 405), f"{address}: {reply.status}"


FAMILIES = ("muster_auth", "muster_exercises", "muster_portal")
ORGANISATIONS = "SELECT count(*) FROM muster.org"
PLATFORM = "SELECT count(*) FROM muster.admin_orgs(500, 253402300799000000, 'ffffffff-ffff-ffff-ffff-ffffffffffff', NULL, NULL)"


def asks(cursor, text, *args):
    cursor.execute(text, args or None)
    return cursor.fetchone()[0] if cursor.description else None


def refused(cursor, text, *args):
    cursor.execute("SAVEPOINT here")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(text, args or None)
    cursor.execute("ROLLBACK TO here")
    return True


@pytest.mark.parametrize("role", (*FAMILIES, "muster_jobs"))
def test_a_taken_process_is_nobody_in_the_database(instance, role):
    """A3: who has a family's connection and no credential sees no tenant, whatever it says: as an administrator of the platform too."""
    victim = Cast(instance).client("platform").me
    with instance.connect(role) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute("SELECT set_config('app.org_id', %s, true), set_config('app.user_id', %s, true)", (victim["orgId"], victim["id"]))
        assert asks(cursor, ORGANISATIONS) == 0
        slot = f"muster_{victim['orgId']}_{victim['id']}".replace("-", "")
        assert refused(cursor, "SELECT set_config('backtrace_functions', %s, true)", slot)
        assert refused(cursor, "SELECT muster.enter_as(%s, %s)", victim["orgId"], victim["id"])
        assert refused(cursor, PLATFORM)
        connection.rollback()
    connection.close()


@pytest.mark.parametrize("role", FAMILIES)
def test_a_credential_is_worth_one_transaction(instance, role):
    """A3: who has shown a session is that person until the transaction ends, and nobody behind it."""
    person, other = Cast(instance).client("member"), Cast(instance)
    token = person.cookie.partition("=")[2]
    with instance.connect(role) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        asks(cursor, "SELECT user_id FROM muster.principal_enter('session', %s, '{}', '')", hashlib.sha256(token.encode()).digest())
        cursor.execute("SELECT set_config('app.org_id', %s, true)", (other.org,))
        assert (asks(cursor, "SELECT muster.org()"), asks(cursor, ORGANISATIONS)) == (person.me["orgId"], 1)
        kept = asks(cursor, "SHOW backtrace_functions")
        connection.commit()
        assert (asks(cursor, "SELECT muster.org()"), asks(cursor, ORGANISATIONS)) == (None, 0)
        assert refused(cursor, "SELECT set_config('backtrace_functions', %s, true)", kept)
        connection.rollback()
    connection.close()


def test_guards_are_known():
    """A2: every row declares its guard, and what is public is public on purpose."""
    assert {row["guard"] for row in routes.table()} <= {
        "public", "member", "player", "facilitator", "admin", "oversight", "platform", "pending", "leaving"}
    assert {row["path"] for row in routes.table() if row["guard"] == "public"} == {
        "/api/public/signup-status", "/api/auth/register", "/api/auth/register/confirm", "/api/auth/verify", "/api/auth/verify-domain",
        "/api/auth/forgot-password", "/api/auth/invitation", "/api/auth/reset-password", "/api/auth/reset-factor", "/api/auth/signin",
        "/healthz", "/healthz/auth",
        "/healthz/exercises", "/healthz/intel", "/healthz/portal", "/readyz", "/metrics", "/metrics/auth", "/metrics/exercises",
        "/metrics/intel", "/metrics/portal", "/api/appAuth",
        "/api/public/certificates/{id}", "/api/public/unsubscribe", "/api/public/mail-choice"}
