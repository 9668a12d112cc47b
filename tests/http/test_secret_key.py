"""The key that seals secrets: no start without a real one, rotation, killed at any moment. Rule B1."""
import base64
import ctypes
import ctypes.util
import grp
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

from tests.lib import Client, Instance, otp, proc
from tests.lib.client import PASSWORD
from tests.lib.instance import BUILD, wait_for
from tests.lib.mail import text_of, wait_for_mail

REAL = "k1:" + base64.b64encode(bytes(range(32))).decode() + "\n"
BROKEN = {
    "missing": (None, 0o600, "is missing"),
    "world-readable": (REAL, 0o644, "0600"),
    "malformed": ("secret\n", 0o600, "malformed"),
    "too short": ("k1:" + base64.b64encode(b"short").decode() + "\n", 0o600, "32 bytes"),
    "all zero": ("k1:" + base64.b64encode(bytes(32)).decode() + "\n", 0o600, "zeros"),
    "empty": ("", 0o600, "empty"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_b1_no_start_without_a_real_key(tmp_path, kind):
    """B1: the program ends at once with a clear sentence that does not repeat the file's content."""
    text, mode, part = BROKEN[kind]
    file = tmp_path / "secret.key"
    if text is not None:
        file.write_text(text, encoding="ascii")
        file.chmod(mode)
    done = subprocess.run([str(BUILD / "bin/muster-auth")], capture_output=True, text=True, timeout=20, check=False,
                          env={"DATABASE_URL": "host=/nonexistent", "SECRET_KEY_FILE": str(file)})
    assert done.returncode == 1 and part in done.stderr and str(file) in done.stderr, done.stderr
    assert not text or text.partition(":")[2].strip() not in done.stderr or not text.partition(":")[2]
    unset = subprocess.run([str(BUILD / "bin/muster-auth")], capture_output=True, text=True, timeout=20, check=False,
                           env={"DATABASE_URL": "host=/nonexistent"})
    assert unset.returncode == 1 and "SECRET_KEY_FILE" in unset.stderr


@pytest.fixture(scope="module")
def own():
    """An instance whose key is changed."""
    with Instance(PROCESSES=2) as started:
        yield started


def keys(own):
    file = pathlib.Path(own.var.resolve()) / "etc/secret.key"
    return file, file.read_text(encoding="ascii").splitlines()


def is_private(file):
    """Of one user; or root's, with a group in which nobody is but those whom root puts there (tests/http/test_users.py)."""
    st = file.stat()
    group = grp.getgrgid(st.st_gid)
    mode = oct(st.st_mode & 0o777)
    return mode == "0o600" if st.st_uid else (mode, group.gr_name, group.gr_mem) == ("0o640", "muster-keys", [])


def rotate(own):
    return subprocess.run(own.command("rotate-key"), env=own.environment(), capture_output=True, text=True, timeout=120, check=False)


def kids(own):
    rows = own.sql("SELECT split_part(sealed, ':', 1) AS kid, count(*) AS n FROM muster.second_factor GROUP BY 1")
    return {row["kid"]: row["n"] for row in rows}


def people(own, n):
    found = []
    for _ in range(n):
        client = Client(own).register().signin()
        client.secret, client.codes = otp.enrol(client, own)
        found.append(client)
    return found


def signs_in(own, person):
    own.sql("UPDATE muster.second_factor SET last_step = 0 WHERE user_id = %s", person.me["id"])
    client = Client(own)
    client.call("POST", "/api/auth/signin", json={"email": person.email, "password": PASSWORD})
    return client.call("POST", "/api/auth/mfa/verify", json={"code": otp.code(person.secret, otp.step())}) == person.me


def test_b1_the_key_lies_outside_the_database(own):
    """B1: made once, 32 random bytes with a name; not on any command line, in any log or in the environment."""
    file, (line,) = keys(own)
    kid, _, text = line.partition(":")
    assert is_private(file) and len(base64.b64decode(text)) == 32 and kid
    for pid in own.pids():
        for name in ("cmdline", "environ"):
            assert text.encode() not in proc.read(pid, name)
    assert not [name for name, log in own.logs() if text in log]
    own.terminate()
    own.start()
    assert keys(own)[1] == [line]


def test_b1_rotation(own):
    """B1: one command: a new key in front, everything sealed again, the old key kept; people notice nothing."""
    persons = people(own, 3)
    _, before = keys(own)
    done = rotate(own)
    assert done.returncode == 0 and "3 secrets sealed again" in done.stdout, done.stdout + done.stderr
    file, after = keys(own)
    assert after[1:] == before and len(set(after)) == len(after) and is_private(file)
    assert kids(own) == {after[0].partition(":")[0]: 3}
    for line in after:
        assert line.partition(":")[2] not in done.stdout + done.stderr
    assert all(signs_in(own, person) for person in persons)
    persons += people(own, 1)
    assert kids(own) == {after[0].partition(":")[0]: 4}


def interrupted(own, ready):
    """Starts a rotation and kills it as soon as ready() is true; returns whether it was still running then."""
    process = subprocess.Popen(own.command("rotate-key"), env=own.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    wait_for(lambda: ready() or process.poll() is not None, "the moment to kill it", 30)
    running = process.poll() is None
    if running:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return running


def test_b1_killed_at_any_moment(own):
    """B1: wherever a rotation is cut off, every secret opens, and the next run finishes it."""
    persons = people(own, 4)
    for pause in (0.02, 0.1, 0.2, 0.4):
        begin = time.monotonic()
        interrupted(own, lambda begin=begin, pause=pause: time.monotonic() > begin + pause)
        _, lines = keys(own)
        assert set(kids(own)) <= {line.partition(":")[0] for line in lines}
        assert signs_in(own, persons[0])
    assert rotate(own).returncode == 0
    # Between two rows for certain: the last row is locked, so the run has sealed all before it and waits.
    total = own.value("SELECT count(*) FROM muster.second_factor")
    with own.connect() as holder, holder.cursor() as cursor:
        holder.autocommit = False
        cursor.execute("SELECT FROM muster.second_factor ORDER BY org_id DESC, user_id DESC LIMIT 1 FOR UPDATE")
        (old,) = kids(own)
        assert interrupted(own, lambda: kids(own).get(old) == 1)
        holder.rollback()
    assert all(signs_in(own, person) for person in persons)
    done = rotate(own)
    assert done.returncode == 0 and f"{total} secrets sealed again" in done.stdout, done.stderr
    assert kids(own) == {keys(own)[1][0].partition(":")[0]: total}
    assert all(signs_in(own, person) for person in persons)


def rings(own):
    folder = pathlib.Path(own.var.resolve()) / "etc/keys"
    return {path.parent.name: path.read_text(encoding="ascii") for path in folder.glob("*/*")}


def test_b1_each_program_has_the_keys_of_its_purpose(own):
    """B1: the portal only seals mails, the worker only opens them, auth alone opens secrets of people, intel those
    of API users; nobody has what keys come from."""
    def uses(text):
        return {line.partition(".")[0] for line in text.splitlines()}
    _, lines = keys(own)
    found = rings(own)
    expected = {"auth": {"people", "mailto"}, "intel": {"intel"}, "portal": {"mailto"}, "jobs": {"mailbox"}}
    assert {name: uses(text) for name, text in found.items()} == expected
    for line in lines:
        assert not [name for name, text in found.items() if line.partition(":")[2] in text]
    mailto = [line for line in found["auth"].splitlines() if line.startswith("mailto.")]
    assert mailto == found["portal"].splitlines() and mailto[0].partition(".")[2].partition(":")[0] == lines[0].partition(":")[0]
    values = [line.rpartition(":")[2] for name in ("auth", "jobs") for line in found[name].splitlines()]
    assert len(values) == len(set(values)) == 2 * len(lines) + 1


def seal_as_before(kid, key, org, user, purpose, secret):
    """A value as the version before key rings sealed it."""
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
    nonce, bound = os.urandom(24), f"{kid}\n{org}\n{user}\n{purpose}".encode()
    out = ctypes.create_string_buffer(len(secret) + 16)
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(out, None, secret, ctypes.c_ulonglong(len(secret)), bound,
                                                      ctypes.c_ulonglong(len(bound)), None, nonce, key)
    return f"{kid}:{base64.b64encode(nonce + out.raw).decode()}"


def test_b1_keys_of_an_older_version(own):
    """B1: at the first start what one key for everything sealed is sealed again by purpose; apps' codes and waiting mails go on."""
    person, waits = people(own, 2)
    file, lines = keys(own)
    kid, key, link = "0ld0ld00", os.urandom(32), f"{own.base_url}/reset#token=abc"
    secret = base64.b32decode(person.secret + "=" * (-len(person.secret) % 8))
    own.stop_service("jobs")
    waits.call("POST", "/api/auth/forgot-password", json={"email": waits.email})
    own.sql("UPDATE muster.second_factor SET sealed = %s WHERE user_id = %s",
            seal_as_before(kid, key, person.me["orgId"], person.me["id"], "totp", secret), person.me["id"])
    own.sql("UPDATE muster.mail SET sealed = %s WHERE recipient = %s AND kind = 'reset_password'",
            seal_as_before(kid, key, "", waits.email, "mail", json.dumps({"url": link}).encode()), waits.email)
    own.disconnect()
    own.terminate()
    file.write_text(f"{kid}:{base64.b64encode(key).decode()}\n" + "".join(line + "\n" for line in lines), encoding="ascii")
    own.start()
    now = keys(own)[1]
    assert now[0][0] == "m" and now[0] not in lines and now[1:] == [f"{kid}:{base64.b64encode(key).decode()}", *lines]
    assert "secrets sealed again" in own.text()
    assert set(kids(own)) == {now[0].partition(":")[0]} and signs_in(own, person)
    assert link in text_of(wait_for_mail(own, waits.email, "new password"))
    assert f"{kid}:" in rings(own)["auth"] and f"{kid}:" not in rings(own)["portal"] + rings(own)["jobs"]
    own.disconnect()
    own.terminate()
    own.start()
    assert keys(own)[1] == now and "sealed again" not in own.text()


def test_b1_a_secret_that_does_not_open_is_named_and_kept(own):
    person = people(own, 1)[0]
    own.sql("UPDATE muster.second_factor SET sealed = 'lost:AAAA' WHERE user_id = %s", person.me["id"])
    done = rotate(own)
    assert done.returncode != 0 and "1 secrets do not open" in done.stdout and person.me["id"] in done.stderr
    assert own.value("SELECT sealed FROM muster.second_factor WHERE user_id = %s", person.me["id"]) == "lost:AAAA"
    own.sql("DELETE FROM muster.second_factor WHERE user_id = %s", person.me["id"])


def test_b1_a_lost_key_is_not_replaced_by_another_one(own):
    """B1: with sealed secrets in the database and no key file, the instance does not start and says what to do."""
    file, _ = keys(own)
    own.terminate()
    kept = file.rename(file.with_name("kept"))
    own.spawn()
    wait_for(lambda: own.process.poll() is not None, "the instance ends", 60)
    assert own.process.returncode != 0 and "secret.key is missing" in own.text() and "backup" in own.text()
    assert not file.exists()
    kept.rename(file)
    own.start()
