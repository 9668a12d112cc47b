"""Many people of one organisation at once: those who write what the audit log notes, and those who answer."""
import functools

from tests.bench import load, settings, statements
from tests.bench.endpoints import GENERATE
from tests.bench.load import request_line
from tests.bench.place import CROWD, CROWD_PEOPLE, QUESTIONS, TEAM, WRITERS, key, named
from tests.bench.turns import in_turns, median, rate, ratio

HEAD = ("audited act", "writers", "one organisation, acts/s", "as many organisations, acts/s", "one / many", "us an act, one / many")
CROWD_HEAD = (f"{CROWD_PEOPLE} people of one organisation answer", "p50 ms", "p99 ms", "last one done after s", "refused or broken",
              "us an answer")
COUNTS = (1, 8, WRITERS)


def character_line(person):
    body = '{"name":"Person","role":"Analyst","department":"","description":"Changed","expertise":[]}'
    return request_line("PUT", f"/api/portal/characters/{named('h', person)}", key(person), body)


def generate_line(person):
    return request_line("POST", "/api/ttx/generate", key(person), GENERATE)


def through_product(line, site, first, _org, count):
    """Each writer has a connection, and does the own act again and again."""
    return load.wrk(site, [line(first + n) for n in range(count)], connections=count, threads=count)


def at_database(script, site, first, org, count):
    return load.pgbench(site, script(first, org), clients=count)


ACTS = {
    "character changed, HTTP": functools.partial(through_product, character_line),
    "character changed, its statements by pgbench": functools.partial(at_database, statements.character_script),
    "the audit entry alone, by pgbench": functools.partial(at_database, statements.audit_script),
    "exercise generated, HTTP (also counts the month's exercises)": functools.partial(through_product, generate_line),
}


def writers(site):
    """What writers of one organisation reach of the rate of as many writers in as many organisations."""
    rows = []
    for name, act in ACTS.items():
        for count in COUNTS:
            settings.say(f"{name}: {count} writers")
            found = in_turns({"one": functools.partial(act, site, TEAM, f"'o{TEAM}'", count),
                              "many": functools.partial(act, site, 0, "'o' || :n", count)})
            one, many = found["one"], found["many"]
            rows.append((name, str(count), f"{median(one, rate):,.0f}", f"{median(many, rate):,.0f}", ratio(one, many, rate).percent(),
                         " / ".join(f"{median(side, lambda m: m.us()):,.0f}" for side in (one, many))))
    return rows


def crowd(site):
    """Everybody answers a question within a second, then everybody at the same moment; each round takes the next two questions."""
    settings.say(f"{CROWD_PEOPLE} people answer at once")
    body = '{{"questionIndex":{},"selectedOption":"B","confidence":3}}'
    found = {1: [], 0: []}
    for question in range(2 * min(settings.ROUNDS, QUESTIONS // 2)):
        lines = [request_line("POST", f"/api/ttx/session/{named('c', CROWD + n)}/answer", key(CROWD + n), body.format(question))
                 for n in range(CROWD_PEOPLE)]
        seconds = 1 - question % 2
        found[seconds].append(load.people(site, lines, seconds))
    return [(name, f"{median(results, lambda r: r[0].p50):,.1f}", f"{median(results, lambda r: r[0].p99):,.1f}",
             f"{median(results, lambda r: r[0].seconds):.2f}", f"{sum(failed for _, failed in results)} of {CROWD_PEOPLE * len(results)}",
             f"{median(results, lambda r: r[0].us()):,.0f}")
            for name, results in (("one after the other within a second", found[1]), ("all at the same moment", found[0]))]
