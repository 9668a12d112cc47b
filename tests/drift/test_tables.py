"""What is written in one place and used in another: nginx's locations, named statements, settings, packages."""
import functools
import re
import sys

import pytest

from tests.lib import routes
from tests.lib.instance import ROOT

sys.path.insert(0, str(ROOT / "sql"))
import sqlgen  # noqa: E402

LOCATION = re.compile(r"location (=|~) (\S+) \{( internal;)? fastcgi_pass muster_(\w+); include fastcgi_muster.conf;"
                      r"( include fastcgi_hash.conf;)?( include fastcgi_slow.conf;)?( include fastcgi_upload.conf;)?"
                      r"( include fastcgi_once.conf;)?( client_max_body_size \d+;)? \}")
TARGET = re.compile(r'"~(.*)" (\S+);')


@functools.lru_cache(maxsize=None)
def locations():
    """(matches, family, may take minutes) of every generated location that paths lead to."""
    found = []
    for family in routes.families():
        lines = [line for line in routes.program(family, "--nginx").splitlines() if line and not line.startswith("#")]
        for line in lines:
            kind, pattern, internal, upstream, patience, slow, upload, _, _ = LOCATION.fullmatch(line).groups()
            assert (patience is not None) == upstream.endswith("_hash") and (upload is not None) == upstream.endswith("_upload")
            if internal:
                continue
            regex = re.compile("^" + re.escape(pattern) + "$" if kind == "=" else pattern)
            found.append((regex, upstream, slow is not None))
    return found


@functools.lru_cache(maxsize=None)
def targets():
    """(matches, place) of every target of a prefix, in order."""
    lines = [line for family in routes.families() for line in routes.program(family, "--nginx-targets").splitlines()]
    return [(re.compile(regex), place) for regex, place in (TARGET.fullmatch(line).groups() for line in lines)]


@pytest.mark.parametrize("row", routes.table(), ids=routes.name)
def test_every_route_has_one_location(row):
    """nginx sends each row's path to its family, and to no other."""
    path = routes.fill(row["path"])
    upstreams = [upstream for regex, upstream, _ in locations() if regex.search(path)]
    places = [place for regex, place in targets() if regex.search(f"{row['method']} {path}")]
    if row["prefix"]:
        assert not upstreams and places[0].startswith(f"/api/_/{row['family']}/")
        return
    assert not places and len(upstreams) == 1 and upstreams[0] in (row["family"], row["family"] + "_hash", row["family"] + "_upload")


def test_no_location_without_a_route():
    paths = {routes.fill(row["path"]) for row in routes.table() if not row["prefix"]}
    for regex, _, _ in locations():
        assert any(regex.search(path) for path in paths), regex.pattern


def test_hashing_has_its_own_pool():
    """Routes that hash passwords do not make others wait."""
    found = {routes.fill(row["path"]) for row in routes.table() for regex, upstream, _ in locations()
             if upstream.endswith("_hash") and regex.search(routes.fill(row["path"]))}
    assert found == {"/api/auth/register", "/api/auth/register/confirm", "/api/auth/signin", "/api/auth/change-password",
                     "/api/auth/reset-password"}


def test_erasures_have_time():
    """E2: nginx waits for what erases people or organisations, a little longer than the database works at it."""
    found = {row["path"] for row in routes.table() for regex, _, slow in locations() if slow and regex.search(routes.fill(row["path"]))}
    assert found == {"/api/portal/delete-account", "/api/portal/delete-organization", "/api/portal/users/{id}", "/api/admin/orgs/{id}"}
    (wait,) = re.findall(r"^fastcgi_read_timeout (\d+)s;$", (ROOT / "nginx/fastcgi_slow.conf").read_text(encoding="utf-8"), re.M)
    (work,) = re.findall(r"statement_timeout', '(\d+)s'", (ROOT / "sql/queries/common/patience.sql").read_text(encoding="utf-8"))
    assert 60 < int(work) < int(wait)


def statements():
    for file in sorted((ROOT / "sql/queries").glob("*/*.sql")):
        for name in re.findall(r"^-- name: (\w+)", file.read_text(encoding="utf-8"), re.M):
            yield file.parent.name, name


@pytest.mark.parametrize("family, name", list(statements()))
def test_every_statement_is_used(family, name):
    """A named statement is used by its family, a common one by common code or every family."""
    folders = [ROOT / "common", ROOT / "apps"] if family == "common" else [ROOT / "apps" / family]
    text = "\n".join(file.read_text(encoding="utf-8") for folder in folders for file in folder.rglob("*.c"))
    assert re.search(rf"\bSTMT_{name.upper()}\b", text)


