"""Every rule of the list has a test that names it: in its name, its docstring or a comment, or in what pgTAP says."""
import ast
import functools
import re

import pytest

from tests.lib.instance import ROOT

RULES = [f"A{n}" for n in range(1, 15)] + ["B1", "B2", "B6"] + [f"E{n}" for n in range(1, 6)]
SUITES = ("http", "sql", "unit", "browser")
RULE = re.compile(r"(?<![A-Za-z0-9])([A-Ea-e]\d{1,2})(?![A-Za-z0-9])")


def python_cases(text):
    """(name, text) of each test function, its decorators included. What the module says about itself is no test."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield node.name, "\n".join(lines[first - 1:node.end_lineno]).replace("_", " ")


def sql_cases(text):
    """Descriptions of assertions: string literals, also in shell."""
    for line in text.splitlines():
        if not line.lstrip().startswith(("--", "#")):
            for literal in re.findall(r"'[^']*'|\"[^\"]*\"", line):
                yield literal, literal


def c_cases(text):
    """Comments behind the one at the top, which speaks of the whole file."""
    for comment in re.findall(r"/\*.*?\*/", text, re.S)[1:]:
        yield comment, comment


CASES = {".py": python_cases, ".sql": sql_cases, ".sh": sql_cases, ".c": c_cases}


@functools.lru_cache(maxsize=None)
def named():
    """rule -> the cases that name it."""
    found = {}
    for suite in SUITES:
        for file in sorted((ROOT / "tests" / suite).rglob("*")):
            if file.suffix in CASES:
                for case, text in CASES[file.suffix](file.read_text(encoding="utf-8")):
                    for rule in RULE.findall(text):
                        found.setdefault(rule.upper(), []).append((file.relative_to(ROOT), case))
    return found


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_test(rule):
    assert named().get(rule), f"no test names {rule}"


def test_no_test_takes_its_time_for_the_machines():
    """A limit of seconds says something about the machine of today, unless what the same run measured before is part of it."""
    bare = re.compile(r"(monotonic|perf_counter|time\.time)\(\) - \w+ <=? \d+( |,|$)(?!\+)|(max|median)\(\w+\) < [\d.]+( |,|$)(?!\+)")
    found = [f"{path.name}: {line.strip()}" for path in (ROOT / "tests").glob("[a-z]*/test_*.py")
             for line in path.read_text(encoding="utf-8").splitlines() if re.match(r" +assert [^a]", line) and bare.search(line)]
    assert found == []
    assert all(bare.search(line) for line in ("assert time.monotonic() - begin < 5", "assert max(slow) < 2, slow"))
    assert not any(bare.search(line) for line in ("assert time.monotonic() - begin < 5 + 10 * usual", "assert max(slow) < 2 + 3 * usual"))


def test_what_counts_as_naming():
    """A module's docstring and a file's first comment promise tests and are none."""
    module = ('"""Rule A1."""\n# A2\n\n\ndef helper():\n    """A3"""\n\n\n@x("A4")\ndef test_a5_here():\n'
              '    """A6, XA7, A88x."""\n    # A9\n    pass\n')
    assert set(RULE.findall(" ".join(text for _, text in python_cases(module)))) == {"A4", "a5", "A6", "A9"}
    assert [case for case, _ in sql_cases("-- A1: all of this\nSELECT ok(true, 'A2: so');")] == ["'A2: so'"]
    assert [case for case, _ in c_cases("/* rule A1 */\n/* rule A2 */")] == ["/* rule A2 */"]
