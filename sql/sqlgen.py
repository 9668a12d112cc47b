#!/usr/bin/python3
"""Turns the statements of a family, sql/queries/<family>/<resource>.sql (with those of common before them), into C.

    sqlgen.py sql/queries/exercises build/gen   ->   build/gen/queries_exercises.{h,c}, queries_common.h, queries_columns.h

A statement starts at "-- name: identifier" and ends before the next one. Comment lines right below the name stay in the SQL file only;
all other lines are the text that runs, line by line as they stand. Every family's enum starts with the common statements, so shared code
can name them.

What is made of a statement holds the C code to it: SQL_<NAME>(id, ...) asks for as many arguments as it has parameters, and its columns
are COL_<NAME>, numbers that one header has for all families. A missing argument or an unknown column does not build.
"""
import pathlib
import re
import sys

NAME = re.compile(r'^-- name: ([a-z][a-z0-9_]*)$')
CODE = pathlib.Path(__file__).parent / 'code'
KEYWORDS = ('stmt', 'args', 'default', 'register', 'int', 'long', 'short')
TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::\s*\w+(?:\[\])?|[\w$]+|[^\s\w]")


def statement(path, name, lines):
    while lines and lines[0].startswith('--'):
        lines = lines[1:]
    text = '\n'.join(lines).strip().rstrip(';')
    if not text:
        raise SystemExit(f'{path}: statement {name} is empty')
    numbers = {int(n) for n in re.findall(r'\$(\d+)', text)}
    if numbers and numbers != set(range(1, max(numbers) + 1)):
        raise SystemExit(f'{path}: {name}: parameters must be $1 to $n without gaps')
    return name, text, len(numbers)


def read_file(path):
    """List of (name, text, parameter count) in file order."""
    statements, name, lines = [], None, []
    for line in path.read_text(encoding='utf-8').splitlines() + ['-- name: end']:
        match = NAME.match(line)
        if match:
            if name:
                statements.append(statement(path, name, lines))
            name, lines = match.group(1), []
        else:
            lines.append(line)
    return statements


def read_statements(folder):
    """The same of all files of a family, in the order of their names."""
    statements = [s for path in sorted(folder.glob('*.sql')) for s in read_file(path)]
    names = [s[0] for s in statements]
    for twice in {n for n in names if names.count(n) > 1}:
        raise SystemExit(f'{folder}: statement {twice} appears twice')
    return statements


def select_list(tokens):
    """The items of the list that a statement returns, each as tokens outside of parentheses ('()' for what they hold); [] when none."""
    depth, begins, items = 0, None, None
    for token in tokens:
        depth -= token in ')]'
        word = token.upper()
        if depth == 0 and items is not None:
            if word in ('FROM', 'WHERE', 'UNION', 'ORDER', 'LIMIT'):
                break
            if token == ',':
                items.append([])
            elif token not in ')]':
                items[-1].append(token)
        elif depth == 0 and begins is None and word in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'):
            begins = 'SELECT' if word == 'SELECT' else 'RETURNING'
        if depth == 0 and items is None and word == begins:
            items = [[]]
        depth += token in '(['
    return [item for item in items or [] if item]


def columns(name, text):
    """Names of the columns of a statement's result, in order, as PostgreSQL gives them; None for one without a name, which nobody can
    read."""
    tokens = [token for token in TOKEN.findall(text) if not token.startswith(('--', '::'))]
    found = []
    for item in select_list(tokens):
        if item[-1] == '*':
            raise SystemExit(f'{name}: say which columns, not *')
        last = item[-1] if item[-2:-1] in (['AS'], ['as']) else next((t for t in reversed(item) if t not in '()'), '')
        found.append(last if re.fullmatch('[a-z_]\\w*', last) else None)
    return found


def c_string(text):
    lines = [line.replace('\\', '\\\\').replace('"', '\\"') for line in text.split('\n')]
    return '\n        '.join(f'"{line}\\n"' for line in lines[:-1]) + f'{chr(10) + " " * 8 if lines[:-1] else ""}"{lines[-1]}"'


def write_if_changed(path, text):
    if not path.exists() or path.read_text(encoding='utf-8') != text:
        path.write_text(text, encoding='utf-8')


def guarded(name, text):
    guard = f'MUSTER_GEN_QUERIES_{name.upper()}_H'
    return f'#ifndef {guard}\n#define {guard}\n\n{text}\n#endif\n'


