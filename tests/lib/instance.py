"""A throw-away instance of the product: its own VAR, port, database, nginx and families."""
import atexit
import fcntl
import hashlib
import itertools
import os
import pathlib
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import psycopg2
import psycopg2.extras

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("BUILD", "build")
START_SECONDS = 120
SANITIZER = re.compile(r"(ERROR: (?:Address|Leak)Sanitizer|runtime error:).*")


def wait_for(condition, what, seconds=20, pause=0.02):
    """Polls until condition() is true and returns its value; an AssertionError names what did not happen."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(pause)


def free_port():
    """A port nobody has, below the range from which the kernel gives out ports to clients."""
    while True:
        port = random.SystemRandom().randint(15000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def reachable(folder):
    """Lets an instance's user, who need not be the one that tests run as, reach a folder of this run."""
    top = pathlib.Path(tempfile.gettempdir())
    for one in (folder, *folder.parents):
        if one == top:
            break
        one.chmod(0o755)
    return folder


def prepared_cluster():
    """The database of an instance that was made and never used, made once a run; None outside of run.sh, whose folder holds it."""
    top = os.environ.get("MUSTER_TESTS_TMP")
    if not top:
        return None
    place = pathlib.Path(top) / "prepared"
    with open(place.with_suffix(".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "done").exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            one = Instance()
            one.port = free_port()
            try:
                done = subprocess.run(one.command("init"), cwd=ROOT, env=one.environment(), capture_output=True, text=True,
                                      timeout=START_SECONDS, check=False)
                assert done.returncode == 0, f"the database was not prepared:\n{done.stdout}{done.stderr}"
                subprocess.run(["cp", "--archive", str(one.var / "pg"), str(place)], check=True)
            finally:
                one.stop()
            (place / "done").touch()
    return place / "pg"


class Instance:
    """Settings are those of instance.sh (PROCESSES=2, SIGNUPS="closed"); DEMO is 0 unless given. fresh: it begins with nothing
    instead of a copy of a database that has been migrated and never used."""

    def __init__(self, fresh=False, **settings):
        self.fresh = fresh
        small = {"DEMO": "0", "MEMORY_MB": "512"}  # of many at once
        if str(settings.get("BASE_URL", "")).startswith("https:"):
            small["TRUSTED_PROXIES"] = "none"
        self.settings = {**small, **{name: str(value) for name, value in settings.items()}}
        top = os.environ.get("MUSTER_TESTS_TMP") or tempfile.gettempdir()
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="muster-test-", dir=top))
        self.top.chmod(0o755)  # as root the instance runs as another user
        self.var = self.top / "var"
        self.port = None
        self.process = None
        self.output = []
        self._reader = None
        self._addresses = itertools.count(random.randint(1, 1 << 20))
        self._local = threading.local()
        atexit.register(self.stop)

    # ---- life ----

    def environment(self):
        keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TERM", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
        return {**keep, "BUILD": os.path.relpath(BUILD, ROOT), "VAR": str(self.var), "PORT": str(self.port), **self.settings}

    def command(self, verb, *arguments):
        return [str(ROOT / "apps/instance/instance.sh"), verb, *arguments]

    def start(self):
        """Returns when "ready:" was printed. A port that was taken in the meantime is replaced by another one."""
        if not self.fresh and not self.var.exists():
            self.copy_cluster()
        for _ in range(5):
            self.port = int(self.settings["PORT"]) if "PORT" in self.settings else self.port or free_port()
            self.spawn()
            if self._wait_ready():
                return self
            if "PORT" in self.settings or f"ort {self.port}" not in self.text():
                break
            self.port = None
        raise AssertionError(f"the instance did not start:\n{self.text()}")

    def copy_cluster(self):
        prepared = prepared_cluster()
        if prepared:
            self.var.mkdir(mode=0o755)
            subprocess.run(["cp", "--archive", str(prepared), str(self.var)], check=True)

    def spawn(self):
        """Starts it without waiting."""
        self.output = []
        self.process = subprocess.Popen(self.command("start"), cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()

    def _read(self, process):
        for line in process.stdout:
            self.output.append(line)

    def text(self):
        return "".join(self.output)

    def _wait_ready(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if any(line.startswith("ready: ") for line in self.output):
                return True
            if self.process.poll() is not None:
                self._reader.join(5)
                return False
            time.sleep(0.02)
        return False

    def terminate(self, number=signal.SIGTERM, seconds=60):
        """Sends the signal to the main process and returns its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(seconds)
        self._reader.join(10)
        return code

    def stop(self):
        """Ends it, fails on what a sanitizer found, removes everything."""
        if not self.top.exists():
            return
        atexit.unregister(self.stop)
        self.disconnect()
        if self.process and self.process.poll() is None:
            try:
                self.terminate()
            except subprocess.TimeoutExpired:
                self.process.kill()
        found = self.sanitizer_reports()
        purge = subprocess.run(self.command("purge"), cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False)
        shutil.rmtree(self.top, ignore_errors=True)
        assert purge.returncode == 0, purge.stderr
        assert not found, "sanitizer:\n" + "\n".join(found)

    def sanitizer_reports(self):
        return [f"{name}: {m.group(0)}" for name, text in self.logs() for m in SANITIZER.finditer(text)]

    def logs(self):
        """(service, text) of everything that was logged."""
        for file in sorted(self.var.glob("log/*/*")) + sorted(self.var.glob("log/supervisor")):
            if file.is_file() and file.name not in ("lock", "state"):
                yield file.parent.name, file.read_text(encoding="utf-8", errors="replace")

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    # ---- addresses ----

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self):
        return self.settings.get("BASE_URL", f"http://localhost:{self.port}")

    @property
    def socket_dir(self):
        """Where the sockets are: in VAR, or elsewhere when that path is too long for a socket."""
        text = (self.var / "etc/postgresql.conf").read_text(encoding="utf-8")
        return re.search(r"unix_socket_directories\s*=\s*'([^']+)'", text).group(1)

    @property
    def passfile(self):
        """PGPASSFILE for the superuser where one user does everything; where there is none, root needs no password."""
        return self.var / "pg/pgpass"

    def new_address(self):
        """A loopback address no client of this instance has had, in a network of its own: attempt limits count by address, and by what
        is around it."""
        n = next(self._addresses)
        return f"127.{1 + n % 250}.{n // 250 % 256}.{1 + n // (250 * 256) % 254}"

    # ---- database ----

    def connect(self, user="postgres"):
        connection = psycopg2.connect(host=self.socket_dir, dbname="muster", user=user, passfile=str(self.passfile))
        connection.autocommit = True
        return connection

    def sql(self, text, *args):
        """Runs a statement as superuser; rows as a list of dictionaries, or [] for a statement without any or without columns."""
        connection = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            connection = self._local.connection = self.connect()
        try:
            with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
                cursor.execute(text, args or None)
                return [dict(row) for row in cursor.fetchall()] if cursor.description else []
        except psycopg2.OperationalError:
            self.disconnect()
            raise

    def value(self, text, *args):
        """The one value of the one row."""
        (row,) = self.sql(text, *args)
        (value,) = row.values()
        return value

    @staticmethod
    def hold_log(cursor, org_id):
        """Takes every lane of an organisation's audit log until the cursor's transaction ends: no act of it is finished before."""
        cursor.execute("SELECT FROM muster.audit_head WHERE org_id = %s FOR UPDATE", (org_id,))
        cursor.execute("INSERT INTO muster.audit_head (org_id, lane, link, seq, hash) SELECT %s, n, 0, 0, muster.audit_first_hash(%s, n) "
                       "FROM generate_series(0, 63) n ON CONFLICT DO NOTHING", (org_id, org_id))

    def disconnect(self):
        connection = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None and not connection.closed:
            connection.close()

    def invite(self, org_id, email, role="MEMBER", expires="1 day"):
        """An invitation as an administrator would make it; returns the token."""
        token = secrets.token_urlsafe(32)
        self.sql("INSERT INTO muster.invitation (org_id, email, role, token_hash, expires_at) "
                 "VALUES (%s, %s, %s, %s, now() + %s::interval)",
                 org_id, email.lower(), role, hashlib.sha256(token.encode()).digest(), expires)
        return token

    def open_org(self, email, name):
        """A new organisation whose first administrator has an invitation by mail; returns the token."""
        org = self.value("INSERT INTO muster.org (name, slug, plan) VALUES (%s, %s, 'ENTERPRISE') RETURNING org_id::text", name,
                         "opened-" + secrets.token_hex(8))
        token = self.invite(org, email, "CLIENT_ADMIN")
        self.sql("UPDATE muster.invitation SET mail_id = gen_random_uuid() WHERE org_id = %s", org)
        return token

    # ---- services ----

    def service_dir(self, name):
        return self.var.resolve() / "run/services" / name

    def service(self, name, action):
        """s6-svc: "-d" stops, "-u" starts, "-k" kills."""
        subprocess.run(["s6-svc", action, str(self.service_dir(name))], check=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})

    def stop_service(self, name):
        self.service(name, "-d")
        wait_for(lambda: not self.is_up(name), f"{name} stops", 30)

    def start_service(self, name):
        self.service(name, "-u")
        wait_for(lambda: self.is_up(name), f"{name} starts", 30)

    def is_up(self, name):
        state = subprocess.run(["s6-svstat", "-o", "up", str(self.service_dir(name))], check=True, capture_output=True, text=True)
        return state.stdout.strip() == "true"

    def pids(self, program=None):
        """Processes of this instance: of one program (muster-auth, nginx, postgres), or all."""
        var = str(self.var.resolve())
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                line = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                mine, name = var in line, os.path.basename(line[0])  # a program that serves shows its user no more than this
                mine = mine or os.readlink(entry / "cwd").startswith(var + "/")
                mine = mine or var in (entry / "environ").read_bytes().decode(errors="replace")
                name = os.path.basename(os.readlink(entry / "exe")).removesuffix(" (deleted)")
            except (FileNotFoundError, ProcessLookupError):
                continue
            except PermissionError:
                mine = mine and name.startswith("muster-")
            if mine and int(entry.name) != os.getpid() and program in (None, name):
                found.append(int(entry.name))
        return sorted(found)

    def kill(self, program, number=signal.SIGKILL):
        """kill -9 of all processes of a program; returns the numbers they had."""
        pids = self.pids(program)
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass
        return pids
