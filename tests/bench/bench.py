"""make bench: what an instance with 500,000 exercises does, in turns with pgbench and the same statements.

Every ratio is the median of rounds in which both sides were measured one after the other. It fails when requests fail, never because
something was slow. README.md says how to read the tables, run.sh which settings there are.
"""
import functools
import os
import signal
import subprocess
import sys
import time

from tests.bench import against, contention, load, micro, pages, processes, settings, signins
from tests.bench.endpoints import FIRST_ANSWERED, ROWS, filter_lines
from tests.bench.load import request_line
from tests.bench.place import BIG, FULL, HUNDREDTH, PLACE, QUICK, TEN, Site, key, named
from tests.bench.tables import machine, markdown
from tests.bench.turns import cpu, in_turns, median, rate, ratio, split, why_above
from tests.lib import Instance

SPLIT = "nginx / family / PostgreSQL / logs / client = server"
SIZE = QUICK if settings.QUICK else FULL


def latency(results):
    return f"{median(results, lambda m: m.p50):.1f} / {median(results, lambda m: m.p99):.1f}"


def limit(row, found, notes):
    """The reference's cells. A row above 100 % is marked, and what can be said of that goes to the notes."""
    product, reference = found["product"], found.get("reference")
    if not reference:
        return "", "", ""
    ratios = ratio(product, reference, rate)
    why = why_above(ratios, product, reference)
    if why:
        notes.append(f"(!) {row.name}, {row.callers}: {why}")
    us = " / ".join(f"{median(reference, lambda m, k=kind: m.us(k)):,.0f}" for kind in ("PostgreSQL", "client"))
    return f"{median(reference, rate):,.0f}", us, ratios.percent() + (" (!)" if why else "")


def routes(site):
    """The table of the routes, and what is to be said about it."""
    head = ("request", "callers", "requests/s", f"p50 / p99 ms, {settings.CONNECTIONS} connections", "p50 / p99 ms, 1", f"us: {SPLIT}",
            "pgbench/s", "us: PostgreSQL / client", "of pgbench")
    rows, notes = [], []
    for row in ROWS:
        if settings.wanted(row.name):
            settings.say(f"{row.name} {row.callers}")
            found = in_turns(row.sides(site))
            product, alone = found["product"], found["alone"]
            rows.append((row.name, row.callers, f"{median(product, rate):,.0f}", latency(product), latency(alone), split(product),
                         *limit(row, found, notes)))
    return [markdown(head, rows), *notes] if rows else []


def compared(title, lines_of, base):
    """A table of lists, each in turns with one of them: lines_of: name -> (site, lines)."""
    head = (title, "requests/s", "p50 ms", f"us: {SPLIT}", f"us, of {base}", f"p50, of {base}")
    settings.say(title)
    for site, lines in lines_of.values():
        load.wrk(site, lines, settings.WARM_UP)
    found = in_turns({name: functools.partial(load.wrk, site, lines) for name, (site, lines) in lines_of.items()})

    def of_base(side):
        return [ratio(side, found[base], value).times() if side is not found[base] else "1" for value in (cpu, lambda m: m.p50)]
    return markdown(head, [(name, f"{median(side, rate):,.0f}", f"{median(side, lambda m: m.p50):.1f}", split(side), *of_base(side))
                           for name, side in found.items()])


def filters(site):
    organisations = {f"organisations with {SIZE['per_org']} exercises": False, f"an organisation with {SIZE['big']:,}": True}
    return [compared(f"list of 50 rows, {what}", {name: (site, lines) for name, lines in filter_lines(site, of_big).items()}, "no filter")
            for what, of_big in organisations.items()]


def growth(site):
    """A page of ten rows: whatever else there is in the organisation and in the database costs nothing."""
    def page(person):
        return [request_line("GET", "/api/portal/sessions?limit=10", key(person))] * 10
    small = Site(f"{site.store.name}-hundredth", {**HUNDREDTH, "per_org": SIZE["per_org"]})
    try:
        small.start()
        base = f"an organisation with {SIZE['per_org']} exercises"
        sides = {base: (site, page(0)), "one with 10": (site, page(TEN)), f"one with {SIZE['big']:,}": (site, page(BIG)),
                 "the first one, in 1 % of the data set": (small, page(0))}
        return [compared("list of 10 rows", sides, base)]
    finally:
        small.stop()


def soak(site, at_start):
    """Resident memory at the start, after a tenth and after all of SOAK mixed requests."""
    settings.say(f"memory over {settings.SOAK:,} requests")
    lines = []
    for n in range(16):
        for exercise in (named("e", n, ".", FIRST_ANSWERED + k) for k in range(20)):
            paths = ("/healthz", "/api/portal/sessions", f"/api/ttx/session/{exercise}", f"/api/portal/report?sessionId={exercise}")
            lines += [request_line("GET", path, key(n)) for path in paths]
    sent, early = 0, None
    while sent < settings.SOAK:
        sent += load.wrk(site, lines, 10 if settings.SOAK > 100_000 else settings.SECONDS).requests
        early = early or (processes.memory(site) if sent >= settings.SOAK // 10 else None)
    late = processes.memory(site)
    head = ("MiB resident, largest process", "at start", f"after {settings.SOAK // 10:,}", f"after {sent:,} requests")
    return markdown(head, [(name, *(f"{sizes[name]:.1f}" for sizes in (at_start, early, late))) for name in sorted(late)])


# Tables beside that of the routes, in order; BENCH_ONLY names them.
PARTS = {
    "micro": lambda site: [markdown(micro.HEAD, micro.micro(site))],
    "filters": filters,
    "growth": growth,
    "writers": lambda site: [markdown(contention.HEAD, contention.writers(site))],
    "crowd": lambda site: [markdown(contention.CROWD_HEAD, contention.crowd(site))],
    "flood": lambda site: [markdown(signins.HEAD, signins.flood(site))],
    "pages": lambda site: [markdown(pages.HEAD, pages.pages(site))],
}


def measure(site):
    """Yields the tables."""
    at_start = processes.memory(site)
    exercises, organisations = (site.value(f"SELECT count(*) FROM muster.{table}") for table in ("exercise", "org"))
    yield (f"Measured {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC on {machine()}; {exercises:,} exercises in {organisations:,}"
           f" organisations, {settings.PROCESSES} processes per family, {settings.ROUNDS} rounds of {settings.SECONDS} s a side, load"
           f" average before {os.getloadavg()[0]:.1f}.{' A smoke run: its figures say nothing.' if settings.QUICK else ''}")
    yield from routes(site)
    for name, part in PARTS.items():
        if settings.wanted(name):
            yield from part(site)
    if settings.wanted("soak"):
        yield soak(site, at_start)


def tables():
    if settings.ONLY in (["flood"], ["pages"]):  # need no data set
        with Instance(RATE_LIMIT_PER_MINUTE=0, LIMIT_SIGNIN_ADDRESS=0) as instance:
            yield from PARTS[settings.ONLY[0]](instance)
            return
    site = Site("quick" if settings.QUICK else "full", SIZE)
    try:
        site.start()
        yield from against.compare(site, settings.AGAINST) if settings.AGAINST else measure(site)
    finally:
        site.stop()


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # through the instance's own end
    PLACE.mkdir(parents=True, exist_ok=True)
    try:
        with open(PLACE / "result.md", "w", encoding="utf-8") as result:
            for text in tables():
                for out in (result, sys.stdout):
                    print(text, end="\n\n", file=out, flush=True)
    except (load.HttpErrors, AssertionError, subprocess.CalledProcessError) as problem:
        sys.exit(str(problem))


main()
