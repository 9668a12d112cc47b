#!/bin/bash
# Every named statement of sql/queries is planned as its family's role: wrong names and types, and missing grants, show here
# and not when the first process of a family starts. EXPLAIN checks what the executor would: rights on tables and functions.
set -euo pipefail
/usr/bin/python3 - "$TOP" >"$DIR/statements" <<'PY'
import pathlib
import sys

top = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(top / "sql"))
import sqlgen  # noqa: E402

ROLES = {"auth": "muster_auth", "exercises": "muster_exercises", "portal": "muster_portal", "library": "muster_owner", "jobs": "muster_jobs"}
# Programs that use none of the statements every family has, or only these.
COMMON = {"library": (), "jobs": ("enter",)}
queries = top / "sql" / "queries"
families = sorted(p.name for p in queries.iterdir() if p.name != "common")
print("BEGIN; SET LOCAL search_path = tap, test; SET LOCAL plan_cache_mode = force_generic_plan; SELECT no_plan();")
print(f"SELECT is(ARRAY{families}::text[], ARRAY{sorted(ROLES)}::text[], 'every folder of statements has a role');")
for family in families:
    names = set()
    common = [s for s in sqlgen.read_statements(queries / "common") if s[0] in COMMON.get(family, (s[0],))]
    for name, text, count in common + sqlgen.read_statements(queries / family):
        names.add(name)
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
