#!/usr/bin/python3
"""Joins the families' parts of the API's description with what is said of the API as a whole.

    openapi.py PROGRAM... >openapi.json

Each program prints its part with --openapi: paths and schemas from its rows, and the codes of all errors.
"""
import json
import pathlib
import subprocess
import sys


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
        schemas["ErrorCode"]["enum"] = part["errors"]
    doc["paths"] = dict(sorted(doc["paths"].items()))
    doc["components"]["schemas"] = dict(sorted(schemas.items()))
    json.dump(doc, sys.stdout, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
