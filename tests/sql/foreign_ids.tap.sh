#!/bin/bash
# Rule A14: every named statement that writes is run with the ids, tokens and addresses of another organisation while row-level
# security is out of the way: that nothing of the other organisation changes is the statement's own doing.
set -euo pipefail
/usr/bin/python3 - "$TOP" >"$DIR/foreign_ids" <<'PY'
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(top / "sql"))
import sqlgen  # noqa: E402

# Statements that are given the organisation or the proof of belonging to it, because nobody is signed in yet.
OTHERWISE = {
    "sign_in_refused": "writes to the log of the account whose address was tried",
    "register_wait": "a mail is written to the address, whose account may be in another organisation",
    "register": "whoever has an invitation's token joins its organisation",
    "forgot": "writes for the account that has the address",
    "mail_choose": "whoever has the link of a mail turns that kind of mail off, or on",
    "mail_mode": "the worker asks the unproven of all organisations once for their proof",
    "pending_join": "whoever has a registration's token joins its organisation",
    "sign_in_enter": "whoever gave a person's password enters as that person",
    "enter": "the worker enters as the organisation whose job it runs",
    "token_renew": "whoever shows a token of an API user gets another one",
    "intel_principal": "whoever shows the secret or the token of an API user enters as it",
    "sealed_replace": "the owner's command to rotate the key walks through all organisations",
}
queries = top / "sql" / "queries"
found = []
for folder in sorted(queries.iterdir()):
    # Of common: they say who is asking, and are what tells organisations apart. The library belongs to nobody.
    if folder.name not in ("common", "library"):
        found += [(f"{folder.name}_{name}", name, text) for name, text, _ in sqlgen.read_statements(folder)]


def writes(text):
    """An INSERT, UPDATE or DELETE, or a function that does more than to say who is there."""
    return re.search(r"\b(INSERT|UPDATE|DELETE)\b", text) or re.search(r"\bmuster\.(?!org\(|person\()\w+\(", text)


print((top / "tests/sql/foreign_ids.psql").read_text(encoding="utf-8"))
missing = sorted(set(OTHERWISE) - {name for _, name, _ in found})
print(f"SELECT is(ARRAY{missing}::text[], '{{}}', 'A14: the statements with another proof exist');")
count = 0
for unique, name, text in found:
    if name not in OTHERWISE and writes(text):
        count += 1
        print(f"PREPARE {unique} AS {text};")
        print(f"SELECT is(pg_temp.hostile('{unique}'), NULL, 'A14: {name} changes nothing of another organisation');")
print(f"SELECT cmp_ok({count}, '>', 30, 'statements that write were found');")
# Those of the platform are refused to an administrator of an organisation, always.
print("DELETE FROM ran WHERE name LIKE 'portal\\_admin\\_%' AND runs = 0 AND refusal = 'for administrators of the platform';")
print("SELECT cmp_ok((SELECT count(*) FILTER (WHERE runs = 0)::int FROM ran), '<=', 2, 'and have run: ' || "
      "coalesce((SELECT string_agg(name || ': ' || refusal, E'\\n') FROM ran WHERE runs = 0), 'all'));")
print("SELECT finish(); ROLLBACK;")
PY
psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --set=VERBOSITY=terse --file="$DIR/foreign_ids"
