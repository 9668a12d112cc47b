#!/usr/bin/python3
"""Every SQL file parses as PostgreSQL; no migration has a transaction or a psql command of its own.

The tests then prepare each statement against a migrated database, which finds wrong names and types, and run the PL/pgSQL.
"""
import pathlib
import sys

import pglast

SQL = pathlib.Path(__file__).resolve().parent.parent / "sql"


def problems(path):
    text = path.read_text(encoding="utf-8")
    try:
        statements = pglast.parse_sql(text)
    except pglast.parser.ParseError as problem:
        place = problem.args[1] if len(problem.args) > 1 and isinstance(problem.args[1], int) else 0
        yield f"{path}:{text.count(chr(10), 0, place) + 1}: {problem.args[0]}"
        return
    for raw in statements:
        kind = type(raw.stmt).__name__
        first = raw.stmt_location or 0
        line = text.count("\n", 0, first) + 1
        if path.parent.name == "migrations" and kind == "TransactionStmt":
            yield f"{path}:{line}: migrate.sh makes the transaction"


def main():
    found = [line for path in sorted(SQL.rglob("*.sql")) for line in problems(path)]
    numbers = [path.name[:4] for path in sorted((SQL / "migrations").glob("*.sql"))]
    if numbers != [f"{n:04}" for n in range(1, len(numbers) + 1)]:
        found.append(f"sql/migrations: the numbers {numbers} are not 0001, 0002, ...")
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main())
