"""What is written in one place and used in another: nginx's locations, named statements, settings, packages."""
import functools
import re
import subprocess
import sys

import pytest

from common.words import catalogue
from tests.lib import routes
from tests.lib.instance import ROOT

LOCATION = re.compile(r"location (=|~) (\S+) \{( internal;)? fastcgi_pass muster_(\w+); include fastcgi_muster.conf;"
                      r"( include hash_here.conf;)?( include fastcgi_slow.conf;)?( include fastcgi_upload.conf;)?"
                      r"( include fastcgi_once.conf;)?( client_max_body_size \d+;)? \}")
TARGET = re.compile(r'"~(.*)" (\S+);')
STAGE = re.compile(r"location @(\w+) \{ .*fastcgi_pass muster_(\w+); include fastcgi_muster.conf; .*\}")


@functools.lru_cache(maxsize=None)
def locations():
    """(matches, family, may take minutes, hands on to the pool that hashes) of every generated location that paths lead to."""
    found = []
    for family in routes.families():
        lines = [line for line in routes.program(family, "--nginx").splitlines() if line and not line.startswith(("#", "location @"))]
        for line in lines:
            kind, pattern, internal, upstream, hashes, slow, upload, _, _ = LOCATION.fullmatch(line).groups()
            assert (upload is not None) == upstream.endswith("_upload")
            if internal:
                continue
            regex = re.compile("^" + re.escape(pattern) + "$" if kind == "=" else pattern)
            found.append((regex, upstream, slow is not None, hashes is not None))
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
    upstreams = [upstream for regex, upstream, *_ in locations() if regex.search(path)]
    places = [place for regex, place in targets() if regex.search(f"{row['method']} {path}")]
    if row["prefix"]:
        assert not upstreams and places[0].startswith(f"/api/_/{row['family']}/")
        return
    assert not places and len(upstreams) == 1 and upstreams[0] in (row["family"], row["family"] + "_upload")


def test_no_location_without_a_route():
    paths = {routes.fill(row["path"]) for row in routes.table() if not row["prefix"]}
    for regex, *_ in locations():
        assert any(regex.search(path) for path in paths), regex.pattern


def test_hashing_has_its_own_pool():
    """Routes that hash passwords do not make others wait: they have pools, which nobody reaches but by being handed on."""
    found = {routes.fill(row["path"]) for row in routes.table() for regex, _, _, hashes in locations()
             if hashes and regex.search(routes.fill(row["path"]))}
    stages = dict(STAGE.fullmatch(line).groups() for family in routes.families()
                  for line in routes.program(family, "--nginx").splitlines() if line.startswith("location @"))
    assert stages == {"auth_hash": "auth_hash", "auth_known": "auth_known", "auth_undo": "auth"}
    assert found == {"/api/auth/register", "/api/auth/register/confirm", "/api/auth/signin", "/api/auth/change-password",
                     "/api/auth/reset-password", "/api/auth/step-up"}


def test_erasures_have_time():
    """E2: nginx waits for what erases people, a little longer than the database works at it; organisations are erased by a job."""
    found = {row["path"] for row in routes.table() for regex, _, slow, _ in locations() if slow and regex.search(routes.fill(row["path"]))}
    assert found == {"/api/portal/delete-account", "/api/portal/users/{id}"}
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
    assert re.search(rf"\b(STMT|SQL)_{name.upper()}\b", text)


def test_statements_are_called_by_their_macro():
    """SQL_<NAME>() asks for every argument; only those who are handed a statement name it by a variable."""
    for file in (*sorted((ROOT / "apps").rglob("*.c")), *sorted((ROOT / "common").rglob("*.c"))):
        assert ".stmt = STMT_" not in file.read_text(encoding="utf-8"), file


MACROS = """-- name: change
UPDATE thing SET name = $2 WHERE id = $1 RETURNING id, name AS called
"""


