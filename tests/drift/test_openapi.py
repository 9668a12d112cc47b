"""The API's description says what the route tables, the error table and real replies say (G2)."""
import os
import pathlib
import re

import jsonschema
import pytest
import yaml

from tests.lib import contract, routes
from tests.lib.instance import ROOT

CONTRACT = contract.Contract.load()
OPERATIONS = {(method, path): operation for method, path, operation in CONTRACT.operations()}
INT32 = (-2 ** 31, 2 ** 31 - 1)
# Roles that a guard lets in; none named: every role.
ROLES = {"member": [], "player": ["SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR", "MEMBER"], "admin": ["SUPER_ADMIN", "CLIENT_ADMIN"],
         "facilitator": ["SUPER_ADMIN", "CLIENT_ADMIN", "FACILITATOR"], "oversight": ["SUPER_ADMIN", "CLIENT_ADMIN", "AUDITOR"],
         "platform": ["SUPER_ADMIN"], "pending": [], "leaving": []}
# The table lets them through because the handler has a code of its own for what is wrong: missing_session_id, not_found.
OWN_CODE = {"sessionId"}


def resolved(schema):
    """A schema with its reference followed, the reference's siblings kept."""
    return {**CONTRACT.deref(schema), **{key: value for key, value in schema.items() if key != "$ref"}}


def operation(row):
    return OPERATIONS[row["method"], row["path"]]


@pytest.mark.parametrize("row", routes.table(), ids=routes.name)
def test_every_route_is_described(row):
    assert (row["method"], row["path"]) in OPERATIONS
    assert operation(row)["summary"] == row["summary"]


def test_nothing_else_is_described():
    """G2: a documented route exists."""
    assert set(OPERATIONS) == {(row["method"], row["path"]) for row in routes.table()}


def is_metrics(row):
    """They have a token of their own, which is nobody's, and another format."""
    return row["path"].startswith("/metrics")


@pytest.mark.parametrize("row", routes.table(), ids=routes.name)
def test_guard_and_scope(row):
    """A2, A11: who may call it is described as the table has it."""
    bearer = [{"bearer": [row["scope"]]}] if row["scope"] else []
    signed = [{"signature": []}, {"token": []}, {"session": []}]
    ways = [{"session": ROLES.get(row["guard"])}] + bearer if row["dialect"] == "muster" else signed
    expected = [] if row["guard"] == "public" else ways
    assert operation(row)["security"] == expected
    responses = set(operation(row)["responses"])
    assert ("401" in responses) == (row["guard"] != "public" or row["path"] in ("/api/auth/signin", "/api/appAuth") or is_metrics(row))
    assert ("403" in responses) >= (row["guard"] != "public")


def check_field(field, schema, where):
    """One field of a table against its schema: type, bounds, values, default."""
    schema = resolved(schema)
    kind = field["type"]
    if kind in ("string", "email"):
        assert schema["type"] == "string", where
        assert schema.get("minLength", 0) == field["min"] and schema.get("maxLength", 0) == field["max"], where
    elif kind == "integer":
        low, high = schema.get("minimum"), schema.get("maximum")
        assert schema["type"] == "integer", where
        assert (low, high) == (field["min"], field["max"]) or INT32 == (field["min"], field["max"]), where
    elif kind == "enum":
        assert schema.get("enum", [schema.get("const")]) == field["values"], where
    elif kind == "strings":
        assert schema["type"] == "array" and schema["maxItems"] == field["max"], where
        assert resolved(schema["items"]).get("enum", []) == field["values"], where
    elif kind == "objects":
        assert schema["type"] == "array" and schema["maxItems"] == field["max"], where
        check_fields(field["fields"], resolved(schema["items"]), where)
    elif kind == "uuid":
        assert schema["format"] == "uuid", where
    elif kind == "boolean":
        assert schema["type"] == "boolean", where
    elif kind == "time":
        assert "date-time" in str(schema), where
    else:
        assert kind == "token", where
    default = schema.get("default")
    assert (str(default).lower() if isinstance(default, bool) else None if default is None else str(default)) == field["default"], where


def check_fields(fields, schema, where):
    assert set(schema["properties"]) == {field["name"] for field in fields}, where
    assert set(schema.get("required", [])) == {field["name"] for field in fields if field["required"]}, where
    for field in fields:
        check_field(field, schema["properties"][field["name"]], f"{where}: {field['name']}")


