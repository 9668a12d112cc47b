"""make bench: requests/s, latency, processor time and memory of an instance with 500,000 exercises, beside pgbench's rate.

Every figure of one table comes from one run on one machine, so that the ratios mean something. It fails when requests
fail, never because something was slow.
"""
import os
import pathlib
import re
import subprocess
import sys
import time

from tests.bench import load, statements
from tests.bench.load import request_line
from tests.bench.place import FULL, PLACE, QUESTIONS, SMALL, Kept
from tests.lib import Client, Instance

ONLY = os.environ.get("BENCH_ONLY", "").split()
SOAK = 1_000_000 if os.environ.get("BENCH_SOAK") == "1" else 50_000
FLOOD_CONNECTIONS = 32
FLOOD_HEAD = ("latency of `me` over one connection", "ms, quiet", "ms, idle loops", "ms, sign-ins flooding", "of quiet", "of idle loops")
RUNS = 3000  # unanswered runs of each player
BLOCK = 400  # runs that are answered together: question 0 of all, then question 1 of all, ...
PGBENCH_RUNS = 750  # of these, at the beginning, each client of pgbench has so many


def own_exercises(instance, caller, count):
    """Ids of completed exercises, newest first."""
    rows = instance.sql("SELECT id::text FROM muster.exercise WHERE org_id = %s AND status = 'COMPLETED' ORDER BY created_at DESC LIMIT %s",
                        caller["org_id"], count)
    return [row["id"] for row in rows]


def with_certificate(instance, caller):
    """Ids of exercises in which everything was right."""
    rows = instance.sql("SELECT id::text FROM muster.exercise WHERE org_id = %s AND status = 'COMPLETED' AND correct_count = served_count"
                        " ORDER BY created_at DESC LIMIT 20", caller["org_id"])
    return [row["id"] for row in rows]


