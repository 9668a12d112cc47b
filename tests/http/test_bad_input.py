"""Input that is malformed, oversized or lies, and errors that tell clients what they need and nothing else (B6)."""
import json
import re
import threading
from urllib.parse import quote

import pytest

from tests.lib import Client, Library, otp, routes, wire
from tests.lib.client import PASSWORD

SIGNIN = "/api/auth/signin"
POSTS = [row for row in routes.table() if row["body"] is not None]
JSON = {"Content-Type": "application/json"}
MALFORMED = {
    "empty": b"", "space": b"   ", "word": b"hello", "open": b"{", "half": b'{"theme":', "trailing": b'{"theme":"bec"} x', "two": b"{}{}",
    "comma": b'{"theme":"bec",}', "single quotes": b"{'theme':'bec'}", "unquoted": b"{theme:1}", "comment": b'{"theme":"bec"/* */}',
    "nan": b'{"a":NaN}',
    "infinity": b'{"a":Infinity}', "array": b"[]", "string": b'"theme"', "number": b"5", "null": b"null", "bom": b"\xef\xbb\xbf{}",
    "latin-1": '{"theme":"é"}'.encode("latin-1"), "overlong": b'{"theme":"\xc0\xaf"}', "surrogate": b'{"theme":"\xed\xa0\x80"}',
    "cut utf-8": b'{"theme":"\xe2\x82"}', "utf-16": '{"theme":"bec"}'.encode("utf-16"), "escaped nul": b'{"theme":"b\\u0000c"}',
    "nul": b'{"theme":"b\x00c"}', "control": b'{"theme":"b\x01c"}',
    "newline in string": b'{"theme":"b\nc"}', "deep arrays": b'{"theme":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deep objects": b'{"a":' * 5000 + b"1" + b"}" * 5000, "duplicate": b'{"theme":"bec","theme":"ransomware"}',
    "duplicate inside": b'{"theme":"bec","selectedCharacters":[{"name":"a","name":"b","role":"c"}]}', "plus": b'{"seed":+1}',
    "leading zero": b'{"seed":01}',
    "hex": b'{"seed":0x10}', "binary": bytes(range(256)),
}


@pytest.fixture(scope="module")
def founder(instance):
    return Client(instance).register().signin()


SHIFT = 60
shift = []


@pytest.fixture
def shared_admin(founder):
    """An administrator of the founder's organisation; another one every SHIFT tests, because of the limit of requests a minute."""
    if not shift or shift[-1][1] == SHIFT:
        shift.append([founder.colleague("CLIENT_ADMIN"), 0])
    shift[-1][1] += 1
    return shift[-1][0]


@pytest.fixture(scope="module")
def halfway(instance, founder):
    """Somebody whose second factor is due: the only one whom rows with the guard "pending" listen to."""
    person = founder.colleague("MEMBER")
    otp.enrol(person, instance)
    client = Client(instance)
    assert client.call("POST", SIGNIN, json={"email": person.email, "password": PASSWORD}) == {"mfaRequired": True}
    return client


@pytest.fixture
def caller(instance, row, shared_admin, halfway):
    if row["guard"] == "platform" and not hasattr(shared_admin, "secret"):
        instance.sql("UPDATE muster.app_user SET role = 'SUPER_ADMIN' WHERE id = %s", shared_admin.me["id"])
        shared_admin.secret = otp.silently(shared_admin, instance)
    return halfway if row["guard"] == "pending" else shared_admin


@pytest.fixture(scope="module")
def body_paths(founder):
    exercise = founder.generate("bec", questionCount=3)
    return {routes.name(row): routes.fill(row["path"], exercise) for row in POSTS}


@pytest.mark.parametrize("kind", MALFORMED)
@pytest.mark.parametrize("row", POSTS, ids=routes.name)
def test_malformed_bodies(instance, caller, shared_admin, body_paths, row, kind):
    """Each call that reads a body refuses each kind of damage with 400 malformed_json and one sentence."""
    body = caller.call(row["method"], body_paths[routes.name(row)], data=MALFORMED[kind], headers=JSON, expect=400)
    assert body["code"] == "malformed_json" and body["error"].endswith(".") and "fields" not in body
    assert instance.value("SELECT count(*) FROM muster.answer a JOIN muster.exercise e ON e.id = a.exercise_id WHERE e.org_id = %s",
                          shared_admin.me["orgId"]) == 0


WRONG = {"STRING": [5, True, [], {}, 1.5], "EMAIL": ["x", "a@b@c", "a b@c.de", "@c.de", 5, {}],
         "INTEGER": ["5", 1.5, True, [], {}, 10 ** 40, -10 ** 40],
         "ENUM": ["nothing like it", 5, True, [], {}], "STRINGS": ["x", 5, {}, [5], [[]]], "OBJECTS": ["x", 5, {}, [5], ["x"]],
         "TIME": ["tomorrow", 5, "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", {}], "TOKEN": [True, [], {}, 1.5, ""],
         "BOOLEAN": ["x", 5, []],
         "UUID": ["x", 5, {}]}


def wrong_values(field):
    """Values that must not pass, by type, bounds and length."""
    values = list(WRONG[field["type"].upper()])
    if field["type"] in ("string", "email"):
        values += ["x" * (field["max"] + 1)] if field["max"] else []
        values += ["x" * (field["min"] - 1)] if field["min"] > 1 else []
        values += ["a\u0001b"]
    if field["type"] == "integer":
        values += [field["max"] + 1, field["min"] - 1]
    if field["type"] in ("strings", "objects") and field["max"]:
        values += [["x"] * (field["max"] + 1)]
    return values


CASES = [(row, field, value) for row in POSTS for field in row["body"] for value in wrong_values(field)]


@pytest.mark.parametrize("row, field, value", CASES, ids=lambda v: routes.name(v) if isinstance(v, dict) and "path" in v else
                         v["name"] if isinstance(v, dict) and "name" in v else repr(v)[:24])
def test_wrong_types_and_ranges(caller, body_paths, row, field, value):
    """Every field of every body, from the tables: a wrong type or a value out of bounds is named."""
    body = caller.refused(row["method"], body_paths[routes.name(row)], 400, "validation_failed", json={field["name"]: value})
    named = [error["field"] for error in body["fields"]]
    assert any(name == field["name"] or name.startswith(field["name"] + "[") for name in named), named
    missing = {f["name"] for f in row["body"] if f["required"]} - {field["name"]}
    assert missing <= set(named)


@pytest.mark.parametrize("row", [row for row in POSTS if any(field["required"] for field in row["body"])], ids=routes.name)
def test_unknown_members_are_ignored_and_null_is_absent(caller, body_paths, row):
    required = {field["name"] for field in row["body"] if field["required"]}
    everything_null = {field["name"]: None for field in row["body"]}
    body = caller.refused(row["method"], body_paths[routes.name(row)], 400, "validation_failed",
                          json={**everything_null, "unknown": {"a": [1]}})
    assert {error["field"] for error in body["fields"]} == required
    assert all(error["message"] == "is required" for error in body["fields"])


@pytest.mark.parametrize("type_",
                         ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "json"])
