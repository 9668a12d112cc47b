"""The bench's instances. A data set is loaded once and kept below BUILD/bench; every run works on a copy that is gone afterwards."""
import concurrent.futures
import contextlib
import hashlib
import os
import shutil
import subprocess

import psycopg2

from tests.bench import settings
from tests.lib import library
from tests.lib.client import Client
from tests.lib.instance import BUILD, ROOT, Instance, wait_for
from tests.lib.library import Library

HERE = ROOT / "tests/bench"
PLACE = BUILD.resolve() / "bench"
QUESTIONS = 12
WRITERS = 32
CROWD_PEOPLE = 200
# Numbers of organisations beside the ordinary ones, which count from 0. An organisation's first person has its number.
TEN, BIG, CROWD, TEAM = 1_000_000, 2_000_000, 3_000_000, 4_000_000
FIRST_ANSWERED = 4  # number of an organisation's first exercise with answers

# orgs with per_org exercises each, of which so many are answered; big: exercises of the one large organisation; runs: unanswered
# runs of ordinary people; templates: exercises played through the API, of which all others are copies.
FULL = {"orgs": 1000, "per_org": 508, "answered": 50, "big": 50_000, "runs": 60_000, "templates": 240}
HUNDREDTH = {**FULL, "orgs": 10, "big": 500, "runs": 10, "templates": 24}
QUICK = {"orgs": 40, "per_org": 60, "answered": 20, "big": 2_000, "runs": 3_000, "templates": 12}


def key(person):
    return f"tc_bench-{person}"


def named(*parts):
    """The id of what has this name (dataset.sql)."""
    digest = hashlib.md5("".join(map(str, parts)).encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:]))


class Guest(Client):
    """Replies of an older commit are not held to today's contract."""

    def request(self, *args, contracted=False, **options):  # pylint: disable=arguments-differ
        return super().request(*args, contracted=contracted, **options)


class Site(Instance):
    """An instance with a data set, of this tree or of another one that is built below root/build."""

    def __init__(self, name, size, root=ROOT, build=BUILD):
        super().__init__(fresh=True, RATE_LIMIT_PER_MINUTE=0, LIMIT_GENERATE=0, LIMIT_SIGNIN_ADDRESS=0, LIMIT_WRITES=0,
                         PROCESSES=settings.PROCESSES)
        self.size, self.root, self.build = size, root, build
        self.store = PLACE / name
        own = root / "tests/bench/dataset.sql"  # knows the tree's schema; before there were people with numbers it was another program
        self.dataset = own if own.exists() and "bench.person" in own.read_text(encoding="utf-8") else HERE / "dataset.sql"

    def environment(self):
        return {**super().environment(), "BUILD": os.path.relpath(self.build, self.root)}

    def command(self, verb, *arguments):
        return [str(self.root / "apps/instance/instance.sh"), verb, *arguments]

    def start(self):
        if settings.FRESH or not self.is_prepared():
            self.prepare()
        self.var.mkdir(mode=0o755)
        subprocess.run(["cp", "--archive", str(self.store / "pg"), str(self.var)], check=True)
        super().start()
        static = self.var / "app/share/muster/html/img/bench-1k.txt"
        static.parent.mkdir(exist_ok=True)
        static.write_text("x" * 1023 + "\n", encoding="ascii")
        static.chmod(0o644)
        static.parent.chmod(0o755)
        return self

    # ---- the data set ----

    def fingerprint(self):
        """Changes when the schema, the library or the loading change."""
        total = hashlib.sha256(repr((self.size, QUESTIONS, WRITERS, CROWD_PEOPLE)).encode())
        sql = [file for file in sorted((self.root / "sql").rglob("*.sql")) if "queries" not in file.parts]
        for file in [*sql, self.dataset, *sorted((self.build / "library").glob("*.json"))]:
            total.update(file.read_bytes())
        return total.hexdigest()

    def is_prepared(self):
        marker = self.store / "fingerprint"
        return marker.exists() and marker.read_text(encoding="ascii") == self.fingerprint()

    def prepare(self):
        settings.say(f"loading the data set {self.store.name}: {self.size}")
        shutil.rmtree(self.store, ignore_errors=True)
        self.store.mkdir(parents=True)
        super().start()
        self.load()
        self.disconnect()
        self.terminate()
        shutil.move(self.var.resolve() / "pg", self.store / "pg")
        subprocess.run(self.command("purge"), cwd=self.root, env=self.environment(), check=True)
        (self.store / "fingerprint").write_text(self.fingerprint(), encoding="ascii")

    def load(self):
        self.sql("CREATE SCHEMA bench")
        self.sql("CREATE TABLE bench.template (n bigint, org_id uuid, exercise_id uuid, participant_id uuid)")
        with library_of(self.build):
            player = Guest(self).register(organization="Bench templates").signin().api_key()
            rare, *themes = Library.themes()
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                ids = list(pool.map(lambda n: play(Guest(self, key=player.key), themes, n), range(self.size["templates"])))
        for n, exercise in enumerate(ids):
            self.sql("INSERT INTO bench.template SELECT %s, org_id, exercise_id, id FROM muster.participant WHERE exercise_id = %s",
                     n, exercise)
        self.load_numbers(rare_theme=rare, ten=TEN, big_org=BIG, crowd=CROWD, crowd_people=CROWD_PEOPLE, team=TEAM, writers=WRITERS,
                          **{name: count for name, count in self.size.items() if name != "templates"})
        self.sql("ALTER SYSTEM SET max_connections = 120")  # pgbench has 32 beside those of the product
        self.sql("VACUUM (FREEZE, ANALYZE)")
        self.sql("CHECKPOINT")

    def load_numbers(self, **variables):
        values = [f"--set={name}={value}" for name, value in variables.items()]
        subprocess.run(["psql", "--no-psqlrc", "--quiet", "--output=/dev/null", *values, f"--file={self.dataset}",
                        f"host={self.socket_dir} user=postgres dbname=muster passfile={self.passfile}"], check=True)

    def rare_theme(self):
        """The one that hardly any exercise has."""
        with library_of(self.build):
            return Library.themes()[0]

    # ---- cold caches ----

    def cool_down(self):
        """Restarts the database with empty buffers, and its files leave the system's memory too: the next touch reads the disk."""
        self.disconnect()
        self.stop_service("postgres")
        for file in (self.var.resolve() / "pg").rglob("*"):
            if file.is_file():
                descriptor = os.open(file, os.O_RDONLY)
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(descriptor)
        self.start_service("postgres")
        wait_for(self.accepts, "the database accepts connections")

    def accepts(self):
        try:
            return self.value("SELECT 1")
        except psycopg2.OperationalError:
            return False


@contextlib.contextmanager
def library_of(build):
    """tests.lib.library reads the library that was built here instead."""
    before, library.BUILD = library.BUILD, build
    Library.of.cache_clear()
    try:
        yield
    finally:
        library.BUILD = before
        Library.of.cache_clear()


def play(client, themes, number):
    """Generates exercise `number` and plays it to its end; returns its id. In a quarter of them everything is right."""
    return client.run(themes[number % len(themes)], "best" if number % 4 == 0 else "mixed", seed=number, questionCount=QUESTIONS,
                      difficulty=("BEGINNER", "INTERMEDIATE", "ADVANCED")[number // 3 % 3])