def parameters(family):
    """name -> number of parameters of the statements that a family has."""
    own = [] if family == "common" else sqlgen.read_statements(ROOT / "sql/queries" / family)
    return {f"STMT_{name.upper()}": count for name, _, count in sqlgen.read_statements(ROOT / "sql/queries/common") + own}


def arguments(text, start):
    """How many elements the braces that open at start hold."""
    depth, count, quoted, at = 0, 0, False, start
    while True:
        char = text[at]
        if quoted:
            at += char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char in "({[":
            depth += 1
        elif char in ")}]":
            depth -= 1
            if depth == 0:
                return count + (text[start + 1:at].strip(" \n,") != "")
        elif char == "," and depth == 1 and text[at + 1:].lstrip()[0] != "}":
            count += 1
        at += 1


def given():
    """(file, statement, arguments) of every statement that is run by name."""
    for file in (*sorted((ROOT / "apps").rglob("*.c")), *sorted((ROOT / "common").rglob("*.c"))):
        text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.S)
        for match in re.finditer(r"\.stmt = (STMT_\w+)(?:,\s*\.args = (?=\{))?", text):
            yield file.relative_to(ROOT).as_posix(), match[1], arguments(text, match.end()) if "args" in match[0] else 0


def test_every_statement_gets_its_arguments():
    """A missing argument would be NULL without a word."""
    found = list(given())
    assert len(found) > 100
    for file, name, count in found:
        folder, family = file.split("/")[:2]
        assert parameters(family if folder == "apps" else "auth")[name] == count, (file, name, count)


def cfg_rows():
    """name -> default of the settings that the programs read."""
    found = {}
    for file in (*(ROOT / "apps").glob("*/*.c"), *(ROOT / "common").rglob("*.c")):
        for body in re.findall(r'\{\s*\.name = ("[A-Z_]+",.*?)\}', file.read_text(encoding="utf-8"), re.S):
            if ".help" in body:
                default = re.search(r'\.dflt = "([^"]*)"', body)
                found[re.match(r'"(\w+)"', body)[1]] = default[1] if default else None
    return found


# Set by the scripts themselves, from the settings that people see.
INTERNAL = {"DATABASE_URL", "HEALTH_SOCKETS", "SECRET_KEY_FILE", "OUTBOX_DIR"}
# Decided by the instance; for a program alone its own default holds.
OTHER_DEFAULT = {"JOBS_PROCESSES", "LOG_LEVEL", "BASE_URL"}


def readme_settings():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.search(r"^## Settings$(.*?)^## ", text, re.M | re.S)[1]
    return dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", table, re.M))


def instance_settings():
    text = (ROOT / "apps/instance/lib.sh").read_text(encoding="utf-8")
    names = re.search(r"SETTINGS=\((.*?)\)", text, re.S)[1].split()
    return {name for name in names if not name.endswith("SAN_OPTIONS")}, text


def test_settings_table_of_the_readme():
    """G2: every setting is in the table, every row has an effect, the defaults are the real ones."""
    readme, rows = readme_settings(), cfg_rows()
    names, text = instance_settings()
    assert len(rows) >= 9
    assert set(rows) - INTERNAL <= set(readme)
    assert set(readme) == names
    for name in set(rows) - INTERNAL - OTHER_DEFAULT:
        assert readme[name].strip("`") == (rows[name] or "none"), name
    for name, default in re.findall(r'"\$\{(\w+):=([\w.]*)\}"', text):
        if default and name in readme:
            assert readme[name].strip("`") == default, name


def test_every_setting_reaches_the_programs():
    """What the README offers is handed down by the instance's scripts."""
    names, _ = instance_settings()
    assert set(cfg_rows()) - INTERNAL <= names


def test_plans_of_the_program_are_those_of_the_database():
    text = (ROOT / "apps/auth/main.c").read_text(encoding="utf-8")
    plans = re.findall(r'"(\w+)"', re.search(r"plans\[\] = \{(.*?)\}", text)[1])
    sql = (ROOT / "sql/data/plans.sql").read_text(encoding="utf-8")
    stored = re.findall(r"^\s+\('([A-Z]+)', ", sql, re.M)
    assert plans == stored


def test_readme_names_what_exists():
    """G2: make targets and files that the README mentions are there."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    for target in re.findall(r"`?make ([a-z-]+)`", text):
        assert target in targets, target
    for path in re.findall(r"`((?:apps|common|sql|nginx|tests|docker)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path
