"""The operator's day: settings that are checked before anything starts, sentences instead of messages of a shell, paths of any letters."""
import json
import os
import pathlib
import re
import signal
import stat
import subprocess

import pytest

from tests.lib import Client, Instance
from tests.lib.instance import BUILD, ROOT, free_port, wait_for

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs another user")
SCRIPT = ROOT / "apps/instance/instance.sh"
VERSION = (ROOT / "apps/instance/VERSION").read_text(encoding="ascii").strip()
VERBS = ("stop", "status", "psql", "backup", "restore", "base-backup", "recover", "create-org", "platform-admin", "reset-factor",
         "list-orgs", "audit-verify", "rotate-key")


def run(*arguments, user=None, cwd=ROOT, **environment):
    """(status, output) of a command with this environment, the name of what was built, and no other."""
    become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"] if user else []
    own = {"PATH": os.environ["PATH"], "BUILD": os.path.relpath(BUILD, ROOT)}
    done = subprocess.run([*become, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120, check=False,
                          stdin=subprocess.DEVNULL, env={**own, **{k: str(v) for k, v in environment.items()}})
    return done.returncode, done.stdout + done.stderr


# Setting, a value that it cannot have, and what is said.
WRONG = [
    ("PORT", "0", "PORT must be a whole number from 1 to 65535, not \"0\"."),
    ("PORT", "80a", "PORT must be a whole number"),
    ("PORT", "99999999999999999999", "PORT must be a whole number"),
    ("PROCESSES", "-1", "PROCESSES must be a whole number from 2 to 512"),
    ("MEMORY_MB", "much", "MEMORY_MB must be a whole number"),
    ("SHARED_BUFFERS_MB", "999999", "SHARED_BUFFERS_MB=999999 is more than this machine's memory"),
    ("LIMIT_REGISTER", "abc", "LIMIT_REGISTER must be a whole number from 0 to 1000000"),
    ("LIMIT_GENERATE", "1.5", "LIMIT_GENERATE must be a whole number"),
    ("DEFAULT_PLAN", "NOPE", "DEFAULT_PLAN must be one of: FREE STARTER GROWTH PROFESSIONAL ENTERPRISE; not \"NOPE\"."),
    ("SIGNUPS", "maybe", "SIGNUPS must be one of: open closed"),
    ("LOG", "journal", "LOG must be one of: files stdout syslog"),
    ("LISTEN", "localhost", "LISTEN: \"localhost\" is no IP address."),
    ("LISTEN", "127.0.0.1 *", "LISTEN: \"*\" is no IP address."),
    ("TRUSTED_PROXIES", "1.2.3.4.5", "TRUSTED_PROXIES: \"1.2.3.4.5\" is no IP address and no network"),
    ("TRUSTED_PROXIES", "10.0.0.1/8", "TRUSTED_PROXIES: \"10.0.0.1/8\" is no IP address and no network"),
    ("BASE_URL", "muster.example.com", "BASE_URL must look like https://host"),
    ("BASE_URL", "https://muster.example.com/x", "BASE_URL must look like https://host"),
    ("BASE_URL", "https://muster.example.com", "TRUSTED_PROXIES must name its addresses"),
    ("SMTP_URL", "smtp://me:secret-word@mail.example.com", "SMTP_URL must begin with smtp:// or smtps://"),
    ("SMTP_CA_FILE", "ca.pem", "SMTP_CA_FILE must be an absolute path"),
    ("WAL_ARCHIVE", "wal", "WAL_ARCHIVE must be an absolute path"),
    ("MAIL_FROM", "a@example.com\nBcc: b@example.com", "MAIL_FROM must be one line"),
    ("LOG_FILES", "0", "LOG_FILES must be a whole number from 1 to 1000"),
]


@pytest.mark.parametrize("name, value, words", WRONG, ids=[f"{name}={value!r}" for name, value, _ in WRONG])
def test_a_setting_is_checked_before_anything_starts(tmp_path, name, value, words):
    """A sentence that names it; nothing is made. A secret that does not belong there is not repeated."""
    code, out = run(SCRIPT, "start", VAR=tmp_path / "var", **{name: value})
    assert code == 1 and words in out and "secret-word" not in out, out
    assert "Nothing was started" in out and not (tmp_path / "var").exists()
    assert not re.search(r"line \d|syntax", out)


def test_all_faults_are_said_at_once(tmp_path):
    """One line a fault."""
    faults = {name: value for name, value, words in WRONG if words.startswith(f"{name} must be")}
    code, out = run(SCRIPT, "check", VAR=tmp_path / "var", **faults)
    said = [line.split()[0] for line in out.splitlines()[:-1]]
    assert code == 1 and sorted(said) == sorted(faults) and len(faults) >= 8


def test_what_may_be_set(tmp_path):
    """Leading zeros, empty values, networks, both kinds of addresses; wrong settings do not keep anybody from stopping."""
    fine = {"PORT": "08080", "LISTEN": "127.0.0.1 ::1 [::1]", "TRUSTED_PROXIES": "192.0.2.0/24 2001:db8::1 10.0.0.1", "SIGNUPS": "",
            "BASE_URL": "https://muster.example.com:8443/"}
    assert run(SCRIPT, "check", VAR=tmp_path / "var", **fine) == (0, "Every setting can be used.\n")
    assert run(SCRIPT, "check", BASE_URL="https://muster.example.com", TRUSTED_PROXIES="none")[0] == 0
    code, out = run(SCRIPT, "stop", VAR=tmp_path / "var", PORT="abc")
    assert code == 1 and "There is no instance" in out


def test_a_language_that_the_machine_does_not_have():
    """Neither script nor make says anything about it."""
    assert run(SCRIPT, "check", LC_ALL="xx_YY.UTF-8", LANG="xx_YY.UTF-8") == (0, "Every setting can be used.\n")
    assert "setlocale" not in run("make", "help", LC_ALL="xx_YY.UTF-8")[1]


def test_version():
    """Every program and the script say the same, and so does the health of what runs (see test_ready)."""
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[a-z0-9.]+)?", VERSION)
    for program in sorted((BUILD / "bin").glob("muster-*")):
        assert run(program, "--version") == (0, f"{program.name} {VERSION}\n")
    for word in ("--version", "version"):
        assert run(SCRIPT, word) == (0, f"muster {VERSION}\n")