@pytest.mark.parametrize("row", [row for row in routes.table() if row["body"] is not None], ids=routes.name)
def test_bodies(row):
    """Fields, bounds, values and defaults of a body are those that the server checks."""
    body = operation(row)["requestBody"]
    assert body["required"] is True
    check_fields(row["body"], resolved(body["content"]["application/json"]["schema"]), routes.name(row))


@pytest.mark.parametrize("row", routes.table(), ids=routes.name)
def test_parameters(row):
    """Path and query parameters likewise."""
    described = {}
    for parameter in map(CONTRACT.deref, operation(row).get("parameters", [])):
        described.setdefault(parameter["in"], {})[parameter["name"]] = parameter
    assert set(described.get("path", {})) == set(re.findall(r"\{(\w+)\}", row["path"]))
    assert set(described.get("query", {})) == {field["name"] for field in row["query"] or []}
    assert set(described) <= {"path", "query"}
    for field in row["query"] or []:
        parameter = described["query"][field["name"]]
        assert parameter.get("required", False) == (field["required"] or field["name"] in OWN_CODE)
        if field["name"] not in OWN_CODE:
            check_field(field, parameter["schema"], f"{routes.name(row)}?{field['name']}")


@pytest.mark.parametrize("row", routes.table(), ids=routes.name)
def test_media_types(row):
    for status, response in operation(row)["responses"].items():
        content = CONTRACT.deref(response).get("content", {})
        other = [value for field in row["query"] or [] if field["name"] == "format" for value in field["values"] if value != "json"]
        if other and status == "200":
            assert list(content) == ["application/json", *(f"text/{value}" for value in other)]
            continue
        if is_metrics(row) and status == "200":
            assert list(content) == ["application/openmetrics-text"]
            continue
        if row["xml"] and status == "200":
            assert list(content) == ["application/json", "application/xml"]
            continue
        assert list(content) == ["text/html" if row["html"] and status == "200" else "application/json"], status


def error_table():
    text = (ROOT / "common/base/err.h").read_text(encoding="utf-8").replace("\\\n", "")
    words = yaml.safe_load((ROOT / "common/words/en/errors.yaml").read_text(encoding="utf-8"))
    return [(name, status, code, words[name.lower()]) for name, status, code in re.findall(r'X\((\w+), (\d+), "(\w+)",\s*"[^"]*"\)', text)]


def test_error_codes():
    """Every code of the table is in the description and the other way round; names, codes and sentences are unique."""
    rows = error_table()
    assert len(rows) > 25
    codes = [code for _, _, code, _ in rows if code != "ok"]
    assert sorted(CONTRACT.doc["components"]["schemas"]["ErrorCode"]["enum"]) == sorted(codes)
    for column in (0, 2, 3):
        assert len({row[column] for row in rows}) == len(rows)


def test_every_error_can_happen():
    """G2: a code in the table is used by some handler."""
    text = "\n".join(file.read_text(encoding="utf-8") for top in ("apps", "common") for file in (ROOT / top).rglob("*.c"))
    for name, _, code, _ in error_table():
        assert re.search(rf"\b{name}\b", text), code


def test_schemas_are_schemas():
    """References resolve, schemas are valid, examples fit, operation ids are unique."""
    def walk(node, path):
        if isinstance(node, dict):
            if "$ref" in node:
                CONTRACT.resolver.resolve(node["$ref"])
            for key, value in node.items():
                walk(value, f"{path}/{key}")
        elif isinstance(node, list):
            for i, value in enumerate(node):
                walk(value, f"{path}/{i}")
    walk(CONTRACT.doc, "#")
    for name, schema in CONTRACT.doc["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        if "example" in schema:
            jsonschema.Draft202012Validator(schema, resolver=CONTRACT.resolver,
                                            format_checker=contract.formats).validate(schema["example"]), name
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(ids)) == len(ids)
    assert CONTRACT.doc["openapi"].startswith("3.1.") and CONTRACT.doc["servers"] == [{"url": "/"}]


def valid(schema, value, where):
    problem = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(schema, resolver=CONTRACT.resolver, format_checker=contract.formats).iter_errors(value))
    assert problem is None, f"{where}: at {problem.json_path}: {problem.message[:300]}"


def examples(media, where):
    """Those of one content; every content has one."""
    found = [row["value"] for row in media.get("examples", {}).values()] or [media[key] for key in ("example",) if key in media]
    assert found, f"{where} has no example"
    return found