def enum(statements, first, last):
    """Enumerators in order; `first` follows the name of the first one."""
    names = [f'STMT_{name.upper()}' for name, _, _ in statements]
    names[0] += first
    return 'enum {\n' + ''.join(f'    {name},\n' for name in names + [last]) + '};\n'


def signature(function):
    """Names of the parameters of a function in sql/code, without their p_."""
    for file in CODE.glob(f'*/{function}.sql'):
        head = re.search(rf'FUNCTION muster\.{function}\((.*?)\)\s*RETURNS', file.read_text(encoding='utf-8'), re.S)
        return re.findall(r'\bp_(\w+)\s', head[1]) if head else []
    return []


def parameter_names(text, count):
    """What the parameters are called: as in the function that gets them, or as the column that they are compared with."""
    names = {}
    for function, arguments in re.findall(r'muster\.(\w+)\(([^()]*)\)', text):
        for name, argument in zip(signature(function), arguments.split(',')):
            match = re.fullmatch(r'\s*\$(\d+)(?:::\w+)?\s*', argument)
            names.setdefault(int(match[1]) if match else 0, name)
    for name, number in re.findall(r'(\w+)(?:::\w+)? (?:[=<>]|[<>]=) (?:ANY \()?\$(\d+)', text):
        names.setdefault(int(number), name)
    found = [names.get(n, f'arg{n}') for n in range(1, count + 1)]
    return [name if found.count(name) == 1 and name not in KEYWORDS else f'{name}_{n}' for n, name in enumerate(found, 1)]


def macro(name, text, count):
    """SQL_<NAME>: the statement and its arguments, in a struct db_call."""
    names = parameter_names(text, count)
    arguments = f', .args = {{{", ".join(names)}}}' if names else ''
    return f'#define SQL_{name.upper()}({", ".join(names)}) .stmt = STMT_{name.upper()}{arguments}\n'


def macros(statements):
    return ''.join(macro(*statement) for statement in statements)


def column_map(name, text):
    """Where a column is in the result: its number and 1, as 0 is for what is not there."""
    found = columns(name, text)
    return ', '.join(f'[COL_{c.upper()}] = {found.index(c) + 1}' for c in dict.fromkeys(found) if c) or '0'


def table_row(name, text, count):
    map_ = f'(const unsigned char[COL_COUNT]){{{column_map(name, text)}}}'
    return f'    [STMT_{name.upper()}] = {{\n        "{name}",\n        {c_string(text)},\n        {count},\n        {map_}}},\n'


def columns_header(queries):
    """queries_columns.h: the names of all columns of all families."""
    every = {c for folder in queries.iterdir() if folder.is_dir() for name, text, _ in read_statements(folder) for c in columns(name, text)}
    names = sorted(every - {None})
    rows = ''.join(f'    COL_{c.upper()},\n' for c in names)
    texts = ''.join(f'        [COL_{c.upper()}] = "{c}", \\\n' for c in names)
    return (guarded('columns', 'enum db_column {\n    COL_NONE,\n' + rows + '    COL_COUNT\n};\n\n'
                    '/* Of a table that common/db has. */\n#define DB_COLUMN_NAMES \\\n    { \\\n' + texts + '    }\n'))


def main():
    source, outdir = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    outdir.mkdir(parents=True, exist_ok=True)
    family = source.name
    common = read_statements(source.parent / 'common')
    own = read_statements(source)
    head = '/* Generated by sql/sqlgen.py from sql/queries/{}; do not edit. */\n'
    table = f'const struct db_stmt {family}_stmts[STMT_COUNT]'
    rows = ''.join(table_row(*statement) for statement in common + own)
    write_if_changed(outdir / 'queries_columns.h', head.format('') + columns_header(source.parent))
    write_if_changed(outdir / 'queries_common.h',
                     head.format('common') + guarded('common', enum(common, '', 'STMT_COMMON_COUNT') + '\n' + macros(common)))
    write_if_changed(outdir / f'queries_{family}.h',
                     head.format(family) + guarded(family, '#include "common/db/db.h"\n#include "queries_common.h"\n\n' +
                                                   enum(own, ' = STMT_COMMON_COUNT', 'STMT_COUNT') + '\n' + macros(own) +
                                                   f'\nextern {table};\n'))
    write_if_changed(outdir / f'queries_{family}.c',
                     head.format(family) + f'#include "queries_{family}.h"\n\n{table} = {{\n' + rows + '};\n')


if __name__ == '__main__':
    main()
