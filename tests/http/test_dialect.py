"""Rows with a dialect of their own behind a real nginx: envelopes, targets as they were sent, limits, bodies in files, nginx's own errors.
The program is tests/http/dialect.c, its configuration is printed by the product's generator."""
import hashlib
import http.client
import json
import os
import socket
import subprocess

import jsonschema
import pytest

from tests.lib import wire
from tests.lib.behind import Behind
from tests.lib.instance import BUILD, wait_for

UUID = "0d4be1f2-93a7-4c58-8e20-6b1f7a9c3d45"
JSON = {"Content-Type": "application/json"}
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def stack():
    with Behind("tests/muster-dialect") as started:
        yield started


def signature(method, target):
    return {"Authorization": "Sign " + hashlib.sha256(f"secret {method} {target}".encode("latin-1")).hexdigest()}


def ask(stack, method, target, body=None, signed=True, **headers):
    """(status, headers, JSON) of a request whose target is sent as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=20)
    all_headers = {**(signature(method, target) if signed else {}), **headers}
    connection.putrequest(method, target, skip_accept_encoding=True)
    if body is not None:
        all_headers = {**JSON, **all_headers, "Content-Length": len(body)}
    for name, value in all_headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders(body)
    reply = connection.getresponse()
    data = reply.read()
    connection.close()
    return reply.status, reply.headers, json.loads(data) if data else None


def refused(answer, status, code):
    """An error in the dialect and nothing else."""
    assert answer[0] == status, answer
    assert list(answer[2]) == ["errCode", "message", "status"] and answer[2]["status"] == "Failure", answer
    assert answer[2]["errCode"] == code and answer[2]["message"]
    assert answer[1]["Content-Type"] == "application/json" and answer[1]["X-Request-Id"]


# ---- envelopes ----

def test_success_has_its_envelope(stack):
    status, headers, value = ask(stack, "GET", "/api/t9/things/7")
    assert status == 200 and list(value) == ["data", "status"] and value["status"] == "Success"
    assert value["data"]["number"] == 7 and value["data"]["params"] == ["7"]
    assert headers["Content-Type"] == "application/json"
    assert ask(stack, "GET", "/api/t9/things?tql=x")[2] == {"data": ["x"], "count": 1, "status": "Success"}
    assert ask(stack, "DELETE", "/api/t9/things/7")[2] == {"message": "Deleted", "status": "Success"}
    assert ask(stack, "GET", "/api/t9/stream")[2] == {"data": [0, 1, 2], "status": "Success"}


def test_the_usual_dialect_has_none(stack):
    status, _, value = ask(stack, "PATCH", "/api/usual/" + UUID, b'{"text":"x"}')
    assert status == 200 and value["method"] == "PATCH" and value["text"] == "x"
    status, _, value = ask(stack, "GET", "/api/usual/7")
    assert status == 404 and set(value) == {"error", "code", "requestId"}


def test_patch(stack):
    status, _, value = ask(stack, "PATCH", "/api/t9/things/12", b'{"text":"new"}')
    assert status == 200 and value["data"] == {"method": "PATCH", "target": "/api/t9/things/12", "params": ["12"], "number": 12,
                                               "text": "new"}
    refused(ask(stack, "PATCH", "/api/t9/things/12", b'{"text":""}'), 400, "0x1001")
    assert "text: " in ask(stack, "PATCH", "/api/t9/things/12", b"{}")[2]["message"]


def test_options_has_content(stack):
    status, headers, value = ask(stack, "OPTIONS", "/api/t9/things", signed=False)
    assert status == 200 and value["data"]["method"] == "OPTIONS"
    status, headers, value = ask(stack, "OPTIONS", "/api/t9/things/5", signed=False)
    assert status == 200 and value == {"status": "Success"} and headers["Allow"] == "GET, PATCH, PUT, DELETE, OPTIONS"
    status, headers, value = ask(stack, "OPTIONS", "/api/usual", signed=False)
    assert status == 204 and value is None and headers["Allow"] == "GET, OPTIONS"
    answer = ask(stack, "POST", "/api/t9/things/5", b"{}")
    refused(answer, 405, "method_not_allowed")
    assert answer[1]["Allow"] == "GET, PATCH, PUT, DELETE, OPTIONS"


# ---- who asks, and what for ----

def test_signatures(stack):
    refused(ask(stack, "GET", "/api/t9/things/7", signed=False), 403, "0x1002")
    refused(ask(stack, "GET", "/api/t9/things/7", signed=False, Authorization="Sign x"), 403, "0x1002")
    refused(ask(stack, "GET", "/api/t9/things/7", signed=False, **signature("PUT", "/api/t9/things/7")), 403, "0x1002")
    refused(ask(stack, "GET", "/api/t9/things/7?x", signed=False, **signature("GET", "/api/t9/things/7")), 403, "0x1002")
    refused(ask(stack, "PATCH", "/api/t9/things/7", b"{", signed=False), 403, "0x1002")  # before the body is understood
    assert "WWW-Authenticate" not in ask(stack, "GET", "/api/t9/things/7", signed=False)[1]


@pytest.mark.parametrize("target, params", [
    ("/api/t9/raw/http:%2F%2Fexample.com%2Fa%3Fb", ["http:%2F%2Fexample.com%2Fa%3Fb"]),
    ("/api/t9/raw/http://example.com//a/./b", ["http://example.com//a/./b"]),
    ("/api/t9/raw//", ["/"]),
    ("/api/t9/raw/..%2f..%2f..%2fusual", ["..%2f..%2f..%2fusual"]),
    ("/api/t9/raw/../../usual", ["../../usual"]),
    ("/api/t9/raw/a%2Fb?x=%2F&y=a+b", ["a%2Fb"]),
    ("/api/t9/raw/" + "%C3%BC" * 600, ["%C3%BC" * 600]),
    ("/api/t9/raw/a;b=c,d!'()*~", ["a;b=c,d!'()*~"]),
    ("/api/t9/raw/%zz", None),  # nginx itself refuses what is no escape,
    ("/api/t9/raw/..%2f..%2f..%2f..%2f..%2fx", None),  # and what leads out of everything
    ("/api/t9/things/http:%2F%2Fexample.com%2F", ["http://example.com/"]),
    ("/api/t9/things/a%20b+c", ["a b+c"]),
    ("/api/t9/things/%e2%82%ac", ["€"]),
    (f"/api/t9/names/a%2Fof%2F5/of/5/{UUID.upper()}", ["a/of/5", "5", UUID]),
])
def test_the_target_comes_as_it_was_sent(stack, target, params):
    """Not decoded, no slashes merged, no dots resolved, never redirected; the signature is over these bytes."""
    status, headers, value = ask(stack, "GET", target)
    assert "Location" not in headers
    if params is None:
        refused((status, headers, value), 400, "bad_request")
    else:
        assert status == 200, value
        assert value["data"]["target"] == target and value["data"]["params"] == params


def test_an_absolute_target(stack):
    """As proxies write it: the signature is over what begins at the path."""
    reply = wire.send(stack, wire.head("GET", "http://localhost/api/t9/things/7", **signature("GET", "/api/t9/things/7")))
    assert reply.status == 200 and reply.json()["data"]["target"] == "/api/t9/things/7"


@pytest.mark.parametrize("target", ["/api/t9", "/api/t9/", "/api/t9?x", "/api/t9/nothing", "/api/t9//things/7", "/api/t9/things/7/",
                                    "/api/t9/%74hings/7", "/api/t9/things/", "/api/t9/raw/", "/api/t9/raw", "/api/t9/things/%00",
                                    "/api/t9/things/%ff", "/api/t9/things/%0a", "/api/t9/names/x/of/-1/" + UUID,
                                    "/api/t9/names/x/of/9223372036854775808/" + UUID, "/api/t9/names/x/of/07/" + UUID,
                                    "/api/t9/names/x/of/1/" + UUID[:-1], "/api/t9/../usual", "/api/t9/../../usual"])
def test_what_is_no_target_is_told_in_the_dialect(stack, target):
    status, headers, value = ask(stack, "GET", target)
    refused((status, headers, value), status, "0x1007" if status == 404 else "bad_request")
    assert status in (404, 400)
    assert "nginx" not in value["message"]


@pytest.mark.parametrize("target", ["/api/t90/things/7", "/api/T9/things/7", "//api/t9/things/7", "/api/%749/things/7", "/api/t9x",
                                    "/api/usual/../t9/things/7"])
def test_what_is_beside_the_prefix_is_not_of_the_table(stack, target):
    status, _, value = ask(stack, "GET", target)
    assert status == 404 and set(value) == {"error", "code", "requestId"}


def test_places_are_internal(stack):
    for place in ("/api/_/dialect/1", "/api/_/dialect/1/once", "/api/_/dialect/apart/0", "/_error/speech/404"):
        assert ask(stack, "GET", place)[0] == 404


# ---- limits ----

def test_long_targets(stack):
    """16 KiB where a row says so; elsewhere what the dialect or the row has."""
    tql = "%41" * 2700
    status, _, value = ask(stack, "GET", "/api/t9/things?tql=" + tql)
    assert status == 200 and value["data"] == ["A" * 2700]
    refused(ask(stack, "GET", "/api/t9/things?x=" + "a" * 15000), 414, "uri_too_long")
    refused(ask(stack, "GET", "/api/t9/things/7?" + "a" * 2049), 414, "uri_too_long")
    assert ask(stack, "GET", "/api/t9/things/7?" + "a" * 2048)[0] == 200
    refused(ask(stack, "GET", "/api/t9/things/" + "a" * 2048), 414, "uri_too_long")
    assert ask(stack, "GET", "/api/t9/raw/" + "a" * 4000)[0] == 200
    status, _, value = ask(stack, "GET", "/api/usual?" + "a" * 4097)
    assert status == 414 and value["code"] == "uri_too_long"


def test_sizes_of_bodies(stack):
    body = b'{"text":"%s"}' % (b"a" * 900)
    assert ask(stack, "POST", "/api/t9/small", body)[0] == 200
    refused(ask(stack, "POST", "/api/t9/small", body + b" " * 200), 413, "0x1008")
    assert ask(stack, "POST", "/api/usual/small", body + b" " * 200)[0] == 200
    status, _, value = ask(stack, "POST", "/api/usual/small", body + b" " * 2000)
    assert status == 413 and value["code"] == "too_large"


# ---- bodies in files ----

def pieces(size):
    for n in range(size // MIB):
        yield bytes([n % 251]) * MIB


def upload(stack, target, size, method="PUT", length=True):
    """Sends a body whose pieces are made while they are sent."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
    headers = {**signature(method, target), **({"Content-Length": str(size)} if length else {"Transfer-Encoding": "chunked"})}
    connection.request(method, target, pieces(size), headers, encode_chunked=not length)
    reply = connection.getresponse()
    return reply.status, reply.headers, json.loads(reply.read())