def placeholder(value):
    """The first member whose example is only its own name, which is what a row without one gets."""
    if isinstance(value, dict):
        for key, inner in value.items():
            found = key if inner in (key, [key]) else placeholder(inner)
            if found:
                return found
    if isinstance(value, list):
        return next(filter(None, map(placeholder, value)), None)
    return None


@pytest.mark.parametrize("row", routes.table(), ids=routes.name)
def test_examples(row):
    """Bodies, parameters and replies have examples of their own, which their schemas accept."""
    one = operation(row)
    contents = [(f"reply {status}", response["content"]) for status, response in one["responses"].items()]
    if row["body"] is not None:
        contents.append(("body", one["requestBody"]["content"]))
    for where, content in contents:
        for media in content.values():
            for value in examples(media, where):
                valid(media["schema"], value, where)
                assert placeholder(value) is None, where
    for parameter in one["parameters"]:
        assert "example" in parameter or not parameter.get("required"), parameter["name"]
        if "example" in parameter:
            valid(parameter["schema"], parameter["example"], parameter["name"])
            assert parameter["example"] != parameter["name"]
    assert one["x-codeSamples"][0]["source"].startswith("curl ") and "{" not in one["x-codeSamples"][0]["source"].split("-d '")[0]


def says_something(text, name):
    """A sentence, of more than the words of the name that it describes."""
    words = set(re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()))
    said = re.findall(r"[a-z0-9]+", text.lower())
    return text.endswith((".", "|")) and any(word not in words | {"a", "an", "the", "of", "its"} for word in said)


def test_says_something():
    assert says_something("Points for the best option.", "maxPoints") and says_something("Of the exercise.", "id")
    assert not says_something("Max points.", "maxPoints") and not says_something("The id.", "id")
    assert not says_something("Points for the best option", "maxPoints") and not says_something("", "id")


@pytest.mark.parametrize("row", routes.table(), ids=routes.name)
def test_descriptions(row):
    """What an operation does is said in sentences of its own, before what follows from its row; so is each parameter."""
    one = operation(row)
    own, _, follows = one["description"].partition("\n\n")
    assert follows.startswith("**Who:** ") and len(own.split()) >= 8 and own.endswith("."), own
    assert own.rstrip(".") != one["summary"] and not one["summary"].endswith(".")
    for parameter in one["parameters"]:
        assert says_something(parameter.get("description", ""), parameter["name"]), parameter["name"]
    for status, response in one["responses"].items():
        assert response["description"].endswith("."), status


def fields(schema, where):
    """(where, name, schema) of every member, also of those in lists."""
    for name, member in schema.get("properties", {}).items():
        yield where, name, member
        yield from fields(member.get("items", {}), f"{where}.{name}")


def test_every_field_has_a_sentence():
    """Members of bodies and of replies, and the objects themselves."""
    schemas = dict(CONTRACT.doc["components"]["schemas"])
    for name, schema in schemas.items():
        assert says_something(schema.get("description", ""), name), name
    for (method, path), one in OPERATIONS.items():
        if "application/json" in one.get("requestBody", {}).get("content", {}):
            schemas[f"{method} {path}"] = one["requestBody"]["content"]["application/json"]["schema"]
    found = [row for name, schema in schemas.items() for row in fields(schema, name)]
    assert len(found) > 600
    assert [f"{where}.{name}" for where, name, member in found if not says_something(member.get("description", ""), name)] == []


def test_every_error_says_what_to_do():
    """In the description of ErrorCode, a row for each."""
    text = CONTRACT.doc["components"]["schemas"]["ErrorCode"]["description"]
    for _, status, code, sentence in error_table():
        if code != "ok":
            assert re.search(rf"^\| `{code}` \| {status} \| {re.escape(sentence)} \| [A-Z][^|]+\. \|$", text, re.M), code


def test_every_route_was_exercised():
    """G2: each described operation has answered each of its 2xx statuses in the HTTP suite of this run."""
    top = os.environ.get("MUSTER_TESTS_TMP")
    file = pathlib.Path(top) / "replies" if top else None
    if file is None or not (pathlib.Path(top) / "http.out").exists():
        pytest.skip("needs the HTTP suite in the same run")
    seen = {tuple(line.split()) for line in file.read_text(encoding="utf-8").splitlines()}
    wanted = {(method, path, status) for (method, path), operation in OPERATIONS.items()
              for status in operation["responses"] if status.startswith("2")}
    assert not wanted - seen
