#!/bin/bash
# Every named statement of sql/queries is planned as its family's role: wrong names and types, and missing grants, show here
# and not when the first process of a family starts. EXPLAIN checks what the executor would: rights on tables and functions.
# And rule G6: a statement that notes its act does so last, behind all that it writes.
set -euo pipefail
/usr/bin/python3 - "$TOP" >"$DIR/statements" <<'PY'
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(top / "sql"))
import sqlgen  # noqa: E402

ROLES = {"auth": "muster_auth", "exercises": "muster_exercises", "portal": "muster_portal", "intel": "muster_intel", "library": "muster_owner", "jobs": "muster_jobs"}
# Programs that use none of the statements every family has, or only these.
COMMON = {"library": (), "jobs": ()}
queries = top / "sql" / "queries"
families = sorted(p.name for p in queries.iterdir() if p.name != "common")
print("BEGIN; SET LOCAL search_path = tap, test; SET LOCAL plan_cache_mode = force_generic_plan; SELECT no_plan();")
print(f"SELECT is(ARRAY{families}::text[], ARRAY{sorted(ROLES)}::text[], 'every folder of statements has a role');")


def noted_last(text):
    """Whether muster.audit() is the last thing that is computed, and everything that is written before is asked for by then."""
    tail = text[text.rindex("muster.audit("):]
    depth = [0]
    for letter in tail:
        depth.append(depth[-1] + (letter == "(") - (letter == ")"))
    behind = tail[next(i for i, d in enumerate(depth) if i > 12 and d == 0):]
    # In FROM functions run before the list is computed.
    writing = re.findall(r"(\w+) AS (?:MATERIALIZED )?\(\s*(?:INSERT|UPDATE|DELETE)", text)
    unasked = [name for name in writing if len(re.findall(rf"\b{name}\b", text.split(f"{name} AS (", 1)[-1])) == 0]
    return not re.search(r"muster\.\w+\(", behind.split("FROM ")[0]) and not unasked


for family in families:
    names = set()
    common = [s for s in sqlgen.read_statements(queries / "common") if s[0] in COMMON.get(family, (s[0],))]
    for name, text, count in common + sqlgen.read_statements(queries / family):
        names.add(name)
        if "muster.audit(" in text:
            print(f"SELECT ok({bool(noted_last(text))}, 'G6: {name} is noted last');")
        if text.startswith("LISTEN"):
            continue  # nothing to plan, and everybody may
        arguments = f"({', '.join(['NULL'] * count)})" if count else ""
        role = ROLES[family]
        print(f"SELECT is(attempt('{role}', $q$PREPARE {name} AS {text}$q$), 'ok', '{family}: {name} can be prepared');")
        print(f"SELECT is(attempt('{role}', 'EXPLAIN EXECUTE {name} {arguments}'), 'ok', 'G1: {role} may run {name}');")
        print(f"SELECT is((SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = '{name}'), {count}, "
              f"'{family}: {name} has {count} parameters');")
    print("DEALLOCATE ALL;")
print("SELECT finish(); ROLLBACK;")
PY
psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --set=VERBOSITY=terse --file="$DIR/statements"