def test_other_content_types(shared_admin, type_):
    shared_admin.refused("POST", "/api/ttx/generate", 415, "unsupported_media_type", data=b'{"theme":"bec"}',
                         headers={"Content-Type": type_})


@pytest.mark.parametrize("type_", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_in_its_spellings(shared_admin, type_):
    shared_admin.call("POST", "/api/ttx/generate", data=b'{"theme":"bec","questionCount":3}', headers={"Content-Type": type_})


@pytest.mark.parametrize("size, status", [(256 * 1024, 400), (256 * 1024 + 1, 413), (5 * 1024 * 1024, 413)])
def test_body_size(instance, size, status):
    """At most 256 KiB; more is 413, before it is read."""
    request = wire.head("POST", SIGNIN, Content_Type="application/json", Content_Length=size)
    reply = wire.send(instance, request, b"x" * min(size, 300000))
    assert reply.status == status and reply.json()["code"] == ("too_large" if status == 413 else "malformed_json")


@pytest.mark.parametrize("declared, sent, status",
                         [(10, b"{}", 400), (1000, b'{"email":"a@example.com","password":"x"}', 400), ("-1", b"{}", 400),
                          ("abc", b"{}", 400), ("1e3", b"{}", 400), ("9" * 40, b"{}", (400, 413)), (0, b"", 400)])
def test_content_length_that_lies(instance, declared, sent, status):
    """A body that ends early, or a length that is none: 400, and the server goes on."""
    reply = wire.send(instance, wire.head("POST", SIGNIN, Content_Type="application/json", Content_Length=declared), sent, close=True)
    allowed = status if isinstance(status, tuple) else (status,)
    assert reply.status in (*allowed, None), reply.body  # nginx may just hang up on who does
    Client(instance).call("GET", "/healthz")


def test_content_length_shorter_than_the_body(instance):
    """What is beyond the declared length is not part of this request."""
    body = b'{"email":"a@example.com","password":"wrong words"}'
    reply = wire.send(instance, wire.head("POST", SIGNIN, Content_Type="application/json", Content_Length=len(body)),
                      body + b"GARBAGE\r\n\r\n")
    assert reply.status == 401


def test_two_lengths_and_smuggling(instance):
    """Conflicting framing is refused."""
    for lines in ("Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                  "Transfer-Encoding: xchunked\r\n"):
        reply = wire.send(instance, f"POST {SIGNIN} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n".encode() + b"0\r\n\r\n",
                          close=True)
        assert reply.status in (400, 501), reply.status


def test_chunked_bodies_are_read(instance):
    body = b'{"email":"a@example.com","password":"wrong words"}'
    reply = wire.send(instance, wire.head("POST", SIGNIN, Content_Type="application/json", Transfer_Encoding="chunked"),
                      b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
    assert reply.status == 401


def test_a_megabyte_of_headers(instance):
    for request in (wire.head("GET", "/api/portal/me", Cookie="a" * 1024 * 1024),
                    b"GET /api/portal/me HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 130000 + b"\r\n",
                    wire.head("GET", "/api/portal/me", Authorization="Bearer " + "x" * 30000)):  # longer than a request line may be
        reply = wire.send(instance, request)
        assert reply.status == 400 and reply.json()["code"] == "bad_request"
    Client(instance).call("GET", "/healthz")


@pytest.mark.parametrize("length", [1000, 5000, 100_000])
@pytest.mark.parametrize("form", ["/api/{}", "/api/portal/sessions?theme={}", "/{}"])
def test_long_addresses(instance, shared_admin, form, length):
    reply = wire.send(instance, wire.head("GET", form.format("a" * length), Cookie=shared_admin.cookie))
    assert reply.status in (400, 404, 414) and b"nginx/" not in reply.body
    if form.startswith("/api") and reply.status == 414:
        assert reply.json()["code"] == "uri_too_long"


@pytest.mark.parametrize("path",
                         ["/api", "/api/", "/api/nothing", "/api/portal/mee", "/api/portal/me/", "/api/ttx/session/nonsense",
                          "/api/portal/me%00",
                                  "/api/../etc/passwd", "/api/portal/%2e%2e/%2e%2e/etc/passwd", "/healthz/nothing", "/API/portal/me",
                          "/api//portal//x"])
def test_unknown_paths(instance, shared_admin, path):
    """404 in the API's own shape, with and without a credential; a path that is not exactly a route is none."""
    for cookie in ({}, {"Cookie": shared_admin.cookie}):
        reply = wire.send(instance, wire.head("GET", path, **cookie))
        assert reply.status in (400, 404), reply.status
        if path.startswith(("/api/", "/healthz")) and ".." not in path and "%2e" not in path:
            assert reply.json()["code"] in ("not_found", "bad_request") and reply.headers["x-request-id"] == reply.json()["requestId"]


@pytest.mark.parametrize("path",
                         ["/nothing", "/exercises/x/y", "/img/../../../etc/passwd", "/.git/config", "/js/nothing.js", "/index.php", "/var",
                          "/500"])
def test_unknown_pages(instance, path):
    reply = wire.send(instance, wire.head("GET", path))
    assert reply.status in (400, 404) and b"nginx/" not in reply.body and b"root:" not in reply.body


@pytest.mark.parametrize("row", sorted({row["path"]: row for row in routes.usual()}.values(), key=routes.name), ids=lambda row: row["path"])
def test_wrong_methods(instance, shared_admin, row):
    """405 with Allow for every method that a path does not have, OPTIONS 204 with the same list; both from the table."""
    allowed = {other["method"] for other in routes.usual() if other["path"] == row["path"]}
    path = routes.fill(row["path"])
    asker = Client(instance)  # from an address of its own: health is asked for a few times a second by each
    asker.cookie = shared_admin.cookie
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "MUSTER"} - allowed:
        body = asker.request(method, path, headers=JSON)
        assert body.status_code == 405, (method, body.status_code)
        assert body.json()["code"] == "method_not_allowed"
        assert {name.strip() for name in body.headers["Allow"].split(",")} - {"HEAD"} == allowed | {"OPTIONS"}
    reply = Client(instance).request("OPTIONS", path)
    assert reply.status_code == 204 and not reply.content
    assert {name.strip() for name in reply.headers["Allow"].split(",")} - {"HEAD"} == allowed | {"OPTIONS"}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT"])
def test_methods_for_proxies(instance, method):
    reply = wire.send(instance, wire.head(method, "/api/portal/me" if method == "TRACE" else "example.com:443"))
    assert reply.status in (400, 405)


@pytest.mark.parametrize("path", ["/api/portal/me", "/api/portal/sessions", "/healthz", "/"])
def test_head(shared_admin, path):
    """HEAD is GET without a body: same status and type."""
    got, head = shared_admin.get(path), shared_admin.request("HEAD", path)
    assert head.status_code == got.status_code and head.content == b"" and head.headers["Content-Type"] == got.headers["Content-Type"]


SECRET = re.compile(r"\bSELECT\b|INSERT|UPDATE |muster\.|relation|constraint|pg_|libpq|PostgreSQL|/work/|"
                    r"/tmp/|/var/|/usr/|\.c:|\.so|json-c|json_|nginx/\d|0x[0-9a-f]{6}|"
                    r"\$argon2|stack|errno", re.I)


@pytest.fixture
def errors(instance, admin, new_admin):
    """One of each error that can be had for nothing: (name, reply)."""
    exercise = admin.generate("bec", questionCount=6)
    admin.answer(exercise, 0, "A")
    answer = f"/api/ttx/session/{exercise}/answer"
    key = admin.api_key(scopes=["account"])
    return {
        "malformed": admin.post("/api/ttx/generate", data=b"{", headers=JSON),
        "validation": admin.post("/api/ttx/generate", json={"theme": "'; --"}),
        "question": admin.post(answer, json={"questionIndex": 77, "selectedOption": "A"}),
        "option": admin.post(answer, json={"questionIndex": 1, "selectedOption": "'"}), "id": admin.get("/api/portal/report"),
        "401": Client(instance).get("/api/portal/me"),
        "credentials": Client(instance).post(SIGNIN, json={"email": "a@example.com", "password": "' OR 1=1"}),
        "scope": key.get("/api/ttx/catalog"), "origin": admin.post("/api/auth/signout", headers={"Origin": "https://evil.example"}),
        "404": admin.get("/api/ttx/session/00000000-0000-4000-8000-000000000000"), "405": admin.post("/api/portal/me"),
        "taken": Client(instance).post("/api/auth/register",
                                       json={"email": admin.email, "password": "some long words", "firstName": "A", "lastName": "B"}),
        "answered": admin.post(answer, json={"questionIndex": 0, "selectedOption": "A"}),
        "locked": admin.post(answer, json={"questionIndex": 5, "selectedOption": "A"}),
        "open": admin.get(f"/api/portal/report?sessionId={exercise}"),
        "eligible": admin.get(f"/api/portal/certificate?sessionId={exercise}"),
        "415": admin.post("/api/ttx/generate", data=b"<a/>", headers={"Content-Type": "text/xml"}),
        "nginx 404": admin.get("/api/nothing"), "414": admin.get("/api/portal/sessions?theme=" + "a" * 5000),
    }


def test_errors_say_one_sentence_and_an_id(errors):
    """B6: a plain sentence, a code, the id of the header; no SQL, no path, no words of a library."""
    for name, reply in errors.items():
        body = reply.json()
        assert reply.status_code >= 400, name
        assert body["requestId"] == reply.headers["X-Request-Id"] and re.fullmatch(r"[0-9a-f-]{32,36}", body["requestId"]), name
        assert re.fullmatch(r"[a-z_]+", body["code"]) and re.match("[A-Z]|selectedOption ",
                                                                   body["error"]) and body["error"].endswith("."), name
        assert not SECRET.search(body["error"] + json.dumps(body.get("fields", []))), (name, body)
        assert "Server" not in reply.headers or not re.search(r"\d", reply.headers["Server"]), name
        assert reply.headers["X-Content-Type-Options"] == "nosniff" and reply.headers["Cache-Control"] == "no-store", name
    assert len({reply.json()["code"] for reply in errors.values()}) >= 15


def test_request_ids_are_ours(instance, shared_admin):
    """A client cannot choose or forge the id."""
    seen = set()
    for given in ("x", "a" * 200, "forged-id\r", "deadbeefdeadbeefdeadbeefdeadbeef"):
        reply = shared_admin.get("/api/portal/me", headers={"X-Request-Id": given.strip()})
        assert reply.headers["X-Request-Id"] != given
        seen.add(reply.headers["X-Request-Id"])
    assert len(seen) == 4


def test_the_log_has_the_request_id_and_no_secrets(instance, admin):
    """B6: details are in the log under the same id; passwords, keys and cookies are not."""
    from tests.lib.instance import wait_for
    key = admin.api_key()
    reply = key.get("/api/ttx/session/00000000-0000-4000-8000-000000000000?secret=in-the-query")
    number = reply.headers["X-Request-Id"]
    Client(instance).post(SIGNIN, json={"email": "log@example.com", "password": "secret-of-the-log"})

    def text():
        joined = "\n".join(text for _, text in instance.logs())
        return joined if joined.count(number) >= 2 else None
    log = wait_for(text, f"request {number} in the logs of nginx and the family")
    for secret in (key.key, admin.cookie.partition("=")[2], "secret-of-the-log", "in-the-query", admin.password):
        assert secret not in log


@pytest.mark.parametrize("text",
                         ["' OR '1'='1", "'; DROP TABLE muster.exercise; --", "\\'; --", "$1", "%s%n%x", "${jndi:ldap://x}", "{{org}}",
                          "x\u202e\u2066", "𝕌𝕟𝕚", "x" * 60])
def test_hostile_texts_are_only_texts(instance, admin, text):
    """Nothing that a person writes is executed or changes anything but its own field."""
    made = admin.call("POST", "/api/portal/api-keys", json={"name": text}, expect=201)
    assert made["name"] == text and admin.call("GET", "/api/portal/api-keys")[0]["name"] == text
    exercise = admin.generate("bec", questionCount=3, customIncident=text)
    assert admin.session(exercise)["scenario"]["stages"][0]["injects"][0]["text"] == text
    assert admin.call("GET", "/api/portal/sessions?theme=" + quote(text)) == []


def test_many_bad_requests_at_once_do_no_harm(instance, shared_admin):
    """Junk on many connections at once, then everything still answers, from processes that were there before."""
    before = instance.pids("muster-auth") + instance.pids("muster-exercises") + instance.pids("muster-portal")
    junk = [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 1000,
            b"POST /api/auth/signin HTTP/1.1\r\nHost: x\r\n\r\n",
            b"GET /api/portal/me HTTP/1.1\r\n\r\n", b"G" * 70000]
    threads = [threading.Thread(target=wire.send, args=(instance, junk[i % len(junk)]), kwargs={"close": True}) for i in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared_admin.call("GET", "/api/portal/me")
    shared_admin.generate(Library.themes()[0], questionCount=3)
    assert before == instance.pids("muster-auth") + instance.pids("muster-exercises") + instance.pids("muster-portal")
