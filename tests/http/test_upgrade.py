"""Data of the first release, kept as a dump, after this version has started on it: people go on where they were."""
import gzip
import os
import subprocess

import pytest

from tests.lib.client import Client
from tests.lib.instance import ROOT, Instance

DUMP = ROOT / "tests/sql/data/release-1.sql.gz"


@pytest.fixture(scope="module", name="upgraded")
def upgraded_instance():
    instance = Instance().start()
    try:
        instance.sql("DROP SCHEMA muster CASCADE")
        instance.sql("DROP TABLE public.schema_version, public.schema_file")
        subprocess.run(["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--host", instance.socket_dir,
                        "--username=postgres", "--dbname=muster"], input=gzip.decompress(DUMP.read_bytes()), check=True,
                       env={**os.environ, "PGPASSFILE": str(instance.passfile)})
        assert instance.value("SELECT max(version) FROM schema_version") == 25
        instance.terminate()
        instance.disconnect()
        yield instance.start()
    finally:
        instance.stop()


@pytest.fixture(name="ana")
def somebody_of_the_first_release(upgraded):
    email = upgraded.value("SELECT email FROM muster.app_user WHERE first_name = 'Ana'")
    return Client(upgraded).signin(email, Client(upgraded).register().password)


def test_it_starts_and_says_what_there_was(upgraded):
    for verb in ("audit-verify", "list-orgs"):
        done = subprocess.run(upgraded.command(verb), cwd=ROOT, env=upgraded.environment(), capture_output=True, text=True, check=True)
        assert "Größe & Söhne" in done.stdout or "Every audit log is whole." in done.stdout


def test_exercises_can_be_seen_finished_and_certified(upgraded, ana):
    """G1: reports and certificates of then are those of now; a run that was begun is played to its end."""
    runs = ana.call("GET", "/api/portal/sessions")
    done = [run for run in runs if run["status"] == "COMPLETED"]
    (begun,) = [run for run in runs if run["status"] == "IN_PROGRESS"]
    assert len(done) >= 3
    for run in done:
        assert ana.call("GET", f"/api/portal/report?sessionId={run['id']}")
    ana.play(begun["id"])
    assert ana.session(begun["id"])["status"] == "COMPLETED"
    certificate = upgraded.value("SELECT c.id::text FROM muster.certificate c JOIN muster.app_user u ON u.id = c.user_id "
                                 "WHERE u.first_name = 'Ana' LIMIT 1")
    assert Client(upgraded).call("GET", f"/api/public/certificates/{certificate}")["status"] == "valid"


def test_new_acts_continue_the_log(upgraded, ana):
    """A12: entries of now are chained to those of then."""
    before = len(ana.call("GET", "/api/portal/audit-log?limit=100"))
    ana.api_key()
    assert len(ana.call("GET", "/api/portal/audit-log?limit=100")) > before
    done = subprocess.run(upgraded.command("audit-verify"), cwd=ROOT, env=upgraded.environment(), capture_output=True, text=True,
                          check=True)
    assert "Every audit log is whole." in done.stdout


def test_export_and_erasure_find_everything(ana):
    """E1, E2: of a person of then."""
    export = ana.call("GET", "/api/portal/gdpr-export")
    assert len(export["exerciseHistory"]) >= 4