def test_usage():
    """Every verb with what it does and who may; an unknown one is an error."""
    code, out = run(SCRIPT, "--help")
    assert code == 0 and "as root or as the user whose instance it is" in out
    for verb in (*VERBS, "start", "init", "check", "purge", "version"):
        assert re.search(rf"^  {verb} .*  \w", out, re.M), verb
    for words in ((), ("nonsense",), ("start|",), ("st.*",)):
        code, out = run(SCRIPT, *words)
        assert code == 1 and out.startswith("usage: ")


@as_root
def test_verbs_of_another_user(instance):
    """Whose instance it is, and who may do it; the instance goes on."""
    for verb in (*VERBS, "purge", "start"):
        code, out = run(SCRIPT, verb, user=65534, cwd="/", VAR=instance.var, PORT=free_port())
        assert code == 1 and ("run this as root or as that user" in out or "already runs" in out), (verb, out)
        assert len(out.splitlines()) == 1, out
    assert Client(instance).get("/healthz").status_code == 200


@as_root
def test_a_place_that_is_closed(tmp_path):
    """What cannot be looked into is not called missing."""
    place = tmp_path / "closed"
    (place / "var/run").mkdir(parents=True)
    place.chmod(0o700)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != folder.parent and not folder.stat().st_mode & stat.S_IXOTH:
            folder.chmod(0o711)
    code, out = run(SCRIPT, "status", user=65534, cwd="/", VAR=place / "var")
    assert code == 1 and f"{place} is root's and closed to nobody" in out, out


NAMES = ["Übung 日本", "two words", "q'uote\"s", "$HOME `id` ; {x} [ab]* @A@ \\b #%", "x" * 120]


class Odd(Instance):
    """Its folder has a name that somebody may choose."""

    def __init__(self, word, **settings):
        super().__init__(**settings)
        self.var = self.top / word


@pytest.mark.parametrize("name", NAMES)
def test_a_path_of_any_letters(name):
    """It starts, serves, is backed up and restored, and stops; a demo is made and played there."""
    with Odd(name, DEMO=1, PROCESSES=2) as own:
        assert "ready:" in own.text() and "Demo sign-in" in own.text(), own.text()
        person = Client(own).register().signin()
        exercise = person.run("bec", questionCount=3)
        done = run(*own.command("backup", own.top / f"{name[:40]}.dump"), **own.environment())
        assert done[0] == 0, done[1]
        done = run(*own.command("restore", own.top / f"{name[:40]}.dump", "--replace"), **own.environment())
        assert done[0] == 0, done[1]
        assert person.session(exercise)["id"] == exercise
        own.disconnect()
        assert own.terminate() == 0 and own.pids() == []