def digest(size):
    whole = hashlib.sha256()
    for piece in pieces(size):
        whole.update(piece)
    return whole.hexdigest()


@pytest.mark.parametrize("length", [True, False], ids=["with a length", "in chunks"])
def test_a_large_body_goes_into_a_file(stack, length):
    """20 MiB, exactly; no process grows by it, and nothing is left behind."""
    upload(stack, "/api/t9/files/2", MIB, length=length)
    before = stack.memory()
    status, _, value = upload(stack, "/api/t9/files/2", 20 * MIB, length=length)
    assert status == 200 and value["data"] == {"size": 20 * MIB, "sha256": digest(20 * MIB)}
    if "asan" not in os.environ.get("BUILD", ""):
        assert stack.memory() - before < 1024, "KiB more"
    assert not list(stack.uploads.glob("*.part"))
    status, _, value = upload(stack, "/api/usual/file/2", 20 * MIB, length=length)
    assert status == 200 and value["size"] == 20 * MIB


def test_a_file_is_kept_under_its_name(stack):
    assert upload(stack, "/api/t9/files/1", 3 * MIB)[0] == 200
    assert hashlib.sha256((stack.uploads / "kept").read_bytes()).hexdigest() == digest(3 * MIB)
    assert not list(stack.uploads.glob("*.part"))