def builds(folder, body):
    """Whether a C file builds against the header of the statement above."""
    queries = folder / "queries"
    for family, text in {"common": "-- name: ping\nSELECT 1 AS one;\n", "thing": MACROS}.items():
        (queries / family).mkdir(parents=True, exist_ok=True)
        (queries / family / "one.sql").write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, ROOT / "sql/sqlgen.py", queries / "thing", folder], check=True)
    (folder / "one.c").write_text(f'#include "queries_thing.h"\n{body}\n', encoding="utf-8")
    command = ["gcc", "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Werror", "-fsyntax-only", f"-I{folder}", f"-I{ROOT}", folder / "one.c"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("body, sound", [
    ('struct db_call one = {SQL_CHANGE("id", "name")};', True),
    ('struct db_call one = {SQL_CHANGE("id")};', False),
    ('struct db_call one = {SQL_CHANGE("id", "name", "more")};', False),
    ("const char *one(struct db_rows *rows) { return db_str(rows, 0, COL_CALLED); }", True),
    ("const char *one(struct db_rows *rows) { return db_str(rows, 0, COL_NAME); }", False),
    ('const char *one(struct db_rows *rows) { return db_str(rows, 0, "called"); }', False),
])
def test_what_a_statement_does_not_have_does_not_build(tmp_path, body, sound):
    """A missing argument would be NULL without a word, and a column that is not there would end the process."""
    assert builds(tmp_path, body) == sound


def test_links_carry_their_token_behind_the_hash():
    """No server, proxy or Referer sees a token; but in links that turn mails off, which mail programs call as they are (RFC 8058), and
    where the page proves an address, as the contract has that call."""
    files = [*(ROOT / "apps").rglob("*.c"), *(ROOT / "apps").rglob("*.sh"), *(ROOT / "nginx/html/js").rglob("*.js")]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if re.search(r"\?(token|invite)=", line)]
    assert len(lines) >= 2 and [line for line in lines if not re.search(r"unsubscribe|/api/auth/verify\?", line)] == []
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    assert len(re.findall(r"/register#invite=", text)) == 3


def cfg_rows():
    """name -> what the programs say of a setting that they read: its default, and the bounds of a number."""
    found = {}
    for file in (*(ROOT / "apps").glob("*/*.c"), *(ROOT / "common").rglob("*.c")):
        for body in re.findall(r'\{\s*\.name = ("[A-Z_]+",.*?)\}', file.read_text(encoding="utf-8"), re.S):
            if ".help" in body:
                default = re.search(r'\.dflt = "([^"]*)"', body)
                bounds = re.search(r"\.min = (\d+),\s*\.max = (\d+)", body) if "CFG_INT" in body else None
                found[re.match(r'"(\w+)"', body)[1]] = (default[1] if default else None, bounds and bounds.groups())
    return found


# Set by the scripts themselves, from the settings that people see.
INTERNAL = {"DATABASE_URL", "HEALTH_SOCKETS", "SECRET_KEY_FILE", "OUTBOX_DIR", "DATA_DIR", "ORIGINS", "METRICS_FILE",
            "METRICS_TOKEN_SHA256", "PASSWORD_LIST", "AUDIT_KEY_FILE"}
# Decided by the instance; for a program alone its own default holds.
OTHER_DEFAULT = {"JOBS_PROCESSES", "LOG_LEVEL", "BASE_URL"}
# What the guide says of a default that follows from something.
SAID = {"LISTEN", "VAR", "BASE_URL", "DEMO", "PROCESSES", "HASH_PROCESSES", "JOBS_PROCESSES", "MEMORY_MB", "SHARED_BUFFERS_MB",
        "DB_CONNECTIONS", "WEB_WORKERS", "WEB_CONNECTIONS", "LIMIT_CONNECTIONS", "LIMIT_PASSWORDS"}


def guide_settings():
    text = (ROOT / "apps/instance/README.md").read_text(encoding="utf-8")
    table = re.search(r"^## Settings$(.*?)^## ", text, re.M | re.S)[1]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", table, re.M)
    assert len(rows) == len(dict(rows)), "a setting has two rows"
    return dict(rows)


