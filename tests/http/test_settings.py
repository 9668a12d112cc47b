"""An instance with other settings than the usual: https, closed sign-ups, a low request limit, a trusted proxy (G4, A10, A1)."""
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, Instance, wire
from tests.lib.client import PASSWORD
from tests.lib.page import Page

PROXY = "127.9.9.9"
LIMIT = 60
CONTACT = "mailto:security@example.com"


@pytest.fixture(scope="module")
def other():
    settings = {"BASE_URL": "https://muster.example.com", "SIGNUPS": "closed", "RATE_LIMIT_PER_MINUTE": LIMIT, "PROCESSES": 2,
                "TRUSTED_PROXIES": PROXY, "SECURITY_CONTACT": CONTACT}
    with Instance(**settings) as started:
        yield started


@pytest.fixture
def member(other):
    """A person of an organisation that an operator made."""
    org = other.value("INSERT INTO muster.org (name, slug, plan) "
                      "VALUES ('Closed Ltd', 'closed-' || gen_random_uuid(), 'ENTERPRISE') RETURNING org_id")
    email = f"someone-{org}@example.com"
    client = Client(other).register(email=email, invite=other.invite(str(org), email, "CLIENT_ADMIN"))
    return client.signin()


def test_cookie_under_https(other, member):
    """A10: Secure and the __Host- prefix; a cookie without the prefix is nobody."""
    reply = Client(other).post("/api/auth/signin", json={"email": member.email, "password": PASSWORD})
    name, *attributes = [part.strip() for part in reply.headers["Set-Cookie"].split(";")]
    assert name.startswith("__Host-muster_session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes) and not any("Domain" in a for a in attributes)
    member.call("GET", "/api/portal/me")
    member.refused("GET", "/api/portal/me", 401, "unauthenticated", headers={"Cookie": member.cookie.replace("__Host-", "")})
    assert reply.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_signing_out_clears_the_browser(member):
    """What the browser keeps of this site goes; the cookie that knows the device stays."""
    reply = member.post("/api/auth/signout")
    assert reply.headers["Clear-Site-Data"] == '"cache", "storage"' and "Max-Age=0" in reply.headers["Set-Cookie"]


def test_whom_to_tell_of_a_weakness(other, instance):
    """RFC 9116, where the operator says so; nothing is there otherwise."""
    reply = Client(other).get("/.well-known/security.txt", contracted=False)
    fields = dict(line.split(": ", 1) for line in reply.text.splitlines())
    assert reply.status_code == 200 and reply.headers["Content-Type"].startswith("text/plain")
    assert fields["Contact"] == CONTACT and fields["Canonical"] == "https://muster.example.com/.well-known/security.txt"
    assert time.time() < time.mktime(time.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ")) < time.time() + 366 * 86400
    assert Client(instance).get("/.well-known/security.txt", contracted=False).status_code == 404


def test_closed_signups(other):
    """A4: nobody registers an organisation; an invitation (used by the fixture) still works."""
    assert Client(other).call("GET", "/api/public/signup-status")["open"] is False
    Client(other).refused("POST", "/api/auth/register", 403, "signups_closed", json={
        "email": "a@example.com", "password": PASSWORD, "firstName": "A", "lastName": "B", "organization": "Own"})
    assert other.value("SELECT count(*) FROM muster.app_user WHERE email = 'a@example.com'") == 0


def test_links_use_the_base_url(other, member):
    """G4: the address on a certificate is the configured one, not the host of the request."""
    exercise = member.run("bec", "best", questionCount=3)
    page = Page(member.get(f"/api/portal/certificate?sessionId={exercise}", headers={"Host": "evil.example"}).text)
    assert "https://muster.example.com/verify/" in page.text and "evil.example" not in page.html and "localhost" not in page.html


def test_requests_a_minute(other, member):
    """429 with Retry-After beyond the limit and its burst of one credential; another credential goes on."""
    key = member.api_key()
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: key_of(other, key).get("/api/ttx/catalog"), range(3 * LIMIT)))
    refused = [reply for reply in replies if reply.status_code == 429]
    assert {reply.status_code for reply in replies} == {200, 429} and LIMIT <= len(replies) - len(refused) <= LIMIT * 2
    assert refused[0].json()["code"] == "rate_limited" and int(refused[0].headers["Retry-After"]) >= 1
    member.call("GET", "/api/portal/me")


def served(calls):
    """How many of these calls were not told to wait; each returns a status."""
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda call: call(), calls))
    assert set(statuses) <= {200, 401, 429} and 429 in statuses
    return len(statuses) - statuses.count(429)


