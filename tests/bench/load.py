"""What makes load: wrk, pgbench, and requests that are sent once each. All of it goes to loopback and ends by itself."""
import asyncio
import os
import pathlib
import random
import re
import statistics
import subprocess
import tempfile
import time

from tests.bench import processes, settings
from tests.bench.place import ROOT
from tests.bench.turns import Measured

LUA = ROOT / "tests/bench/wrk.lua"


class HttpErrors(Exception):
    """A measurement in which requests failed says nothing."""


def request_line(method, path, key="", body=""):
    return "\t".join((method, path, key, body))


def counted(instance, run):
    """Runs the load and adds what processor time it took: run() returns requests, seconds, p50 and p99 in ms."""
    before = processes.seconds(instance)
    requests, seconds, p50, p99 = run()
    after = processes.seconds(instance)
    return Measured(requests, seconds, {kind: after[kind] - before[kind] for kind in after}, p50, p99)


# ---- wrk ----

def wrk_command(instance, file, seconds, connections, threads):
    return ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "20s", "-s", str(LUA), instance.url,
            "--", file, str(threads)]


def wrk_result(text):
    """requests, microseconds, p50, p99, refused, broken."""
    found = re.search(r"^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", text, re.MULTILINE)
    if not found:
        raise HttpErrors(f"wrk said: {text}")
    return tuple(map(int, found.groups()))


def wrk(instance, lines, seconds=settings.SECONDS, connections=settings.CONNECTIONS, threads=2, ordered=False):
    """Sends these requests over and over; with as many threads as connections and lines each connection has a line of its own. It begins
    anywhere among them unless they are ordered: else each round would ask for the same first ones, whose rows the last round has read."""
    if not ordered:
        begin = random.randrange(len(lines))
        lines = lines[begin:] + lines[:begin]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        command = wrk_command(instance, file.name, seconds, connections, min(threads, connections, len(lines)))

        def run():
            ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 60)
            requests, microseconds, p50, p99, refused, broken = wrk_result(ran.stdout + ran.stderr)
            if refused or broken or not requests:
                raise HttpErrors(f"{lines[0].split(chr(9))[1]}: of {requests} requests {refused} were refused, {broken} broke")
            return requests, microseconds / 1e6, p50 / 1000, p99 / 1000
        return counted(instance, run)


# ---- requests that are sent once each ----

async def ask(reader, writer, line):
    """Sends one request over a connection that stays open; its status."""
    method, path, key, body = line.split("\t")
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    await reader.readexactly(int(re.search(r"(?i)content-length: *(\d+)", head)[1]))
    return int(head.split()[1])


async def one_after_the_other(port, waiting, done):
    """Takes lines from the list until it is empty; adds (seconds, status) of each."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while waiting:
        line, begin = waiting.pop(), time.perf_counter()
        status = await ask(reader, writer, line)
        done.append((time.perf_counter() - begin, status))
    writer.close()


async def one_person(port, line, delay, done):
    """A request over a connection of its own; status 0 when that breaks."""
    await asyncio.sleep(delay)
    begin, status = time.perf_counter(), 0
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        status = await ask(reader, writer, line)
        writer.close()
    except (OSError, asyncio.IncompleteReadError):
        pass
    done.append((time.perf_counter() - begin, status))


def gathered(instance, work):
    """Measures coroutines: work(done) makes them. Returns (Measured, how many were refused or broke)."""
    done = []

    async def all_of_it():
        await asyncio.gather(*work(done))

    def run():
        begin = time.perf_counter()
        asyncio.run(all_of_it())
        taken = sorted(seconds for seconds, _ in done)
        return len(done), time.perf_counter() - begin, 1000 * statistics.median(taken), 1000 * taken[int(len(taken) * 0.99)]
    return counted(instance, run), sum(not 200 <= status < 300 for _, status in done)


def once(instance, lines, connections=settings.CONNECTIONS):
    """Each request once, over so many connections."""
    waiting = list(reversed(lines))
    measured, failed = gathered(instance, lambda done: [one_after_the_other(instance.port, waiting, done) for _ in range(connections)])
    if failed:
        raise HttpErrors(f"{lines[0].split(chr(9))[1]}: {failed} of {len(lines)} requests were refused")
    return measured


def people(instance, lines, seconds):
    """Each request over a connection of its own; they begin one after the other within so many seconds, whatever the others do.
    Returns (Measured, how many were refused or broke)."""
    return gathered(instance, lambda done: [one_person(instance.port, line, seconds * number / len(lines), done)
                                            for number, line in enumerate(lines)])


# ---- pgbench ----

def pgbench(instance, script, clients=settings.PROCESSES, seconds=settings.SECONDS, transactions=None, options="", **variables):
    """The statements of a script as the family sends them: prepared, its role, its session settings. transactions: so many for each
    client instead of so many seconds."""
    binary = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pgbench"))[-1]
    length = ["-t", str(transactions)] if transactions else ["-T", str(seconds)]
    defined = {"i": 0, **script.variables, **variables}
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(script.text())
        file.flush()
        command = [str(binary), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)), *length, "-f", file.name,
                   *(f"-D{name}={value}" for name, value in defined.items()), "-h", instance.socket_dir, "-U", script.role, "muster"]

        def run():
            environment = {**os.environ, "PGOPTIONS": f"{session_options(instance.root)} {options}", "PGAPPNAME": "pgbench"}
            with processes.until_counted(instance):
                ran = subprocess.run(command, check=False, timeout=seconds + 120, env=environment, capture_output=True, text=True)
            rate = re.search(r"^tps = ([0-9.]+) \(without", ran.stdout, re.MULTILINE)
            count = re.search(r"actually processed: (\d+)", ran.stdout)
            if ran.returncode or not rate or "number of failed transactions: 0 " not in ran.stdout:
                raise HttpErrors(f"pgbench: {ran.stdout}{ran.stderr}")
            return int(count[1]) * script.requests, int(count[1]) / float(rate[1]), 0, 0
        return counted(instance, run)


def session_options(root):
    """The options that common/db/db.c gives its connections."""
    source = (root / "common/db/db.c").read_text(encoding="utf-8")
    literals = re.search(r'"(-c search_path=[^;]*?)",\s*NULL', source, re.DOTALL).group(1)
    return re.sub(r'"\s*"', "", literals)
