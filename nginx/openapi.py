#!/usr/bin/python3
"""Joins the families' parts of the API's description with what is said of the API as a whole.

    openapi.py PROGRAM... >openapi.json

Each program prints its part with --openapi: paths and schemas from its rows, and the table of all errors.
"""
import json
import pathlib
import shlex
import subprocess
import sys
import urllib.parse


def describe_errors(schema, errors):
    """The codes, and a table of what they mean."""
    schema["enum"] = [row["code"] for row in errors]
    lines = [f"| `{row['code']}` | {row['status']} | {row['text']} | {row['remedy']} |" for row in errors]
    schema["description"] = "\n".join([schema["description"], "", "| code | status | meaning | what to do |", "|---|---|---|---|", *lines])


def curl(method, path, operation):
    """The call with its examples, as a command: a key where one will do, otherwise the cookie."""
    asked = {}
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(parameter["example"]))
        elif parameter.get("required"):
            asked[parameter["name"]] = parameter["example"]
    address = '"$BASE_URL' + path + ("?" + urllib.parse.urlencode(asked) if asked else "") + '"'
    words = ["curl"] + ([] if method == "get" else ["-X", method.upper()])
    if any("token" in way for way in operation["security"]):
        words += ["-H", '"Authorization: TC-Token $TOKEN"']
    elif any("bearer" in way for way in operation["security"]):
        words += ["-H", '"Authorization: Bearer $KEY"']
    else:
        if operation["security"]:
            words += ["-b", "cookies.txt", *([] if method == "get" else ["-H", '"Origin: $BASE_URL"'])]
        if "Set-Cookie" in next(iter(operation["responses"].values()))["headers"]:
            words += ["-c", "cookies.txt"]
    content = operation.get("requestBody", {}).get("content", {})
    if "application/octet-stream" in content:
        words += ["-H", "'Content-Type: application/octet-stream'", "--data-binary", "@file"]
    elif content:
        body = content["application/json"]["example"]
        words += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(json.dumps(body, ensure_ascii=False))]
    return " ".join([*words, address])


def main():
    doc = json.loads(pathlib.Path(__file__).with_name("openapi.intro.json").read_text(encoding="utf-8"))
    schemas = doc["components"]["schemas"]
    doc["paths"] = {}
    for program in sys.argv[1:]:
        part = json.loads(subprocess.check_output([program, "--openapi"]))
        twice = doc["paths"].keys() & part["paths"].keys()
        other = [name for name in schemas.keys() & part["schemas"].keys() if schemas[name] != part["schemas"][name]]
        if twice or other:
            raise SystemExit(f"{program}: described otherwise by another family: {', '.join([*twice, *other])}")
        doc["paths"].update(part["paths"])
        schemas.update(part["schemas"])
        errors = part["errors"]
    describe_errors(schemas["ErrorCode"], errors)
    doc["paths"] = dict(sorted(doc["paths"].items()))
    for path, item in doc["paths"].items():
        for method, operation in item.items():
            operation["x-codeSamples"] = [{"lang": "Shell", "label": "curl", "source": curl(method, path, operation)}]
    doc["components"]["schemas"] = dict(sorted(schemas.items()))
    json.dump(doc, sys.stdout, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
