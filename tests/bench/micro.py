"""What single calls cost PostgreSQL: one call a script over one connection, processor time of pgbench's backend alone."""
import functools
import statistics

from tests.bench import load, processes, settings, statements
from tests.bench.statements import Raw, Script
from tests.bench.turns import in_turns

HEAD = ("call", "us a transaction", "us beside", "us a call", "aim")
TOKEN = Raw("sha256('tc_bench-0')")  # a constant to the planner
ENTER = "SELECT set_config('app.org_id', md5('o0'), true), set_config('app.user_id', md5('u0'), true);"
AUDIT = "SELECT muster.audit('character.changed', 'character', md5('h0')::uuid, NULL);"
NO_WAIT = "-c synchronous_commit=off"


def bare(*lines):
    return Script("portal", "\\set n 0", "\\startpipeline", *lines, "\\endpipeline")


def principal(token):
    return Script("portal", "\\set n 0").pipeline(statements.principal("results", token=token))


def enter_principal():
    return bare("SELECT * FROM muster.principal_enter('key', sha256('tc_bench-0'), '{}', 'results', 0, 259200, 'required');")


# name: script, options of the session, what is taken off, aim in us. Waiting for the disk costs system calls of the machine's own
# price, so the aim holds for the entry without.
CALLS = {
    "SELECT 1": (bare("SELECT 1;"), "", None, None),
    "entering a tenant": (bare(ENTER), "", None, None),
    "principal_enter()": (enter_principal(), "", "SELECT 1", 60),
    "statement `principal`": (principal(TOKEN), "", "SELECT 1", None),
    "statement `principal`, caller as a number": (principal(statements.TOKEN), "", "statement `principal`", None),
    "audit(), not waiting for the disk": (bare(ENTER, AUDIT), NO_WAIT, "entering a tenant", 120),
    "audit()": (bare(ENTER, AUDIT), "", "entering a tenant", None),
}


def call_us(site, name):
    """Microseconds of the backend for one transaction."""
    script, options = CALLS[name][:2]
    before = processes.ended_backends(site)
    measured = load.pgbench(site, script, clients=1, options=options)
    return 1e6 * (processes.ended_backends(site) - before) / measured.requests


def micro(site):
    settings.say("single calls")
    found = in_turns({name: functools.partial(call_us, site, name) for name in CALLS})
    costs = {name: statistics.median(results) for name, results in found.items()}
    return [(name, f"{costs[name]:.0f}", beside or "", f"{costs[name] - costs.get(beside, 0):.0f}", f"< {aim}" if aim else "")
            for name, (_, _, beside, aim) in CALLS.items()]
