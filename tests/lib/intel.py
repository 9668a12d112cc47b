"""A program that uses the threat intelligence API as clients of the protocol do: signed, or with a token, target and headers as they are
given."""
import base64
import hashlib
import hmac
import http.client
import json
import time
import urllib.parse

from tests.lib import contract


class Reply:
    """.status, .headers, .body (bytes), .json."""

    def __init__(self, method, target, reply, body):
        self.status, self.headers, self.body = reply.status, reply.headers, body
        self.method, self.target = method, target

    @property
    def json(self):
        return json.loads(self.body)


def signature(secret, method, target, timestamp):
    mac = hmac.new(secret.encode(), f"{target}:{method}:{timestamp}".encode("latin-1"), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


class ApiUser:
    """token: it is sent in place of a signature. Both work for everything."""

    def __init__(self, instance, made, token=None, address=None):
        self.instance, self.made, self.token = instance, made, token
        self.id, self.access_id, self.secret = made["id"], made["accessId"], made["secretKey"]
        self.address = address or instance.new_address()

    def headers(self, method, target, timestamp=None):
        if self.token:
            return {"Authorization": f"TC-Token {self.token}"}
        now = str(int(time.time())) if timestamp is None else timestamp
        return {"Timestamp": now, "Authorization": f"TC {self.access_id}:{signature(self.secret, method, target, now)}"}

    def send(self, method, target, body=None, headers=None, signed=True, **more):
        """The reply to exactly this target. body: bytes, or anything as JSON."""
        sent = {**(self.headers(method, target) if signed else {}), **(headers or {})}
        return send(self.instance, method, target, body, sent, self.address, **more)

    def call(self, method, target, body=None, expect=200, **more):
        """The JSON of a reply that must have the expected status, exactly the content type, and the envelope."""
        reply = self.send(method, target, body, **more)
        assert reply.status == expect, f"{method} {target}: {reply.status} instead of {expect}: {reply.body[:600]}"
        assert reply.headers["Content-Type"] == "application/json", reply.headers["Content-Type"]
        value = reply.json
        if method != "OPTIONS":
            assert value["status"] == ("Success" if expect < 400 else "Failure"), value
        return value

    def refused(self, method, target, status, message=None, code=None, **more):
        value = self.call(method, target, expect=status, **more)
        assert message is None or message in value["message"], value
        assert code is None or value.get("errCode") == code, value
        return value

    def with_token(self):
        """The same API user with a token of its own making."""
        return ApiUser(self.instance, self.made, token=self.call("POST", "/api/v3/token/api")["data"], address=self.address)


def send(instance, method, target, body=None, headers=None, address="127.0.0.1", checked=True):
    place = urllib.parse.urlsplit(instance.url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60, source_address=(address, 0))
    connection.putrequest(method, target, skip_accept_encoding=True)
    headers = dict(headers or {})
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        headers.setdefault("Content-Type", "application/json")
    if body is not None:
        headers["Content-Length"] = str(len(body))
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    reply = Reply(method, target, answer, answer.read())
    connection.close()
    assert reply.status != 500, f"{method} {target}: {reply.body[:600]}"
    if checked:
        contract.check(method, target.partition("?")[0].rstrip("/"), Described(reply))
    return reply


class Described:
    """A reply as contract.py looks at it."""

    def __init__(self, reply):
        self.status_code, self.headers, self.content = reply.status, reply.headers, reply.body
        self.request, self.url, self.text = self, reply.target, reply.body.decode("utf-8", "replace")
        self.method = reply.method


def api_user(admin, role="Organization Administrator", name="Feed"):
    """A new API user of an administrator's organisation."""
    made = admin.call("POST", "/api/portal/api-users", json={"name": name, "role": role}, expect=201)
    return ApiUser(admin.instance, made)