class Bench:
    """One run: its instance, its people, and the lines of its tables."""

    def __init__(self, instance):
        self.instance = instance
        self.clients = int(os.environ.get("PROCESSES", 2 * os.cpu_count()))
        self.people = {kind: instance.callers(kind) for kind in ("list", "player", "generator", "ten", "fivehundred")}
        self.exercises = {c["key"]: own_exercises(instance, c, 20) for c in self.people["list"]}
        self.static = None
        self.rows = []

    # ---- one row each ----

    def row(self, name, lines, pg=None, **options):
        """pg: (role, scripts, how many requests one transaction stands for)."""
        if ONLY and re.match(r"\w+", name).group() not in ONLY:
            return
        print(f"{name} ...", file=sys.stderr, flush=True)
        lines = lines() if callable(lines) else lines
        m = load.wrk(self.instance, lines, **options)
        limit = None
        if pg:
            role, scripts, each = pg
            texts, variables = statements.merged(scripts)
            limit = load.pgbench(self.instance, role, texts, variables, self.clients) * each
        total = sum(m.cpu.values())
        share = " / ".join(f"{m.cpu[part] / total:.0%}" for part in ("nginx", "families", "postgres", "logs", "client"))
        self.static = self.static or m.rate
        self.rows.append((name, f"{m.rate:,.0f}", f"{m.p50:.1f}", f"{m.p99:.1f}", f"{m.alone:.1f}", share, f"{limit:,.0f}" if limit else "",
                          f"{m.rate / limit:.0%}" if limit else "", f"{m.rate / self.static:.3f}"))

    def measure(self):
        people, get = self.people["list"], "GET"
        player, generator = self.people["player"], self.people["generator"]
        pairs = [(c, e) for c in people for e in self.exercises[c["key"]]]
        self.row("static file, 1 KB", [request_line(get, "/img/bench-1k.txt")])
        self.row("healthz", [request_line(get, "/healthz")])
        self.row("healthz/portal", [request_line(get, "/healthz/portal")])
        self.row("list, 50 rows", [request_line(get, "/api/portal/sessions?limit=50", c["key"]) for c in people],
                 ("muster_portal", [statements.list_script(c) for c in people], 1))
        self.row("read", [request_line(get, f"/api/ttx/session/{e}", c["key"]) for c, e in pairs],
                 ("muster_exercises", [statements.read_script(c, self.exercises[c["key"]][0]) for c in people], 1))
        if not ONLY or {"answer", "generate"} & set(ONLY):
            self.instance.psql("runs.sql", runs=RUNS)
        self.row("answer", lambda: self.answer_lines(player[1:]), ("muster_exercises", [self.answer_script(player[0])], QUESTIONS),
                 once=BLOCK * QUESTIONS)
        self.row("generate", [request_line("POST", "/api/ttx/generate", c["key"], '{"theme":"ransomware","questionCount":12}')
                              for c in generator],
                 ("muster_exercises", [statements.generate_script(c, self.recipe()) for c in generator], 1))
        self.row("report", [request_line(get, f"/api/portal/report?sessionId={e}", c["key"]) for c, e in pairs],
                 ("muster_portal", [statements.report_script(c, self.exercises[c["key"]][0]) for c in people], 1))
        self.row("certificate", lambda: [request_line(get, f"/api/portal/certificate?sessionId={e}", c["key"])
                                         for c in people for e in with_certificate(self.instance, c)])

    def answer_lines(self, players):
        """Each request answers a question that is open by then: question 0 of many runs, then question 1 of these, ..."""
        find = "SELECT id::text FROM muster.exercise WHERE org_id = %s AND status = 'IN_PROGRESS' LIMIT %s"
        runs = [(c, row["id"]) for c in players for row in self.instance.sql(find, c["org_id"], 1200)]
        lines = []
        for at in range(0, len(runs), BLOCK):
            for question in range(QUESTIONS):
                body = f'{{"questionIndex":{question},"selectedOption":"B","confidence":3}}'
                lines += [request_line("POST", f"/api/ttx/session/{run}/answer", c["key"], body) for c, run in runs[at:at + BLOCK]]
        return lines

    def answer_script(self, player):
        """Player number k has template k: the answers that were given in it are given again."""
        (template,) = self.instance.sql("SELECT org_id::text, participant_id::text, exercise_id::text FROM bench.template WHERE n ="
                                        " (SELECT count(*) FROM bench.caller WHERE kind = 'player' AND user_id < %s)", player["user_id"])
        answers = self.instance.sql("SELECT * FROM muster.answer WHERE org_id = %s AND participant_id = %s ORDER BY question_index",
                                    template["org_id"], template["participant_id"])
        recipe = self.instance.value("SELECT recipe FROM muster.exercise WHERE id = %s", template["exercise_id"])
        stages, first = [], 0
        for questions in recipe["questions"]:
            stages.append((first, first + len(questions) - 1))
            first += len(questions)
        return statements.answer_script(player, answers, stages, PGBENCH_RUNS)

    def recipe(self):
        return self.instance.sql("SELECT *, recipe::text AS recipe FROM muster.exercise e JOIN bench.template t ON t.exercise_id = e.id"
                                 " WHERE t.n = 0")[0]

    # ---- ratios and memory ----

    def list_ratio(self, one, two):
        """Processor time of a page of ten rows, in microseconds, for two (instance, caller), measured in turns."""
        seconds, requests = [0, 0], [0, 0]
        for _ in range(4):
            for side, (instance, caller) in enumerate((one, two)):
                line = request_line("GET", "/api/portal/sessions?limit=10", caller["key"])
                m = load.wrk(instance, [line] * 10, seconds=max(2, load.SECONDS // 4), alone=False)
                seconds[side] += sum(m.cpu[part] for part in ("nginx", "families", "postgres"))
                requests[side] += m.requests
        return [1e6 * s / n for s, n in zip(seconds, requests)]

    def ratios(self):
        print("list of ten rows, large and small ...", file=sys.stderr, flush=True)
        ten, many = self.people["ten"][0], self.people["fivehundred"][0]
        lines = [("organisation with 10 and with 500 exercises", *self.list_ratio((self.instance, ten), (self.instance, many)))]
        small = Kept("small", SMALL)
        try:
            small.start()
            lines.append(("1 % and 100 % of the data set (organisation with 500)",
                          *self.list_ratio((small, small.callers("fivehundred")[0]), (self.instance, many))))
        finally:
            small.stop()
        return [(name, f"{a:,.0f}", f"{b:,.0f}", f"{max(a, b) / min(a, b):.2f}") for name, a, b in lines]

    def soak(self, at_start):
        """Resident memory at the start, after a tenth and after all of SOAK mixed requests."""
        print(f"memory over {SOAK:,} requests ...", file=sys.stderr, flush=True)
        lines = []
        for caller in self.people["list"]:
            for exercise in self.exercises[caller["key"]]:
                paths = ("/healthz", "/api/portal/sessions", f"/api/ttx/session/{exercise}", f"/api/portal/report?sessionId={exercise}")
                lines += [request_line("GET", path, caller["key"]) for path in paths]
        sent, early = 0, None
        while sent < SOAK:
            sent += load.wrk_once(self.instance, lines, 10 if SOAK > 100_000 else 4, load.CONNECTIONS)[0]
            early = early or (load.memory(self.instance) if sent >= SOAK // 10 else None)
        late = load.memory(self.instance)
        rows = [(name, *(f"{sizes[name]:.1f}" for sizes in (at_start, early, late))) for name in sorted(late)]
        return rows, sent


def flood(instance):
    """`me` over one connection, first alone, then while sign-ins with wrong passwords come in over many: p50, p99, and how
    many times as long. Hashing takes all cores but for what its pool leaves to others. In between, loops of the scheduler's lowest
    class keep all cores busy: what is slower then is the machine (a virtual one gets its cores in turns), not the hashing."""
    print("me during a flood of sign-ins ...", file=sys.stderr, flush=True)
    person = Client(instance).register().signin().api_key(scopes=["results"])
    lines = [request_line("GET", "/api/portal/me", person.key)]
    load.wrk_once(instance, lines, load.WARM_UP, 1)
    processes = instance.pids("muster-auth")
    quiet = load.wrk_once(instance, lines, load.SECONDS, 1)
    with load.idle_loops():
        loops = load.wrk_once(instance, lines, load.SECONDS, 1)
    with load.Flood(instance, load.SECONDS + 3, FLOOD_CONNECTIONS) as attempts:
        time.sleep(1)  # until the queue of the pool is full
        busy = load.wrk_once(instance, lines, load.SECONDS, 1)
    assert instance.pids("muster-auth") == processes
    names = (f"p50, {attempts.rate:,.0f} sign-ins/s over {FLOOD_CONNECTIONS} connections", "p99, the same")
    return [(name, f"{before / 1000:.2f}", f"{idle / 1000:.2f}", f"{during / 1000:.2f}", f"{during / before:.1f}", f"{during / idle:.1f}")
            for name, before, idle, during in zip(names, quiet[2:], loops[2:], busy[2:])]


def markdown(head, rows):
    lines = [head, *rows]
    return "\n".join(["| " + " | ".join(lines[0]) + " |", "|" + "---|" * len(lines[0]), *("| " + " | ".join(r) + " |" for r in rows)])


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")), "unknown processor")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB RAM"


def report(bench, ratios, soak, flooded, busy):
    rows, sent = soak if soak else ([], 0)
    exercises = bench.instance.value("SELECT count(*) FROM muster.exercise")
    organisations = bench.instance.value("SELECT count(*) FROM muster.org")
    parts = [f"Measured {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC on {machine()}; {exercises:,} exercises in {organisations:,}"
             f" organisations, {bench.clients} processes per family, {load.CONNECTIONS} connections, load average before {busy:.1f}.",
             markdown(("request", "requests/s", "p50 ms", "p99 ms", "p50 alone", "processor: nginx / family / PostgreSQL / logs / client",
                       "pgbench/s", "of pgbench", "of static"), bench.rows)]
    if ratios:
        parts.append(markdown(("processor time of a sessions list of 10 rows", "us, small", "us, large", "ratio"), ratios))
    if flooded:
        parts.append(markdown(FLOOD_HEAD, flooded))
    if rows:
        parts.append(markdown(("MiB resident, largest process", "at start", f"after {SOAK // 10:,}", f"after {sent:,} requests"), rows))
    return "\n\n".join(parts) + "\n"


def flood_alone():
    """The flood needs no data set: an instance of its own for BENCH_ONLY=flood."""
    with Instance(RATE_LIMIT_PER_MINUTE=0, LIMIT_SIGNIN_ADDRESS=0) as instance:
        print(markdown(FLOOD_HEAD, flood(instance)))


def main():
    if ONLY == ["flood"]:
        flood_alone()
        return
    busy = os.getloadavg()[0]
    instance = Kept("full", FULL)
    try:
        instance.start()
        at_start = load.memory(instance)
        bench = Bench(instance)
        bench.measure()
        ratios = bench.ratios() if not ONLY or "ratios" in ONLY else None
        flooded = flood(instance) if not ONLY or "flood" in ONLY else None
        soak = bench.soak(at_start) if not ONLY or "soak" in ONLY else None
        text = report(bench, ratios, soak, flooded, busy)
    except (load.HttpErrors, AssertionError, subprocess.CalledProcessError) as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
    finally:
        instance.stop()
    result = PLACE / "result.md"
    result.write_text(text, encoding="utf-8")
    print(text)


main()