@as_root
def test_a_full_disk_at_the_start(small_disk):
    """One sentence with numbers."""
    with open(small_disk / "fill", "wb") as fill, pytest.raises(OSError):
        while True:
            fill.write(b"\0" * (1 << 20))
            fill.flush()
    code, out = run(SCRIPT, "start", VAR=small_disk / "var")
    assert code == 1 and re.fullmatch(r"The disk of VAR=\S+ is full: 0 MB are free, and a start needs 128\.\n", out), out


def test_additions_to_the_database_s_settings():
    """They are kept across starts, cannot open the database to others, and a wrong one is named before anything starts."""
    with Instance(PROCESSES=2) as own:
        file = own.var / "etc/postgresql.local.conf"
        kept = "log_autovacuum_min_duration = 17s\nlisten_addresses = '*'\nhba_file = '/dev/null'\n"
        for text, begins in ((kept, True), ("work_memm = 4MB\n", False)):
            own.disconnect()
            own.terminate()
            file.write_text(text, encoding="ascii")
            if begins:
                own.start()
                assert own.value("SHOW log_autovacuum_min_duration") == "17s" and own.value("SHOW listen_addresses") == ""
                assert file.read_text(encoding="ascii") == text
        with pytest.raises(AssertionError, match="does not accept .*postgresql.local.conf") as failure:
            own.start()
        assert "work_memm" in str(failure.value)


@pytest.mark.long
def test_a_stop_ends_whatever_hangs():
    """Every process of every service is frozen, which no signal but one ends: still all is over in time, and the data are whole."""
    with Instance(PROCESSES=2) as own:
        person = Client(own).register().signin()
        exercise = person.run("bec", questionCount=3)
        own.disconnect()
        for program in ("nginx", "muster-auth", "muster-exercises", "muster-portal", "muster-jobs", "postgres"):
            assert own.kill(program, signal.SIGSTOP), program
        code, out = run(*own.command("stop"), **own.environment())
        assert code == 0, out
        assert own.process.wait(10) == 0 and own.pids() == []
        own.start()
        assert person.session(exercise)["id"] == exercise


def test_logs_are_kept_as_the_settings_say():
    """Files and their size reach the logger; JSON is JSON in every line of the programs."""
    with Instance(PROCESSES=2, LOG_FORMAT="json", LOG_FILES=3, LOG_FILE_MB=2) as own:
        request = Client(own).get("/api/public/signup-status").headers["X-Request-Id"]
        commands = {pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in own.pids("s6-log")}
        assert commands and all("\0n3\0s2000000\0" in command for command in commands)
        wait_for(lambda: request in (own.var / "log/auth/current").read_text(encoding="utf-8"), "the line")
        lines = [json.loads(line.partition("  ")[2]) for line in (own.var / "log/auth/current").read_text(encoding="utf-8").splitlines()]
        assert all({"time", "level", "service", "requestId", "message"} == set(line) for line in lines)


def test_syslog(tmp_path):
    """Without a syslog service it is said before anything starts; with one each service's lines go there by name, not into files."""
    if not os.path.exists("/dev/log"):
        code, out = run(SCRIPT, "check", LOG="syslog")
        assert code == 1 and "nobody listens on /dev/log" in out
    service = tmp_path / "portal/log"
    service.mkdir(parents=True)
    (service / "run").write_bytes((ROOT / "apps/instance/services/log/run").read_bytes())
    (service / "given").write_text("become=''\n", encoding="ascii")
    shim = tmp_path / "bin"
    shim.mkdir()
    (shim / "logger").write_text('#!/bin/sh\necho "$@"\ncat\n', encoding="ascii")
    (shim / "logger").chmod(0o755)
    done = subprocess.run(["sh", "./run"], cwd=service, input="a line\n", capture_output=True, text=True, check=True, timeout=20,
                          env={"PATH": f"{shim}:/usr/bin:/bin", "LOG": "syslog"})
    assert done.stdout == "--priority daemon.info --tag muster-portal\na line\n"
