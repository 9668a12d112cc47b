#!/usr/bin/python3
"""Every SQL file parses as PostgreSQL. A schema file holds tables, columns, indexes and moves of data, nothing else; a code file makes one
function, named like the file, with its triggers.

The tests then prepare each statement against a migrated database, which finds wrong names and types, and run the PL/pgSQL.
"""
import pathlib
import sys

import pglast

SQL = pathlib.Path(__file__).resolve().parent.parent / "sql"
# Kinds of statements by folder; migrate.sh makes the transaction.
ALLOWED = {
    "schema": {"CreateSchemaStmt", "CreateStmt", "AlterTableStmt", "IndexStmt", "DropStmt", "RenameStmt", "CreateSeqStmt", "AlterSeqStmt",
               "CommentStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "SelectStmt"},
    "code": {"CreateFunctionStmt", "CreateTrigStmt"},
    "data": {"InsertStmt", "UpdateStmt", "DeleteStmt"},
}


def problems(path):
    text = path.read_text(encoding="utf-8")
    try:
        statements = pglast.parse_sql(text)
    except pglast.parser.ParseError as problem:
        place = problem.args[1] if len(problem.args) > 1 and isinstance(problem.args[1], int) else 0
        yield f"{path}:{text.count(chr(10), 0, place) + 1}: {problem.args[0]}"
        return
    allowed = ALLOWED.get(path.relative_to(SQL).parts[0])
    for raw in statements:
        kind = type(raw.stmt).__name__
        first = raw.stmt_location or 0
        line = text.count("\n", 0, first) + 1
        if allowed and kind not in allowed:
            yield f"{path}:{line}: a {kind} has no place in {path.parent.name}"
        if kind == "CreateFunctionStmt" and (raw.stmt.funcname[-1].sval != path.stem or not raw.stmt.replace):
            yield f"{path}:{line}: {path.stem}.sql must CREATE OR REPLACE the function {path.stem}"


def main():
    found = [line for path in sorted(SQL.rglob("*.sql")) for line in problems(path)]
    numbers = [int(path.name[:4]) for path in sorted((SQL / "schema").glob("*.sql"))]
    if numbers != list(range(25, 25 + len(numbers))):
        found.append(f"sql/schema: the numbers {numbers} are not 0025, 0026, ...")
    names = [path.stem for path in sorted((SQL / "code").rglob("*.sql"))]
    for twice in sorted({name for name in names if names.count(name) > 1}):
        found.append(f"sql/code: {twice} has two files")
    print("\n".join(found))
    return 1 if found else 0


sys.exit(main())
