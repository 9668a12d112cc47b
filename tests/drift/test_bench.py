"""The bench's reference is the product's own statements, and its ratios say what was measured."""
import re

import pytest

from tests.bench import contention, micro, statements
from tests.bench.endpoints import Callers
from tests.bench.turns import Measured, ratio, rate, why_above
from tests.lib.instance import ROOT

EXERCISE = dict.fromkeys(("title", "theme", "difficulty", "language", "timing", "question_count", "stage_count", "total_points", "seed",
                          "library_id", "recipe", "question_ids"), 1)
ANSWERS = [dict.fromkeys(("stage_number", "item_id", "selected", "credit", "points", "max_points"), 1)] * 2
SOME = Callers(16, 20)
SCRIPTS = {
    "list": lambda: statements.list_script(SOME),
    "read": lambda: statements.read_script(SOME),
    "report": lambda: statements.report_script(SOME),
    "answer": lambda: statements.answer_script(40, ANSWERS, [(0, 1)]),
    "generate": lambda: statements.generate_script(SOME, EXERCISE),
    "character": lambda: statements.character_script(0, "'o' || :n"),
    "audit": lambda: statements.audit_script(0, "'o' || :n"),
    **{name: (lambda script=call[0]: script) for name, call in micro.CALLS.items()},
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_have_their_parameters(name):
    """Every parameter of a statement has become a value, and every variable that is used is given or set."""
    script = SCRIPTS[name]()
    text = script.text()
    assert not re.search(r"\$\d", text)
    defined = {*script.variables, *re.findall(r"^\\set (\w+)", text, re.MULTILINE), "client_id", "i", "first", "share"}
    assert set(re.findall(r"(?<!:):([a-z]\w*)", re.sub(r"'[^']*'", "", text))) <= defined
    assert text.count("\\startpipeline") == text.count("\\endpipeline") > 0


def sent(file, function):
    """Statements that a function of the family sends, in order."""
    source = (ROOT / file).read_text(encoding="utf-8")
    body = re.search(rf"^(?:static )?enum err {function}\(.*?^}}", source, re.MULTILINE | re.DOTALL)[0]
    return [name.lower() for name in re.findall(r"\{\s*SQL_(\w+)\(", body)]


def test_scripts_send_what_the_families_send():
    load, put = (sent("apps/exercises/answer.c", function) for function in ("load", "answer_put"))
    inputs, create = (sent("apps/exercises/generate.c", function) for function in ("generate_check", "create"))
    expected = {
        "list": ["principal", *sent("apps/portal/sessions.c", "sessions_get")[:1]],  # the other one has filters
        "read": ["principal", *sent("apps/exercises/run.c", "run_load")],
        "report": ["principal", *sent("apps/portal/report.c", "report_get")],
        "answer": 2 * ["principal", *load, "enter", *put],
        "generate": ["principal", *inputs[:-1], "enter", *create],  # nobody is picked
        "character": ["principal", *sent("apps/exercises/characters.c", "character_put")],
    }
    assert {name: SCRIPTS[name]().sent for name in expected} == expected


def test_each_writer_has_something_of_the_own():
    lines = {line(person) for line in (contention.character_line, contention.generate_line) for person in range(contention.COUNTS[-1])}
    assert len(lines) == 2 * contention.COUNTS[-1]


def measured(requests, postgres, client=0.0):
    return Measured(requests, 1, {"nginx": 0, "family": 0, "PostgreSQL": postgres, "logs": 0, "client": client})


def test_a_ratio_is_the_median_of_its_rounds():
    fast, slow, broken = measured(200, 1), measured(100, 1), measured(1, 1)
    found = ratio([fast, fast, broken], [slow, fast, fast], rate)
    assert found == (1, 1 / 200, 2)
    assert found.percent() == "100% (0% to 200%)"


@pytest.mark.parametrize("products, references, why", [
    ([90] * 3, [100] * 3, None),
    ([110] * 2, [100] * 2, "too few"),
    ([110, 110, 90], [100] * 3, "within the noise"),
    ([110] * 3, [100] * 3, "not explained"),
])
def test_a_row_above_100_percent_is_explained(products, references, why):
    mine, theirs = ([measured(n, n / 100) for n in side] for side in (products, references))
    text = why_above(ratio(mine, theirs, rate), mine, theirs, cores=1)
    assert text is None if why is None else why in text


@pytest.mark.parametrize("postgres, client, why", [(1.5, 0.5, "does more work"), (0.5, 0.1, "waited")])
def test_why_the_reference_is_slower(postgres, client, why):
    mine, theirs = [measured(110, 0.55)] * 3, [measured(100, postgres, client)] * 3
    assert why in why_above(ratio(mine, theirs, rate), mine, theirs, cores=2)
