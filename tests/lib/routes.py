"""The route tables, as the programs print them."""
import functools
import json
import subprocess

from tests.lib.instance import BUILD, ROOT

NO_UUID = "00000000-0000-4000-8000-000000000000"
OTHERS = {"integer": "1", "name": "name", "rest": "rest/of/it"}


def families():
    return sorted(file.parent.name for file in (ROOT / "apps").glob("*/routes.c"))


def program(family, option):
    return subprocess.run([str(BUILD / f"bin/muster-{family}"), option], check=True, capture_output=True, text=True).stdout


@functools.lru_cache(maxsize=None)
def table():
    """Every row of every family."""
    return [row for family in families() for row in json.loads(program(family, "--routes"))]


def name(row):
    return f"{row['method']} {row['path']}"


@functools.lru_cache(maxsize=None)
def kinds():
    """path -> types of its parameters."""
    return {row["path"]: row["params"] for row in table()}


def fill(path, value=NO_UUID):
    """A path with every parameter replaced: UUIDs by the value, numbers too when it is one, others by one of their type."""
    types = iter(kinds().get(path, ()))
    others = {**OTHERS, **({"integer": value} if value.isdigit() else {})}
    return "/".join(others.get(next(types, "uuid"), value) if part.startswith("{") else part for part in path.split("/"))


def usual():
    """The rows that speak as most do: with sessions and keys, and codes in their errors."""
    return [row for row in table() if row["dialect"] == "muster"]
