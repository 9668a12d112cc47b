"""The routes that are measured: what is asked, by whom, and the statements behind it for the reference."""
import random
import typing

from tests.bench import load, settings, statements
from tests.bench.load import request_line
from tests.bench.place import BIG, FIRST_ANSWERED, QUESTIONS, key, named

LINES = 20_000  # requests of one row that differ
BLOCK = 400  # runs that are answered together: question 0 of all, then question 1 of all, ...
GENERATE = '{"theme":"ransomware","questionCount":12}'


class Callers(typing.NamedTuple):
    """The first `count` people, each of an organisation of its own, with so many exercises each."""
    count: int
    exercises: int
    each_once: bool = False


def callers_of(site):
    """hot: few organisations, whose rows stay in PostgreSQL's buffers; all: every ordinary one, more rows than buffers hold; cold:
    likewise, but each once, after the database was restarted and its files have left the memory."""
    size = site.size
    return {"hot": Callers(16, min(20, size["answered"])), "all": Callers(size["orgs"], size["answered"]),
            "cold": Callers(size["orgs"], size["answered"], each_once=True)}


def get_each(path):
    """Lines that ask for a path of one's own: {exercise} in it is one of those with answers."""
    def lines(_site, callers):
        numbers = random.Random(7)
        pairs = [(n, FIRST_ANSWERED + k) for n in range(callers.count) for k in range(callers.exercises if "{" in path else 1)]
        chosen = numbers.sample(pairs, min(LINES, len(pairs)))
        return [request_line("GET", path.format(exercise=named("e", n, ".", k)), key(n)) for n, k in chosen]
    return lines


def get_one(path):
    return lambda _site, _callers: [request_line("GET", path)]


def generate_lines(_site, callers):
    return [request_line("POST", "/api/ttx/generate", key(n), GENERATE) for n in range(callers.count)]


def certificate_lines(site, callers):
    """Of the exercises that have one."""
    rows = site.sql("SELECT org, id::text FROM bench.perfect WHERE org < %s ORDER BY org, id LIMIT %s", callers.count, LINES)
    return [request_line("GET", f"/api/portal/certificate?sessionId={row['id']}", key(row["org"])) for row in rows]


def template(site):
    """The row of the exercise that all unanswered runs are copies of."""
    return site.sql("SELECT e.*, e.recipe::text AS recipe, e.question_ids::text AS question_ids, t.participant_id"
                    " FROM muster.exercise e JOIN bench.template t ON t.exercise_id = e.id WHERE t.n = 0")[0]


