"""The bench's instances: kept below BUILD/bench between runs, so that their data sets are loaded once."""
import concurrent.futures
import hashlib
import itertools
import os
import pathlib
import random
import shutil
import subprocess
import threading

from tests.lib.client import Client
from tests.lib.instance import BUILD, ROOT, Instance, free_port
from tests.lib.library import Library

HERE = pathlib.Path(__file__).resolve().parent
PLACE = BUILD.resolve() / "bench"
# Callers by kind: people made through the API, one organisation each.
CALLERS = {"template": 1, "ten": 1, "fivehundred": 1, "list": 16, "player": 8, "generator": 4}
FULL = {"orgs": 1000, "per_org": 508, "answered": 50000}
SMALL = {"orgs": 928, "per_org": 5, "answered": 1000}
TEMPLATES = 240
PERFECT = 60  # templates without a wrong answer: their exercises have certificates
QUESTIONS = 12


class Kept(Instance):
    """An instance that survives the run that made it."""

    def __init__(self, name, size):  # pylint: disable=super-init-not-called  # its folder is ours, not a throw-away one
        self.fresh = True  # the data set comes with a database of its own
        self.settings = {"DEMO": "0", "RATE_LIMIT_PER_MINUTE": "0", "LIMIT_GENERATE": "0", "LIMIT_SIGNIN_ADDRESS": "0"}
        self.size = size
        self.top = PLACE / name
        self.var = self.top / "var"
        self.port = free_port()
        self.process = None
        self.output = []
        self._reader = None
        self._addresses = itertools.count(random.randint(1, 1 << 20))
        self._local = threading.local()

    def start(self):
        """Starts with its data set, loading or rebuilding that when it is missing or of another schema."""
        marker = self.top / "fingerprint"
        wanted = fingerprint(self.size)
        if (self.var / "run/pid").exists():  # of a bench that was killed
            subprocess.run(self.command("stop"), cwd=ROOT, env=self.environment(), check=False)
        if os.environ.get("BENCH_FRESH") == "1" or not marker.exists() or marker.read_text(encoding="utf-8") != wanted:
            self.purge()
            self.top.mkdir(parents=True)
            super().start()
            self.load()
            marker.write_text(wanted, encoding="utf-8")
        else:
            super().start()
        static = self.var / "app/share/muster/html/img/bench-1k.txt"
        static.parent.mkdir(exist_ok=True)
        static.write_text("x" * 1023 + "\n", encoding="ascii")
        static.chmod(0o644)
        static.parent.chmod(0o755)
        return self

    def stop(self):
        self.disconnect()
        if self.process and self.process.poll() is None:
            self.terminate()

    def purge(self):
        if self.top.exists():
            subprocess.run(self.command("purge"), cwd=ROOT, env=self.environment(), check=True)
            shutil.rmtree(self.top)

    def psql(self, file, **variables):
        settings = [f"--set={name}={value}" for name, value in variables.items()]
        subprocess.run(["psql", "--no-psqlrc", "--quiet", "--output=/dev/null", *settings, f"--file={HERE / file}",
                        f"host={self.socket_dir} user=postgres dbname=muster passfile={self.passfile}"], check=True)

    def callers(self, kind):
        return self.sql("SELECT org_id::text, user_id::text, key FROM bench.caller WHERE kind = %s ORDER BY user_id", kind)

    def load(self):
        print(f"Loading the data set {self.top.name}: {self.size} ...", flush=True)
        self.sql("CREATE SCHEMA bench")
        self.sql("CREATE TABLE bench.caller (kind text, org_id uuid, user_id uuid, key text)")
        self.sql("CREATE TABLE bench.template (n bigint, org_id uuid, exercise_id uuid, participant_id uuid)")
        clients = [self.join(kind, number) for kind, count in CALLERS.items() for number in range(count)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            ids = list(pool.map(lambda n: play(Client(self, key=clients[0].key), n), range(TEMPLATES)))
        for n, exercise in enumerate(ids):
            self.sql("INSERT INTO bench.template SELECT %s, org_id, exercise_id, id FROM muster.participant WHERE exercise_id = %s",
                     n, exercise)
        self.psql("dataset.sql", **self.size)
        self.sql("VACUUM (FREEZE, ANALYZE)")
        self.sql("CHECKPOINT")

    def join(self, kind, number):
        person = Client(self).register(organization=f"Bench {kind} {number}").signin()
        client = person.api_key()
        self.sql("INSERT INTO bench.caller VALUES (%s, %s, (SELECT id FROM muster.app_user WHERE email = %s), %s)",
                 kind, person.me["orgId"], person.email, client.key)
        return client


def fingerprint(size):
    """Changes when the schema, the library or the loading change."""
    total = hashlib.sha256(repr((size, CALLERS, TEMPLATES, PERFECT, QUESTIONS)).encode())
    for file in [*sorted(ROOT.glob("sql/*/**/*.sql")), HERE / "dataset.sql", *sorted((BUILD / "library").glob("*.json"))]:
        total.update(file.read_bytes())
    return total.hexdigest()


def play(client, number):
    """Generates exercise `number` and plays it to its end; returns its id."""
    themes = Library.themes()
    return client.run(themes[number % len(themes)], "best" if number < PERFECT else "mixed", seed=number, questionCount=QUESTIONS,
                      difficulty=("BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT")[number // 3 % 4])
