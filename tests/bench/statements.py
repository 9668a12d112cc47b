"""The statements of each measured route as one pgbench script a route: the same text and the same pipelines as the family's.

Who calls and which exercise is meant are numbers, pgbench's variables :n and :k, so that each connection prepares one set of plans,
as a process of a family does. Tokens and ids follow from the numbers (dataset.sql) and are computed in the statement: the micro row
"caller as a number" says what that costs beside a token as a constant, and counts against the reference.
Constants become pgbench variables as well, which -M prepared sends as parameters.
"""
import hashlib
import re
import sys

from tests.bench.place import FIRST_ANSWERED, ROOT

sys.path.insert(0, str(ROOT / "sql"))
import sqlgen  # noqa: E402  pylint: disable=wrong-import-position

NOBODY = None  # SQL NULL


class Raw(str):
    """SQL in place of a parameter."""


REQUEST = "00000000000000000000000000000000"
PLAYER = "{SUPER_ADMIN,CLIENT_ADMIN,FACILITATOR,MEMBER}"
FACILITATOR = "{SUPER_ADMIN,CLIENT_ADMIN,FACILITATOR}"
TOKEN = Raw("sha256(convert_to('tc_bench-' || :n, 'UTF8'))")
EXERCISE = Raw("md5('e' || :n || '.' || :k)::uuid")
LAST = ("253402300799000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")  # cursor of the first page
QUERIES = ROOT / "sql/queries"


def statements(family):
    return {name: text for folder in ("common", family) for name, text, _ in sqlgen.read_statements(QUERIES / folder)}


class Script:
    """Builds one script of the family's statements; .role sends it."""

    def __init__(self, family, *lines):
        self.role = f"muster_{family}"
        self.texts = statements(family)
        self.lines, self.variables = list(lines), {}
        self.sent = []  # names of the statements, in order
        self.requests = 1  # how many requests one run through it stands for

    def pipeline(self, *calls):
        """One round trip: (statement, parameter...) each."""
        self.lines.append("\\startpipeline")
        for name, *parameters in calls:
            self.sent.append(name)
            self.lines.append(re.sub(r"\$(\d+)", lambda m, p=parameters: self.parameter(p[int(m.group(1)) - 1]), self.texts[name]) + ";")
        self.lines.append("\\endpipeline")
        return self

    def add(self, text):
        self.lines.append(text)
        return self

    def parameter(self, value):
        if value is NOBODY:
            return "NULL"
        if isinstance(value, Raw):
            return value
        if value == "":
            return "''"  # pgbench's variables are never empty
        name = f"v_{hashlib.md5(str(value).encode()).hexdigest()[:12]}"
        self.variables[name] = str(value)
        return f":{name}"

    def text(self):
        return "\n".join(self.lines) + "\n"


def principal(scope, roles="{}", token=TOKEN):
    return "principal", "key", token, roles, scope, REQUEST, 0, 259200, "required", "false"


def caller(callers):
    """pgbench lines that choose one of so many callers and one of so many exercises. Cold: each client goes through every second
    one of its own callers, once."""
    if callers.each_once:
        choose = ["\\set n 2 * (:client_id * :share + :i)", "\\set i :i + 1"]
    else:
        choose = [f"\\set n random(0, {callers.count - 1})"]
    return [*choose, f"\\set k random({FIRST_ANSWERED}, {FIRST_ANSWERED + callers.exercises - 1})"]


def list_script(callers, limit=50):
    return Script("portal", *caller(callers)).pipeline(
        principal("results"), ("sessions_list", limit + 1, *LAST))


def load_calls(exercise):
    """What run_load() sends."""
    return [(name, exercise) for name in ("session_get", "session_participants", "session_answers", "session_shown",
                                          "session_answers_all")]


def read_script(callers):
    return Script("exercises", *caller(callers)).pipeline(principal("exercises"), *load_calls(EXERCISE))


def report_script(callers):
    return Script("portal", *caller(callers)).pipeline(
        principal("results"), *[(name, EXERCISE) for name in ("report_exercise", "report_answers", "report_trend", "report_seen")])


def answer_script(orgs, answers, stages):
    """One transaction plays a whole run: client c those from :first + c * :share on. answers: rows of muster.answer in order."""
    script = Script("exercises", "\\set j :first + :client_id * :share + :i", "\\set i :i + 1", f"\\set n mod(:j, {orgs})")
    run = Raw("md5('r' || :j)::uuid")
    for index, answer in enumerate(answers):
        first, last = next((first, last) for first, last in stages if first <= index <= last)
        script.pipeline(principal("exercises", PLAYER), ("answer_load", run))
        script.pipeline(principal("exercises", PLAYER),
                        ("answer_put", run, index, answer["stage_number"], first, last, answer["item_id"], answer["selected"],
                         answer["credit"], answer["points"], answer["max_points"], NOBODY, NOBODY))
    script.requests = len(answers)
    return script


def generate_script(callers, exercise):
    """exercise: a row of muster.exercise to generate again and again."""
    return (Script("exercises", *caller(callers))
            .pipeline(principal("exercises", PLAYER), ("library_current_ids",), ("generate_inputs",),
                      ("generate_recent", exercise["theme"]))
            .pipeline(principal("exercises", PLAYER), ("exercise_create", *(exercise[name] for name in (
                "title", "theme", "difficulty", "language", "timing", "question_count", "stage_count", "total_points", "seed",
                "library_id", "recipe")), "{}", "7", "0", NOBODY, exercise["question_ids"], NOBODY, "22")))


def character_script(first, _org):
    """An audited act that shares nothing with other people's but the log: client c changes the character of person first + c."""
    return (Script("exercises", f"\\set n {first} + :client_id")
            .pipeline(principal("settings", FACILITATOR),
                      ("character_update", Raw("md5('h' || :n)::uuid"), "Person", "Analyst", "", "Changed", "{}")))


def audit_script(first, _org):
    """The audit entry alone."""
    return (Script("exercises", f"\\set n {first} + :client_id").add("\\startpipeline")
            .add(f"SELECT FROM muster.principal_enter('key', {TOKEN}, '{{}}', 'results');")
            .add("SELECT muster.audit('character.changed', 'character', md5('h' || :n)::uuid, NULL);").add("\\endpipeline"))