def test_an_empty_file(stack):
    assert upload(stack, "/api/t9/files/2", 0)[2]["data"]["size"] == 0


def part_size(stack):
    return sum(file.stat().st_size for file in stack.uploads.glob("*.part"))


def test_nginx_keeps_nothing_of_it(stack):
    """While half of the body has come it is in the family's file and nowhere else; a client that gives up leaves nothing."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=20) as sock:
        sock.sendall(wire.head("PUT", "/api/t9/files/2", Content_Length=20 * MIB, **signature("PUT", "/api/t9/files/2")))
        for piece in pieces(10 * MIB):
            sock.sendall(piece)
        wait_for(lambda: part_size(stack) == 10 * MIB, "half of the body in the file")
        assert not [file for file in (stack.dir / "tmp/body").rglob("*") if file.is_file()]
    wait_for(lambda: not list(stack.uploads.glob("*.part")), "an empty folder")


@pytest.mark.parametrize("target, signed, size, status, code", [
    ("/api/t9/files/2", False, 20 * MIB, 403, "0x1002"),
    ("/api/t9/files/2", True, 65 * MIB, 413, "0x1008"),
    ("/api/t9/files/507", True, 20 * MIB, 403, "quota_exceeded"),
    ("/api/t9/files/x", True, 20 * MIB, 404, "0x1007"),
], ids=["nobody", "too large", "no room", "no path"])
def test_refused_before_the_body_is_read(stack, target, signed, size, status, code):
    """The answer is there while the body has only begun, and nothing of it is in a file."""
    headers = signature("PUT", target) if signed else {}
    reply = wire.send(stack, wire.head("PUT", target, Content_Length=size, **headers), b"x" * 1000)
    refused((reply.status, {"Content-Type": reply.headers["content-type"], "X-Request-Id": reply.headers["x-request-id"]}, reply.json()),
            status, code)
    assert not list(stack.uploads.glob("*.part"))


def test_refused_while_it_is_sent(stack):
    """A client that sends everything before it listens gets the answer all the same."""
    for _ in range(5):
        connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
        connection.request("PUT", "/api/t9/files/507", b"x" * 4 * MIB, signature("PUT", "/api/t9/files/507"))
        reply = connection.getresponse()
        refused((reply.status, reply.headers, json.loads(reply.read())), 403, "quota_exceeded")
        connection.close()


def test_too_large_without_a_length(stack):
    """nginx has passed most of it on by then."""
    body = [b"%x\r\n" % MIB + piece + b"\r\n" for piece in pieces(65 * MIB)]
    reply = wire.send(stack, wire.head("PUT", "/api/usual/file/2", Transfer_Encoding="chunked"), *body)
    assert reply.status == 413 and reply.json()["code"] == "too_large"
    reply = wire.send(stack, wire.head("PUT", "/api/t9/files/2", Transfer_Encoding="chunked", **signature("PUT", "/api/t9/files/2")), *body)
    assert reply.status == 413 and reply.json()["errCode"] == "0x1008"
    wait_for(lambda: not list(stack.uploads.glob("*.part")), "an empty folder")


def test_a_disk_that_is_full(stack):
    """503, and the next one is taken."""
    stack.uploads.rename(stack.dir / "away")
    try:
        answer = upload(stack, "/api/t9/files/2", 0)
        refused(answer, 503, "unavailable")
    finally:
        (stack.dir / "away").rename(stack.uploads)
    assert upload(stack, "/api/t9/files/2", MIB)[0] == 200


# ---- nginx's own errors ----

def test_errors_of_nginx_in_the_dialect(stack):
    long = "a" * 20000
    refused(ask(stack, "GET", "/api/t9/things?tql=" + long), 414, "uri_too_long")
    refused(ask(stack, "GET", "/api/t9?" + long), 414, "uri_too_long")
    refused(ask(stack, "GET", "http://localhost/api/t9/x?" + long), 414, "uri_too_long")
    refused(ask(stack, "POST", "/api/t9/small", b"x" * 2000), 413, "0x1008")
    refused(ask(stack, "GET", "/api/t9/things/%00"), 400, "bad_request")
    refused(ask(stack, "GET", "/api/t9/things/7", X_Long=long), 400, "bad_request")
    for target, status in (("/api/usual?" + long, 414), ("/api/t90?" + long, 414), ("/x?/api/t9/" + long, 414), ("/api/nothing", 404)):
        answer = ask(stack, "GET", target)
        assert answer[0] == status and set(answer[2]) == {"error", "code", "requestId"}


def test_too_many_requests_in_the_dialect():
    with Behind("tests/muster-dialect", processes=1, rate=1) as limited:
        answers = [ask(limited, "GET", "/api/t9/things/7") for _ in range(4)]
        assert [answer[0] for answer in answers] == [200, 200, 200, 429]
        refused(answers[3], 429, "rate_limited")
        assert answers[3][1]["Retry-After"] == "1"
        assert "error" in ask(limited, "GET", "/api/usual")[2]


def asked(stack):
    """How many processes got the request."""
    file = stack.uploads / "asked"
    count = file.stat().st_size if file.exists() else 0
    file.unlink(missing_ok=True)
    return count


def test_a_write_is_never_repeated():
    """A process dies with its request: reads go to another one, writes do not. Then there is no process: 503 in the dialect."""
    with Behind("tests/muster-dialect", processes=4) as frail:
        answer = ask(frail, "PUT", "/api/t9/die", b"{}")
        refused(answer, 503, "unavailable")
        assert answer[1]["Retry-After"] and asked(frail) == 1
        refused(ask(frail, "GET", "/api/t9/die"), 503, "unavailable")
        assert asked(frail) == 2
        refused(ask(frail, "PUT", "/api/t9/die", b"{}"), 503, "unavailable")
        wait_for(lambda: all(p.poll() is not None for p in frail.programs), "no process")
        frail.listener.close()
        refused(ask(frail, "GET", "/api/t9/things/7"), 503, "unavailable")
        assert ask(frail, "GET", "/api/usual")[2]["code"] == "unavailable"
        reply = wire.send(frail, wire.head("PUT", "/api/t9/files/2", Content_Length=20 * MIB), b"x" * 1000)
        assert reply.status == 503 and reply.json()["status"] == "Failure"


# ---- the description ----

def test_the_description_says_it():
    part = json.loads(subprocess.check_output([BUILD / "tests/muster-dialect", "--openapi"]))
    things = part["paths"]["/api/t9/things/{id}"]
    assert set(things) == {"get", "patch", "put", "delete"} and "options" in part["paths"]["/api/t9/things"]
    assert things["patch"]["parameters"] == [{"name": "id", "in": "path", "required": True,
                                              "schema": {"type": "integer", "format": "int64", "minimum": 0}, "example": 7}]
    parameters = part["paths"]["/api/t9/names/{name}/of/{id}/{uuid}"]["get"]["parameters"]
    kinds = [(p["name"], p["schema"], p.get("description"), type(p["example"])) for p in parameters]
    assert kinds == [("name", {"type": "string", "minLength": 1}, "Of the thing.", str),
                     ("id", {"type": "integer", "format": "int64", "minimum": 0}, None, int),
                     ("uuid", {"type": "string", "format": "uuid"}, "Of its owner.", str)]
    (rest,) = part["paths"]["/api/t9/raw/{rest}"]["get"]["parameters"]
    assert rest["schema"]["type"] == "string" and rest["description"] == "What it is about, as it is sent."
    (usual,) = part["paths"]["/api/usual/{id}"]["patch"]["parameters"]
    assert usual["schema"]["format"] == "uuid" and usual["description"] == "Of the thing."
    assert things["patch"]["responses"]["400"]["content"]["application/json"]["example"]["message"] == "text: is required"
    assert things["get"]["description"].startswith("**Who:** ") and "cookie" not in things["get"]["description"]
    assert things["patch"]["security"] == [{"signature": []}]
    body = part["paths"]["/api/t9/files/{id}"]["put"]["requestBody"]
    assert list(body["content"]) == ["application/octet-stream"] and str(64 * MIB) in body["description"]
    assert "415" in part["paths"]["/api/t9/files/{id}"]["put"]["responses"] and "415" not in things["get"]["responses"]
    assert "403" in things["get"]["responses"] and "401" not in things["get"]["responses"]


def test_replies_are_as_described(stack):
    """The envelopes of the description take what really comes, and not what does not."""
    part = json.loads(subprocess.check_output([BUILD / "tests/muster-dialect", "--openapi"]))
    responses = part["paths"]["/api/t9/things/{id}"]["get"]["responses"]
    doc = {"components": {"schemas": part["schemas"]}}
    resolver = jsonschema.RefResolver("", doc)

    def valid(schema, value):
        return jsonschema.Draft202012Validator(schema, resolver=resolver).is_valid(value)

    success = responses["200"]["content"]["application/json"]
    error = responses["404"]["content"]["application/json"]
    real = ask(stack, "GET", "/api/t9/nothing")[2]
    assert valid(success["schema"], success["example"]) and valid(error["schema"], error["example"]) and valid(error["schema"], real)
    assert not valid(success["schema"], real) and not valid(error["schema"], {**real, "status": "Success"})
    assert not valid(error["schema"], {**real, "errCode": "0x1002"})
