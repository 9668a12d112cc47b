"""Replies against openapi.json: an undocumented path, status, header or member fails the test that got it."""
import json
import os
import pathlib
import re
import uuid

import jsonschema

from tests.lib.instance import BUILD

FILE = BUILD / "openapi.json"
METHODS = ("get", "post", "put", "patch", "delete", "options")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

formats = jsonschema.FormatChecker()


@formats.checks("date-time")
def is_time(value):
    return not isinstance(value, str) or TIME.fullmatch(value) is not None


@formats.checks("uuid", raises=ValueError)
def is_uuid(value):
    return not isinstance(value, str) or str(uuid.UUID(value)) == value


class Contract:
    """The description, with its paths as patterns."""

    def __init__(self, text):
        self.doc = json.loads(text)
        self.resolver = jsonschema.RefResolver("", self.doc)
        self.paths = []
        for template, item in self.doc["paths"].items():
            regex = re.compile(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(template).replace(r"\{", "{").replace(r"\}", "}")))
            self.paths.append((regex, template, item))
        self.paths.sort(key=lambda row: "{" in row[1])
        self._validators = {}

    @staticmethod
    def load():
        return Contract(FILE.read_text(encoding="utf-8"))

    def operations(self):
        """(method, template, operation) of everything described."""
        return [(method.upper(), template, self.deref(item[method]))
                for _, template, item in self.paths for method in METHODS if method in item]

    def deref(self, node):
        while isinstance(node, dict) and "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def find(self, path):
        return next(((template, item) for regex, template, item in self.paths if regex.fullmatch(path)), (None, None))

    def check(self, method, path, reply):
        """Checks a requests.Response; returns (method, template, status) when it is one of a described operation."""
        template, item = self.find(path)
        method = "GET" if reply.request.method == "HEAD" else method
        if item is None:
            assert not path.startswith(("/api/", "/healthz")) or reply.status_code in (400, 404, 405, 413, 414, 429), \
                f"{method} {path} answers {reply.status_code} and is not described"
            self.check_error(reply)
            return None
        if method.lower() not in item:
            assert reply.status_code in (400, 405, 413, 414, 429) or (method == "OPTIONS" and reply.status_code == 204), \
                f"{method} {template} answers {reply.status_code} and is not described"
            assert reply.status_code == 204 or reply.headers.get("Allow") or reply.status_code != 405, "405 without Allow"
            self.check_error(reply)
            return None
        operation = self.deref(item[method.lower()])
        response = self.deref(operation["responses"].get(str(reply.status_code)))
        assert response is not None, f"{method} {template}: status {reply.status_code} is not described"
        self.check_headers(f"{method} {template} {reply.status_code}", response, reply)
        self.check_content(f"{method} {template} {reply.status_code}", response, reply)
        return method, template, reply.status_code

    def check_headers(self, what, response, reply):
        for name, header in response.get("headers", {}).items():
            header = self.deref(header)
            assert name in reply.headers or not header.get("required"), f"{what}: header {name} is missing"
        for name in ("Link", "Retry-After", "WWW-Authenticate", "Set-Cookie", "Allow", "Content-Disposition", "ETag"):
            described = name in response.get("headers", {})
            assert described or name not in reply.headers, f"{what}: header {name} is not described"

    def check_content(self, what, response, reply):
        media = reply.headers.get("Content-Type", "").split(";")[0]
        content = response.get("content")
        if content is None:
            assert not reply.content, f"{what}: has a body and none is described"
            return
        assert media in content, f"{what}: {media} is not described"
        if media == "application/json" and reply.request.method != "HEAD":
            self.validate(what, content[media]["schema"], reply)

    def check_error(self, reply):
        if reply.headers.get("Content-Type", "").startswith("application/json") and reply.content and reply.status_code >= 400:
            self.validate(f"{reply.status_code} {reply.url}", {"$ref": "#/components/schemas/Error"}, reply)

    def validate(self, what, schema, reply):
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            self._validators[key] = jsonschema.Draft202012Validator(schema, resolver=self.resolver, format_checker=formats)
        value = json.loads(reply.content)
        problem = jsonschema.exceptions.best_match(self._validators[key].iter_errors(value))
        assert problem is None, f"{what}: at {problem.json_path}: {problem.message[:400]}"


class Recorder:
    """Notes which operation answered what, for the drift suite; None where no run collects it."""

    def __init__(self):
        top = os.environ.get("MUSTER_TESTS_TMP")
        self.file = pathlib.Path(top) / "replies" if top else None
        self.seen = set()

    def note(self, row):
        if row and row not in self.seen:
            self.seen.add(row)
            if self.file:
                with self.file.open("a", encoding="utf-8") as out:
                    out.write(" ".join(map(str, row)) + "\n")


contract = Contract.load()
recorder = Recorder()


def check(method, path, reply):
    """Called for every reply that a Client receives."""
    if contract:
        recorder.note(contract.check(method, path, reply))