class Row:
    """A route. script(site, callers) makes the reference's, when there is one."""

    def __init__(self, name, callers, lines, script=None):
        self.name, self.callers, self.lines, self.script = name, callers, lines, script

    def sides(self, site):
        """name -> function that measures once: product, alone (over one connection), reference."""
        callers = callers_of(site)[self.callers or "hot"]
        lines = self.lines(site, callers)
        load.wrk(site, lines, settings.WARM_UP)
        found = {"product": lambda: load.wrk(site, lines),
                 "alone": lambda: load.wrk(site, lines, max(1, settings.SECONDS // 2), 1)}
        if self.script:
            script = self.script(site, callers)
            found["reference"] = lambda: load.pgbench(site, script)
        return found


class ColdRow(Row):
    """Each organisation is asked for once, with cold caches: every second one over all connections, the others over one."""

    def sides(self, site):
        callers, script = callers_of(site)["cold"], self.script(site, callers_of(site)["cold"])
        lines = self.lines(site, Callers(callers.count, 1))

        def product():
            self.cool_down(site)
            return load.once(site, lines[::2])

        def reference():
            self.cool_down(site)
            share = callers.count // 2 // settings.PROCESSES
            return load.pgbench(site, script, transactions=share, share=share)
        return {"product": product, "alone": lambda: load.once(site, lines[1::2], 1), "reference": reference}

    @staticmethod
    def cool_down(site):
        site.cool_down()
        for family in ("portal", "exercises"):  # their processes connect again, which is not what is measured
            load.wrk(site, [request_line("GET", f"/healthz/{family}")], settings.WARM_UP)


class AnswerRow(Row):
    """Each answer can be given once, so each measurement takes runs that are new: half of them are the product's, half the reference's."""

    def sides(self, site):
        runs, orgs = site.size["runs"], site.size["orgs"]
        slices = 2 * settings.ROUNDS + 1  # one of the product's for each side in each round, and to warm up
        share = runs // 2 // slices // 2 * 2
        products = (self.answer_lines(orgs, range(n * share, (n + 1) * share)) for n in range(slices))
        firsts = iter(range(runs // 2, runs, runs // 2 // settings.ROUNDS))
        script = self.answer_script(site)
        each = runs // 2 // settings.ROUNDS // settings.PROCESSES
        load.wrk(site, next(products), settings.WARM_UP, ordered=True)
        return {"product": lambda: load.wrk(site, next(products), ordered=True),
                "alone": lambda: load.wrk(site, next(products), max(1, settings.SECONDS // 2), 1, ordered=True),
                "reference": lambda: load.pgbench(site, script, first=next(firsts), share=each)}

    @staticmethod
    def answer_lines(orgs, runs):
        """Each request answers a question that is open by then."""
        lines = []
        for at in range(0, len(runs), BLOCK):
            for question in range(QUESTIONS):
                body = f'{{"questionIndex":{question},"selectedOption":"B","confidence":3}}'
                lines += [request_line("POST", f"/api/ttx/session/{named('r', run)}/answer", key(run % orgs), body)
                          for run in runs[at:at + BLOCK]]
        return lines

    @staticmethod
    def answer_script(site):
        """The answers that were given in the template are given again."""
        row = template(site)
        answers = site.sql("SELECT * FROM muster.answer WHERE org_id = %s AND participant_id = %s ORDER BY question_index",
                           row["org_id"], row["participant_id"])
        stages, first = [], 0
        for questions in site.value("SELECT recipe FROM muster.exercise WHERE id = %s", row["id"])["questions"]:
            stages.append((first, first + len(questions) - 1))
            first += len(questions)
        return statements.answer_script(site.size["orgs"], answers, stages)


LIST, READ, REPORT = "/api/portal/sessions?limit=50", "/api/ttx/session/{exercise}", "/api/portal/report?sessionId={exercise}"


def of_callers(make):
    return lambda _site, callers: make(callers)


ROWS = [
    Row("static file, 1 KB", "", get_one("/img/bench-1k.txt")),
    Row("healthz", "", get_one("/healthz")),
    Row("healthz/portal", "", get_one("/healthz/portal")),
    *(kind(name, callers, get_each(path), of_callers(script))
      for name, path, script in (("list, 50 rows", LIST, statements.list_script), ("read", READ, statements.read_script),
                                 ("report", REPORT, statements.report_script))
      for kind, callers in ((Row, "hot"), (Row, "all"), (ColdRow, "cold"))),
    AnswerRow("answer", "all", None),
    Row("generate", "all", generate_lines, lambda site, callers: statements.generate_script(callers, template(site))),
    Row("certificate", "hot", certificate_lines),
]

# Filters of the list that find next to nothing (dataset.sql), beside the list without any.
FILTERS = {"no filter": "", "status": "&status=FAILED", "theme": "&theme={theme}", "difficulty": "&difficulty=EXPERT",
           "updatedSince": "&updatedSince=2039-01-01T00:00:00Z"}


LARGE = [Row(f"large organisation's list, {name}", "", lambda site, _, name=name: filter_lines(site, True)[name]) for name in FILTERS]


def filter_lines(site, of_big):
    """Filter -> lines, of the one large organisation or of all ordinary ones."""
    people = [BIG] if of_big else range(site.size["orgs"])
    return {name: [request_line("GET", LIST + query.format(theme=site.rare_theme()), key(n)) for n in people]
            for name, query in FILTERS.items()}
