"""The statements of each measured route as pgbench scripts: the same text, parameters and pipelines as the family's."""
import hashlib
import re
import sys

from tests.bench.place import ROOT

sys.path.insert(0, str(ROOT / "sql"))
import sqlgen  # noqa: E402  pylint: disable=wrong-import-position

NOBODY = None  # SQL NULL


def statements(family):
    found = sqlgen.read_statements(ROOT / "sql/queries/common") + sqlgen.read_statements(ROOT / "sql/queries" / family)
    return {name: text for name, text, _ in found}


class Script:
    """Builds one script. Parameters become pgbench variables, which -M prepared sends as $n, and NULL a literal."""

    def __init__(self, family, prefix):
        self.texts, self.prefix = statements(family), prefix
        self.lines, self.variables = [], {}

    def pipeline(self, *calls):
        """One round trip: (statement, parameter...) each."""
        self.lines.append("\\startpipeline")
        for name, *parameters in calls:
            self.lines.append(re.sub(r"\$(\d+)", lambda m, p=parameters: self.parameter(p[int(m.group(1)) - 1]), self.texts[name]) + ";")
        self.lines.append("\\endpipeline")
        return self

    def parameter(self, value):
        if value is NOBODY:
            return "NULL"
        if isinstance(value, Raw):
            return value
        name = f"{self.prefix}_{hashlib.md5(str(value).encode()).hexdigest()[:12]}"
        self.variables[name] = str(value)
        return f":{name}"

    def text(self):
        return "\n".join(self.lines) + "\n"


class Raw(str):
    """SQL in place of a parameter."""


def principal(caller, scope, roles="{}"):
    return "principal", "key", "\\x" + hashlib.sha256(caller["key"].encode()).hexdigest(), roles, scope, REQUEST


REQUEST = "00000000000000000000000000000000"
PLAYER = "{SUPER_ADMIN,CLIENT_ADMIN,FACILITATOR,MEMBER}"


def list_script(caller, limit=50, prefix="v"):
    return Script("portal", prefix).pipeline(
        principal(caller, "results"),
        ("sessions_list", limit + 1, "253402300799000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", NOBODY, NOBODY, NOBODY, NOBODY))


def load_calls(exercise):
    """What run_load() sends."""
    return [(name, exercise) for name in ("session_get", "session_participants", "session_answers", "session_shown",
                                          "session_certificate", "session_answers_all")]


def read_script(caller, exercise, prefix="v"):
    return Script("exercises", prefix).pipeline(principal(caller, "exercises"), *load_calls(exercise))


def answer_script(caller, answers, stages, runs, prefix="v"):
    """One transaction plays a whole run: "run" counts on in each client, which has so many. answers: rows of muster.answer in order."""
    script = Script("exercises", prefix)
    run = Raw(f"md5('{caller['user_id']}r' || (:client_id * {runs} + :run))::uuid")
    enter = ("enter", caller["org_id"], caller["user_id"], "key", REQUEST)
    for index, answer in enumerate(answers):
        first, last = next((first, last) for first, last in stages if first <= index <= last)
        script.pipeline(principal(caller, "exercises", PLAYER))
        script.pipeline(enter, *load_calls(run))
        script.pipeline(enter, ("answer_put", run, index, answer["stage_number"], first, last, answer["item_id"], answer["selected"],
                                answer["credit"], answer["points"], answer["max_points"], NOBODY, NOBODY))
    script.lines.append("\\set run :run + 1")
    script.variables["run"] = "0"
    return script


def generate_script(caller, exercise, prefix="v"):
    """exercise: a row of muster.exercise to generate again and again."""
    enter = ("enter", caller["org_id"], caller["user_id"], "key", REQUEST)
    digest = "\\x" + hashlib.sha256(caller["user_id"].encode()).hexdigest()
    return (Script("exercises", prefix)
            .pipeline(principal(caller, "exercises", PLAYER))
            .pipeline(enter, ("library_current_ids",), ("generate_inputs",), ("generate_recent", exercise["theme"]))
            .pipeline(enter, ("attempt_take", "generate", digest, 2147483647, 3600))
            .pipeline(enter, ("exercise_create", exercise["title"], exercise["theme"], exercise["difficulty"], exercise["language"],
                              exercise["timing"], exercise["question_count"], exercise["stage_count"], exercise["total_points"],
                              exercise["seed"], exercise["library_id"], exercise["recipe"], "{}", "7")))


def report_script(caller, exercise, prefix="v"):
    return Script("portal", prefix).pipeline(
        principal(caller, "results"), *[(name, exercise) for name in ("report_exercise", "report_answers", "report_trend")])


def merged(scripts):
    """Texts and all variables of several scripts, for one pgbench call."""
    variables = {}
    for script in scripts:
        variables.update(script.variables)
    return [s.text() for s in scripts], variables
