"""Processor time and memory of an instance's processes, from /proc."""
import contextlib
import os
import pathlib
import re
import resource

from tests.lib.instance import wait_for

TICK = os.sysconf("SC_CLK_TCK")
KINDS = ("nginx", "family", "PostgreSQL", "logs", "client")
SERVER = KINDS[:4]


def read_stat(pid):
    """Name, state, parent, own seconds, and those of its children that have ended; None when it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text[text.rindex(")") + 2:].split()
    own, ended = (int(fields[11]) + int(fields[12])) / TICK, (int(fields[13]) + int(fields[14])) / TICK
    return text[text.index("(") + 1:text.rindex(")")], fields[0], int(fields[1]), own, ended


def kind_of(name):
    return "family" if name.startswith("muster-") else {"postgres": "PostgreSQL", "s6-log": "logs"}.get(name, name)


def seconds(instance):
    """Seconds of processor time by kind so far. "client" is this process with the programs that it has started and that have ended.
    What PostgreSQL's backends used that are gone is the postmaster's."""
    total = dict.fromkeys(KINDS, 0.0)
    stats = {pid: read_stat(pid) for pid in instance.pids()}
    for _, _, parent, own, ended, kind in ((*stat, kind_of(stat[0])) for stat in stats.values() if stat):
        if kind in SERVER:
            total[kind] += own
        if kind == "PostgreSQL" and not (stats.get(parent) and stats[parent][0] == "postgres"):
            total[kind] += ended
    for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF):
        used = resource.getrusage(who)
        total["client"] += used.ru_utime + used.ru_stime
    return total


def postmaster(instance):
    return int((instance.var.resolve() / "pg/data/postmaster.pid").read_text(encoding="ascii").split("\n", maxsplit=1)[0])


def ended_backends(instance):
    """Seconds of PostgreSQL's backends that are gone: what one pgbench used, when it is read before and after."""
    return read_stat(postmaster(instance))[4]


@contextlib.contextmanager
def until_counted(instance):
    """Waits at the end of the block until the backends that were begun in it are gone, and what they used is the postmaster's. A
    backend that is just ending is not in pg_stat_activity any more, so that what stays is asked for there."""
    pid = postmaster(instance)

    def children():
        return set(map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()))

    def gone():
        new = children() - before
        others = "SELECT pid FROM pg_stat_activity WHERE application_name <> 'pgbench'"
        return not new or new <= {row["pid"] for row in instance.sql(others)}
    before = children()
    yield
    wait_for(gone, "pgbench's backends end")


def memory(instance):
    """MiB resident: the largest process of each family."""
    most = {}
    for pid in instance.pids():
        try:
            text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            name = os.path.basename(os.readlink(f"/proc/{pid}/exe"))
        except OSError:
            continue
        size = re.search(r"^VmRSS:\s*(\d+) kB", text, re.MULTILINE)
        if name.startswith("muster-") and size:
            family = name.removeprefix("muster-")
            most[family] = max(most.get(family, 0), int(size.group(1)) / 1024)
    return most