def instance_settings():
    """name -> (kind, default, bounds) of the table in the script."""
    text = (ROOT / "apps/instance/settings.sh").read_text(encoding="utf-8")
    rows = [line.split() for line in re.search(r"SETTINGS_TABLE='\n(.*?)'", text, re.S)[1].splitlines()]
    return {name: (kind, default, tuple(bounds)) for name, kind, default, *bounds in rows if not name.endswith("SAN_OPTIONS")}


def test_settings_table_of_the_guide():
    """G2: every setting is in the table, every row has an effect, the defaults are the real ones."""
    guide, rows, table = guide_settings(), cfg_rows(), instance_settings()
    assert len(rows) >= 9
    assert set(rows) - INTERNAL <= set(guide)
    assert set(guide) == set(table)
    for name in set(rows) - INTERNAL - OTHER_DEFAULT:
        assert guide[name].strip("`") == (rows[name][0] or "none"), name
    for name in set(table) - SAID:
        assert guide[name].strip("`") == table[name][1].replace("-", "none"), name


def test_what_the_script_takes_the_programs_take():
    """A number has the same bounds in both, so that what passes the check also starts."""
    table, compared = instance_settings(), 0
    for name, (default, bounds) in cfg_rows().items():
        if bounds and name not in INTERNAL:
            assert table[name][0] == "number" and table[name][2] == bounds, name
            compared += 1
    assert compared >= 10
    plans = re.search(r"plans\[\] = \{(.*?)\}", (ROOT / "apps/auth/main.c").read_text(encoding="utf-8"))[1]
    assert table["DEFAULT_PLAN"][2] == tuple(re.findall(r'"(\w+)"', plans))


def test_every_setting_reaches_the_programs():
    """What the programs read is handed down by the instance's scripts."""
    assert set(cfg_rows()) - INTERNAL <= set(instance_settings())


def test_plans_of_the_program_are_those_of_the_database():
    text = (ROOT / "apps/auth/main.c").read_text(encoding="utf-8")
    plans = re.findall(r'"(\w+)"', re.search(r"plans\[\] = \{(.*?)\}", text)[1])
    sql = (ROOT / "sql/data/plans.sql").read_text(encoding="utf-8")
    stored = re.findall(r"^\s+\('([A-Z]+)', ", sql, re.M)
    assert plans == stored


GUIDES = ("README.md", "apps/README.md", "apps/instance/README.md", "tests/bench/README.md", ".github/SECURITY.md")


def test_guides_name_what_exists():
    """G2: make targets, verbs, files and other guides that a guide mentions are there."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    script = (ROOT / "apps/instance/instance.sh").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    verbs = set(re.findall(r"^([a-z-]+)\|", re.search(r"VERBS='\n(.*?)'", script, re.S)[1], re.M))
    for guide in GUIDES:
        text = (ROOT / guide).read_text(encoding="utf-8")
        for target in re.findall(r"`?make ([a-z-]+)`", text):
            assert target in targets, (guide, target)
        for verb in re.findall(r"(?:^|`)(?:apps/instance/)?instance\.sh ([a-z-]+)", text, re.M):
            assert verb in verbs, (guide, verb)
        for path in re.findall(r"`((?:apps|common|sql|nginx|tests|docker)/[\w./-]+)`", text):
            assert (ROOT / path).exists(), (guide, path)
        for link, anchor in re.findall(r"\]\((?!http)([^)#]*)(?:#([^)]*))?\)", text):
            other = (ROOT / guide).parent / link if link else ROOT / guide
            assert other.exists(), (guide, link)
            titles = re.findall(r"^#+ (.*)$", other.read_text(encoding="utf-8"), re.M) if anchor else []
            assert not anchor or anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}, (guide, anchor)


def test_the_readme_is_one_screen():
    """What a newcomer needs; the rest is behind links."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 110


def test_rules_of_retention_have_words():
    """The platform's settings say every rule, and none that is gone."""
    rules = set(re.findall(r"^\('(\w+)', ", (ROOT / "sql/data/retention.sql").read_text(encoding="utf-8"), re.MULTILINE))
    words = catalogue.load()[catalogue.SOURCE]["platform"]
    for kind in ("settings_what.", "settings_rule."):
        assert {key.removeprefix(kind) for key in words if key.startswith(kind)} == rules, kind