# One credential in the ways that its family takes for the same, or does not look at: i is another number in every request.
SPELLINGS = {
    "other cookies": lambda name, value, i: {"Cookie": f"musterx={i}; {name}={value}; muster_{i}={i}"},
    "blanks and semicolons": lambda name, value, i: {"Cookie": f";{' ;' * (i % 9)}{name}={value}{' ' * (i % 3)}; {name}={i}"},
    "a name in the value": lambda name, value, i: {"Cookie": f"a={name}={i}; {name}={value}"},
    "a foreign scheme": lambda name, value, i: {"Cookie": f"{name}={value}", "Authorization": f"Basic {i}"},
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a18_a_session_is_one_however_it_is_spelled(other, member, spelling):
    """A18: the limit of a session is met whatever stands around it; the same one, plain, is refused then."""
    client, (name, value) = Client(other), member.cookie.split("=")
    assert served([lambda i=i: client.get("/api/portal/me", headers=SPELLINGS[spelling](name, value, i), contracted=False).status_code
                   for i in range(4 * LIMIT)]) <= 2 * LIMIT
    assert served([lambda: member.get("/api/portal/me").status_code for _ in range(LIMIT)]) <= LIMIT // 2


def test_a18_a_session_is_one_among_several_headers(other, member):
    """A18: limits and families look at the same cookie when the header comes more than once."""
    address = other.new_address()

    def ask(i):
        head = wire.head("GET", "/api/portal/me", Cookie=f"x={i}").replace(b"\r\n\r\n", f"\r\nCookie: {member.cookie}\r\n\r\n".encode())
        return wire.send(other, head, address=address).status
    assert ask(-1) == 200
    assert served([lambda i=i: ask(i) for i in range(4 * LIMIT)]) <= 2 * LIMIT


def test_a18_a_key_is_one_however_it_is_spelled(other, member):
    """A18: the scheme in any case, any number of blanks."""
    key, client = member.api_key().key, Client(other)

    def header(i):
        scheme = "".join(c.upper() if i >> bit & 1 else c for bit, c in enumerate("bearer"))
        return {"Authorization": f"{scheme}{' ' * (1 + i % 40)}{key}"}
    assert served([lambda i=i: client.get("/api/ttx/catalog", headers=header(i)).status_code for i in range(4 * LIMIT)]) <= 2 * LIMIT
    assert served([lambda: key_of(other, member.api_key()).get("/api/ttx/catalog").status_code] +
                  [lambda: Client(other, key=key).get("/api/ttx/catalog").status_code for _ in range(LIMIT)]) <= LIMIT // 2


def test_a18_a_network_is_one(other):
    """A18: all addresses of an IPv6 network of 56 bits are one client, the next network and every IPv4 address are another one."""
    def ask(forwarded):
        client = Client(other, address=PROXY)
        return lambda: client.get("/api/public/signup-status", headers={"X-Forwarded-For": forwarded}).status_code
    assert served([ask(f"2001:db8:7:{0x4200 + i:x}::{i:x}") for i in range(3 * LIMIT)]) <= 2 * LIMIT
    for neighbour in ("2001:db8:7:4300::1", "192.0.2.1", "192.0.2.2", "::ffff:192.0.2.3", "::ffff:192.0.2.4"):
        assert [ask(neighbour)() for _ in range(LIMIT // 2)] == [200] * (LIMIT // 2), neighbour


def test_health_a_second(other, member):
    """Each look asks every family, so an address has a limit; the limit of the API is another one."""
    client, begin = Client(other), time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: Client(other, address=client.address).get("/healthz").status_code, range(200)))
    assert 50 <= statuses.count(200) <= 52 + 10 * (time.monotonic() - begin) and set(statuses) <= {200, 429}
    client.call("GET", "/api/public/signup-status")
    assert Client(other).call("GET", "/healthz")["status"] == "ok"
    member.call("GET", "/api/portal/me")


def key_of(instance, key):
    return Client(instance, key=key.key)


def test_only_the_trusted_proxy_names_clients(other, member):
    """A1, A9: X-Forwarded-For of the proxy is the client's address; of anybody else it is noise."""
    def attempts(peer, forwarded):
        client = Client(other, address=peer)
        for i in range(2):
            client.refused("POST", "/api/auth/signin", 401, "invalid_credentials", headers={"X-Forwarded-For": forwarded},
                           json={"email": f"x{i}@example.com", "password": "wrong words"})
        member.cookie = None
        person = Client(other, address=peer)
        person.call("POST", "/api/auth/signin", headers={"X-Forwarded-For": forwarded}, json={"email": member.email, "password": PASSWORD})
        return other.sql("SELECT address FROM muster.user_session ORDER BY created_at DESC LIMIT 1")[0]["address"]
    assert attempts(PROXY, "198.51.100.7") == "198.51.100.7"
    assert attempts(PROXY, "203.0.113.9, 198.51.100.8") == "198.51.100.8"
    address = other.new_address()
    assert attempts(address, "198.51.100.7") == address
