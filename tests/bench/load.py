"""wrk, pgbench and /proc: the bench's three instruments."""
import contextlib
import os
import pathlib
import re
import resource
import subprocess
import tempfile

from tests.bench.place import ROOT

SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
WARM_UP = 2
CONNECTIONS = 8
THREADS = 2
TICK = os.sysconf("SC_CLK_TCK")
LUA = ROOT / "tests/bench/wrk.lua"


class HttpErrors(Exception):
    """A measurement in which requests failed says nothing."""


class Measured:
    """requests/s and latencies (ms) of one wrk run; cpu: seconds by program, the client's own included; alone: the p50 of one
    connection, where no request waits for another."""

    def __init__(self, requests, microseconds, p50, p99, cpu, alone):
        self.requests = requests
        self.rate = requests / (microseconds / 1e6)
        self.p50, self.p99 = p50 / 1000, p99 / 1000
        self.cpu, self.alone = cpu, alone / 1000


def request_line(method, path, key="", body=""):
    return "\t".join((method, path, key, body))


def wrk_once(instance, lines, seconds, connections):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        threads = min(THREADS, connections, len(lines))
        command = ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "20s", "-s", str(LUA), instance.url]
        ran = subprocess.run([*command, "--", file.name, str(threads)], check=True, capture_output=True, text=True, timeout=seconds + 60)
    result = re.search(r"^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", ran.stdout, re.MULTILINE)
    if not result:
        raise HttpErrors(f"wrk said: {ran.stdout}{ran.stderr}")
    requests, microseconds, p50, p99, refused, broken = map(int, result.groups())
    if refused or broken or not requests:
        raise HttpErrors(f"{lines[0].split(chr(9))[1]}: of {requests} requests {refused} were refused, {broken} broke")
    return requests, microseconds, p50, p99


@contextlib.contextmanager
def idle_loops():
    """Every core is busy with a loop that gives way to everything else (SCHED_IDLE, sched(7))."""
    command = ["chrt", "--idle", "0", "sh", "-c", "while :; do :; done"]
    loops = [subprocess.Popen(command) for _ in range(os.cpu_count())]  # pylint: disable=consider-using-with  # ended below
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def wrk(instance, lines, seconds=SECONDS, connections=CONNECTIONS, once=0, alone=True):
    """Measures requests: warmed up, over one connection, over all. once: each request works only once, so each of the three
    gets its own lines, in blocks of so many, because the requests of a block follow each other."""
    fifth = len(lines) // 5 // once * once if once else 0
    warm, single, main = (lines[:fifth], lines[fifth:2 * fifth], lines[2 * fifth:]) if once else (lines, lines, lines)
    wrk_once(instance, warm, WARM_UP, connections)
    alone_p50 = wrk_once(instance, single, WARM_UP, 1)[2] if alone else 0
    before = cpu_seconds(instance)
    numbers = wrk_once(instance, main, seconds, connections)
    return Measured(*numbers, {name: s - before.get(name, 0) for name, s in cpu_seconds(instance).items()}, alone_p50)


class Flood:
    """Sign-in attempts over so many connections, whatever they are answered, while the block runs; .rate afterwards."""

    def __init__(self, instance, seconds, connections):
        self.file = tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8")  # pylint: disable=consider-using-with
        for number in range(20000):  # accounts that nobody has: as much work as a wrong password, and no account reaches its limit
            body = f'{{"email":"flood{number}-{os.getpid()}@example.com","password":"some wrong words"}}'
            self.file.write(request_line("POST", "/api/auth/signin", "", body) + "\n")
        self.file.flush()
        self.command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "20s", "-s", str(LUA), instance.url,
                        "--", self.file.name, "1"]
        self.process = self.rate = None

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)  # pylint: disable=consider-using-with
        return self

    def __exit__(self, *_):
        text = self.process.communicate(timeout=120)[0]
        requests, microseconds, _, _, refused, _ = map(int, re.search(r"^RESULT (.*)$", text, re.MULTILINE)[1].split())
        self.rate = requests / (microseconds / 1e6)
        self.file.close()
        if refused != requests:
            raise HttpErrors(f"of {requests} sign-ins with a wrong password {requests - refused} succeeded")


def cpu_seconds(instance):
    """Seconds of processor time by program so far: nginx, families, postgres, the log writers,
    and the client (this process's children)."""
    total = {"nginx": 0.0, "families": 0.0, "postgres": 0.0, "logs": 0.0}
    for pid in instance.pids():
        try:
            text = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        name = text[text.index("(") + 1:text.rindex(")")]
        fields = text[text.rindex(")") + 2:].split()
        name = "families" if name.startswith("muster-") else "logs" if name == "s6-log" else name
        if name in total:
            total[name] += (int(fields[11]) + int(fields[12])) / TICK
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    total["client"] = children.ru_utime + children.ru_stime
    return total


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


def pgbench(instance, role, scripts, variables, clients):
    """Transactions/s of these scripts, sent as the family sends them: prepared, its role, its session settings."""
    binary = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pgbench"))[-1]
    with tempfile.TemporaryDirectory() as folder:
        arguments = []
        for number, script in enumerate(scripts):
            file = pathlib.Path(folder) / f"{number}.sql"
            file.write_text(script, encoding="utf-8")
            arguments += ["-f", str(file)]
        for name, value in variables.items():
            arguments += ["-D", f"{name}={value}"]
        command = [str(binary), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)), "-T", str(SECONDS)]
        ran = subprocess.run([*command, *arguments, "-h", instance.socket_dir, "-U", role, "muster"], check=False, timeout=SECONDS + 60,
                             env={**os.environ, "PGOPTIONS": session_options()}, capture_output=True, text=True)
    rate = re.search(r"^tps = ([0-9.]+) \(without", ran.stdout, re.MULTILINE)
    if ran.returncode or not rate or "number of failed transactions: 0 " not in ran.stdout:
        raise HttpErrors(f"pgbench: {ran.stdout}{ran.stderr}")
    return float(rate.group(1))


def session_options():
    """The options that common/db/db.c gives its connections."""
    source = (ROOT / "common/db/db.c").read_text(encoding="utf-8")
    literals = re.search(r'"(-c search_path=[^;]*?)",\s*NULL', source, re.DOTALL).group(1)
    return re.sub(r'"\s*"', "", literals)
