"""Mail through real servers on loopback: taken, refused, hanging, encrypted, down for an hour; nothing lost, nothing sent twice."""
import os
import signal
import time

import pytest

from tests.lib import Client, proc
from tests.lib.instance import Instance, free_port, reachable, wait_for
from tests.lib.mail import one_click, text_of
from tests.lib.smtp import Hanging, Server, make_ca

pytestmark = pytest.mark.long

FROM = "Muster \u00dcbung <muster@example.com>"
JOB = "SELECT j.* FROM muster.job j WHERE j.mail_id = %s"


def settings(server, **more):
    return {"PROCESSES": 2, "MAIL_FROM": FROM, "SMTP_URL": server.url, "SMTP_TLS": "off", "SMTP_TIMEOUT": 2, **more}


@pytest.fixture(scope="module")
def plain():
    """A server without TLS; an instance that uses it; a person of the instance, whose own mails have been taken."""
    with Server() as server, Instance(**settings(server)) as own:
        own.server = server
        own.person = Client(own).register().signin()
        yield own


@pytest.fixture
def server(plain):
    plain.server.handler.replies.clear()
    yield plain.server
    plain.server.handler.replies.clear()


def queue(own, to):
    """A mail to an address: its id."""
    return own.value("SELECT muster.mail_queue_in(%s, %s, %s, 'password_changed', NULL, NULL)", own.person.me["orgId"],
                     own.person.me["id"], to)


def job(own, mail):
    return own.sql(JOB, mail)[0]


def wait_state(own, mail, state, seconds=30):
    wait_for(lambda: job(own, mail)["state"] == state, f"{state}: {job(own, mail)}", seconds, 0.05)
    return job(own, mail)


def test_mails_from_before_the_server_do_not_stay(plain):
    """E4: what was written to files while there was no mail server is removed after its 30 days all the same."""
    outbox, owner = plain.var / "outbox", os.stat(f"/proc/{plain.pids('muster-jobs')[0]}")
    outbox.mkdir(mode=0o700, exist_ok=True)
    old, new, other = outbox / "old.eml", outbox / "new.eml", outbox / "notes.txt"
    for file, days in ((old, 31), (new, 29), (other, 31)):
        file.write_text("To: somebody@example.com\n", encoding="utf-8")
        os.utime(file, (time.time() - days * 86400,) * 2)
    for path in (outbox, old, new, other):
        os.chown(path, owner.st_uid, owner.st_gid)
    due = "UPDATE muster.job SET run_at = now() WHERE kind = 'retention' AND state = 'QUEUED' RETURNING id"
    wait_for(lambda: plain.sql(due), "it is due")
    plain.sql("NOTIFY muster_jobs")
    wait_for(lambda: not old.exists(), "the old mail is removed")
    assert new.exists() and other.exists()


def hurry(own):
    """Time passes: everything that waits is due, and who rests has rested."""
    own.sql("UPDATE muster.job SET run_at = now() - interval '1 second' WHERE state = 'QUEUED' AND kind = 'mail'")
    own.sql("UPDATE muster.job_rest SET until = now()")
    own.sql("NOTIFY muster_jobs")


def kill_workers(own):
    """kill -9 of all workers where they are, and time passes until the leases of what they held have run out."""
    own.kill("muster-jobs", signal.SIGSTOP)
    busy = "SELECT 1 FROM pg_stat_activity WHERE usename = 'muster_jobs' AND state <> 'idle'"
    wait_for(lambda: not own.sql(busy), "the database has heard the last of them")
    held = [row["id"] for row in own.sql("SELECT id FROM muster.job WHERE state = 'RUNNING'")]
    own.kill("muster-jobs")
    own.sql("UPDATE muster.job SET run_at = now(), lease_until = now() WHERE id = ANY (%s::uuid[]) AND state = 'RUNNING'", held)


def address(name):
    return f"{name}-{os.urandom(4).hex()}@example.com"


def test_a_mail_as_the_server_sees_it(plain, server):
    """Envelope, headers, both parts; two mails come over one connection; names beyond ASCII are encoded."""
    to = [address("first"), address("second")]
    plain.sql("BEGIN")
    mails = [queue(plain, one) for one in to]
    plain.sql("COMMIT")
    mail = server.wait_for(to[1])
    sender, recipients, raw, _, tls = next(row for row in server.handler.taken if to[0] in row[1])
    assert sender == "muster@example.com" and recipients == [to[0]] and not tls
    assert mail["From"] == FROM and mail["To"] == to[1] and mail["Message-ID"] == f"<{mails[1]}@localhost>"
    assert raw.isascii() and b"=?utf-8?B?" in raw and not mail.defects
    assert "was changed" in text_of(mail)
    assert [wait_state(plain, one, "DONE")["attempts"] for one in mails] == [1, 1]


def test_a_dot_at_the_beginning_of_a_line(plain, server):
    """What looks like the end of a mail inside of it is not the end."""
    plain.sql("UPDATE muster.app_user SET first_name = %s WHERE id = %s", "." + "x" * 64 + " .. .", plain.person.me["id"])
    to = address("dot")
    queue(plain, to)
    assert "Hello ." + "x" * 64 + " .. .," in text_of(server.wait_for(to))
    plain.sql("UPDATE muster.app_user SET first_name = 'Robin' WHERE id = %s", plain.person.me["id"])


@pytest.mark.parametrize("reply", ["550 5.1.1 no such user {to}", "553 bad name", "501 bad address"])
def test_refused_recipients_are_dead_at_once(plain, server, reply):
    """A permanent refusal is not repeated; the reason is kept without the address. Others are not held up."""
    to, other = address("gone"), address("other")
    server.handler.replies[to] = reply.format(to=to)
    mail, second = queue(plain, to), queue(plain, other)
    found = wait_state(plain, mail, "DEAD")
    assert found["attempts"] == 1 and reply[:3] in found["last_error"] and to not in found["last_error"]
    wait_state(plain, second, "DONE")
    assert server.handler.asked.count(to) == 1 and len(server.to(other)) == 1
    # The operator puts it back when the mailbox exists.
    server.handler.replies.clear()
    assert plain.value("SELECT muster.job_retry(%s)", found["id"]) is True
    wait_state(plain, mail, "DONE")
    assert len(server.to(to)) == 1 and plain.value("SELECT muster.job_retry(%s)", found["id"]) is False


@pytest.mark.parametrize("reply", ["450 4.2.1 mailbox busy", "451 4.7.1 greylisted", "452 too many"])
def test_deferred_recipients_are_tried_again(plain, server, reply):
    to, other = address("later"), address("other")
    server.handler.replies[to] = reply
    mail, second = queue(plain, to), queue(plain, other)
    wait_state(plain, second, "DONE")
    wait_for(lambda: job(plain, mail)["attempts"] == 1 and job(plain, mail)["state"] == "QUEUED", "an attempt", 20)
    found = job(plain, mail)
    pause = plain.value("SELECT extract(epoch FROM run_at - now()) FROM muster.job WHERE mail_id = %s", mail)
    assert 15 < pause <= 36 and reply[:3] in found["last_error"]
    server.handler.replies.clear()
    hurry(plain)
    assert wait_state(plain, mail, "DONE")["attempts"] == 2
    assert len(server.to(to)) == 1 and job(plain, mail)["last_error"] is None


@pytest.mark.parametrize("where, reply", [("MAIL", "421 4.3.2 shutting down"), ("MAIL", "550 sender refused"), ("DATA", "451 try later")])
def test_a_server_that_takes_nothing_now(plain, server, where, reply):
    """421, a refused sender and a full disk are not the recipient's fault: the mail waits."""
    to = address("wait")
    server.handler.replies[where] = reply
    mail = queue(plain, to)
    wait_for(lambda: job(plain, mail)["attempts"] >= 1 and job(plain, mail)["state"] == "QUEUED", "an attempt", 20)
    assert reply[:3] in job(plain, mail)["last_error"]
    server.handler.replies.clear()
    wait_for(lambda: hurry(plain) or job(plain, mail)["state"] == "DONE", "sent", 30, 0.5)
    assert len(server.to(to)) == 1


def test_content_that_is_refused_is_dead(plain, server):
    to = address("spam")
    server.handler.replies["DATA"] = "554 5.7.1 not wanted"
    assert "554 5.7.1" in wait_state(plain, queue(plain, to), "DEAD")["last_error"]


def test_smtp_down_for_an_hour(plain, server):
    """SMTP down: nothing lost, nothing sent twice, the mails keep their attempts; the hour passes by moving run_at."""
    to = [address("hour") for _ in range(20)]
    server.stop()
    try:
        mails = [queue(plain, one) for one in to]
        wait_for(lambda: sum(job(plain, mail)["attempts"] for mail in mails) >= 1, "an attempt", 20)
        for _ in range(8):
            hurry(plain)
            plain.kill("muster-jobs", signal.SIGTERM)  # workers come and go
            before = plain.pids("muster-jobs")
            wait_for(lambda: plain.pids("muster-jobs") not in ([], before) or plain.is_up("jobs"), "the worker again", 20)
        states = [job(plain, mail) for mail in mails]
        assert {row["state"] for row in states} <= {"QUEUED", "RUNNING"}
        assert plain.value("SELECT min(max_attempts) FROM muster.job WHERE kind = 'mail'") > max(row["attempts"] for row in states)
        # While the server is away one mail at a time tries it, so that most have spent nothing.
        assert sum(row["attempts"] for row in states) <= 30
    finally:
        server.start()
    hurry(plain)
    for mail in mails:
        wait_for(lambda: hurry(plain) or job(plain, mail)["state"] == "DONE", "sent", 60, 0.3)
    assert [len(server.to(one)) for one in to] == [1] * 20


def test_killed_workers_lose_nothing(plain, server):
    """kill -9 in the middle of sending, again and again: every mail is sent, what was recorded as sent is not sent again, and what was
    sent without being recorded comes once more under the same Message-ID."""
    to = [address("kill") for _ in range(60)]
    begin = len(server.handler.taken)
    mails = [queue(plain, one) for one in to]
    recorded = set()
    for _ in range(10):
        time_limit = time.monotonic() + 5
        taken = len(server.handler.taken)
        while len(server.handler.taken) == taken and time.monotonic() < time_limit and len(recorded) < len(mails):
            hurry(plain)
            wait_for(lambda: True, "a moment", 1)
        kill_workers(plain)
        recorded = {row["id"] for row in plain.sql("SELECT id FROM muster.mail WHERE state = 'SENT'")}
        seen = {str(mail): len(server.to(one)) for mail, one in zip(mails, to)}
        wait_for(lambda: plain.pids("muster-jobs"), "the worker again", 20)
    wait_for(lambda: hurry(plain) or all(job(plain, mail)["state"] == "DONE" for mail in mails), "all are sent", 60, 0.3)
    for mail, one in zip(mails, to):
        found = server.to(one)
        assert found and {m["Message-ID"] for m in found} == {f"<{mail}@localhost>"}
        if str(mail) in {str(id_) for id_ in recorded}:
            assert len(found) == seen[str(mail)], "recorded as sent and sent again"
    assert len(server.handler.taken) - begin <= len(to) + 10  # at most one a kill


def test_an_overtaken_worker_changes_nothing(plain, server):
    """The lease ran out while the server was slow, and another took the job: the first cannot finish it any more."""
    mail = queue(plain, address("fence"))
    done = wait_state(plain, mail, "DONE")
    again = plain.value("SELECT muster.job_done(%s, %s)", done["id"], done["attempts"])
    assert again is False
    assert plain.value("SELECT muster.job_fail(%s, %s, 'late', true)", done["id"], done["attempts"]) is None
    assert job(plain, mail)["state"] == "DONE"


def test_the_database_goes_away_between_sending_and_recording(plain, server):
    """The worker waits for the database and then records: the mail is not sent again."""
    to = address("away")
    server.handler.replies["AFTER"] = lambda: plain.service("postgres", "-r")
    mail = queue(plain, to)
    wait_for(lambda: server.to(to), "the mail", 30)
    server.handler.replies.clear()
    plain.disconnect()

    def state():
        try:
            return job(plain, mail)["state"]
        except Exception:  # still starting
            plain.disconnect()
            return None
    wait_for(lambda: state() == "DONE", "recorded", 60, 0.3)
    hurry(plain)
    other = address("next")
    queue(plain, other)
    server.wait_for(other)
    assert len(server.to(to)) == 1


def test_invitations_go_out(plain, server):
    """With a server the invitation's link is in the mail."""
    to = address("guest")
    plain.sql("UPDATE muster.app_user SET email_verified_at = now() WHERE id = %s", plain.person.me["id"])
    plain.person.call("POST", "/api/portal/invite", json={"emails": [to]})
    mail = server.wait_for(to)
    assert "invites you to join" in text_of(mail).replace("\n", " ") and f"{plain.base_url}/register#invite=" in text_of(mail)
    assert "List-Unsubscribe" in mail  # whoever gets it caused nothing, and can say that it was the last one (S10)


def test_optional_mail_carries_the_link(plain, server):
    plain.person.run("bec", questionCount=3)
    hurry(plain)
    wait_for(lambda: any("Exercise completed" in mail["Subject"] for mail in server.to(plain.person.email)), "the mail", 30)
    mail = next(mail for mail in server.to(plain.person.email) if "Exercise completed" in mail["Subject"])
    assert Client(plain).call("POST", one_click(mail))["topic"] == "results"


# ---- servers that hang; each with an instance of its own ----

TALK = ["220 hello", "250 hello", "250 ok", "250 ok"]


@pytest.mark.parametrize("replies", [[], TALK[:1], TALK, TALK + [""]],
                         ids=["says nothing", "stops after the greeting", "stops at DATA", "stops after the mail"])
def test_hanging_servers(replies):
    """Accepts and never answers: the attempt ends with its time, other work goes on, stopping does not wait for it."""
    with Hanging(replies=replies) as hanging:
        hanging.url = f"smtp://127.0.0.1:{hanging.port}"
        with Instance(**settings(hanging)) as own:
            own.person = Client(own).register().signin()
            own.sql("DELETE FROM muster.mail")  # of whoever opened the organisation
            queue(own, own.person.email)
            wait_for(lambda: own.sql("SELECT 1 FROM muster.job WHERE kind = 'mail' AND attempts = 1 AND state = 'QUEUED'"),
                     "an attempt has ended", 20)
            (row,) = own.sql("SELECT * FROM muster.job WHERE kind = 'mail'")
            assert row["state"] == "QUEUED" and row["last_error"] and own.person.email not in row["last_error"]
            assert hanging.connections >= 1
            begin = time.monotonic()
            own.stop_service("portal")
            usual = time.monotonic() - begin
            hurry(own)
            begin = time.monotonic()
            own.stop_service("jobs")
            assert time.monotonic() - begin < 10 + 10 * usual, usual


def test_a_slow_server_delays_nothing_else():
    """Three workers and a server that never answers: two wait for it, each with its own mail, and keep their leases; the third does all
    else. When they are to stop, the mails are given back."""
    with Hanging() as hanging:
        hanging.url = f"smtp://127.0.0.1:{hanging.port}"
        with Instance(**settings(hanging, JOBS_PROCESSES=3, SMTP_TIMEOUT=120)) as own:
            own.person = Client(own).register().signin()
            for _ in range(5):
                queue(own, address("slow"))
            wait_for(lambda: hanging.connections == 2, "two mails are being handed over")
            running = "SELECT id, lease_until FROM muster.job WHERE kind = 'mail' AND state = 'RUNNING' ORDER BY id"
            held = own.sql(running)
            assert len(held) == 2 and len(own.pids("muster-jobs")) == 4  # with the one that keeps them
            for _ in range(2):
                due = "UPDATE muster.job SET run_at = now() WHERE kind = 'retention' AND state = 'QUEUED' RETURNING id"
                retention = wait_for(lambda: own.sql(due), "retention is due")[0]["id"]
                own.sql("NOTIFY muster_jobs")
                wait_for(lambda: own.value("SELECT state FROM muster.job WHERE id = %s", retention) == "DONE", "retention", 10)
            later = wait_for(lambda: [row for row in own.sql(running) if row["lease_until"] > held[0]["lease_until"]], "a lease is renewed")
            assert later[0]["id"] in [row["id"] for row in held] and hanging.connections == 2
            own.stop_service("jobs")
            assert own.sql(running) == []
            assert own.value("SELECT max(attempts) FROM muster.job WHERE kind = 'mail' AND state = 'QUEUED'") == 0


# ---- TLS ----

@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    return make_ca(reachable(tmp_path_factory.mktemp("ca")))


@pytest.fixture(scope="module")
def password(tmp_path_factory):
    """The worker's user must be able to read it and nobody else: it becomes the file's owner."""
    file = reachable(tmp_path_factory.mktemp("secret")) / "password"
    file.write_text("pass word 7\n", encoding="utf-8")
    file.chmod(0o600)
    return file


def own_file(own, file):
    """Gives a file to the worker's user; the worker reads it for every connection."""
    st = os.stat(f"/proc/{own.pids('muster-jobs')[0]}")
    os.chown(file, st.st_uid, st.st_gid)


def somebody_with_mail(own):
    """Somebody who is to get a mail."""
    person = Client(own).register()
    person.call("POST", "/api/auth/forgot-password", json={"email": person.email})
    return person


@pytest.mark.parametrize("tls", ["starttls", "smtps"])
def test_tls_with_a_test_authority(ca, tls):
    """Encrypted to a server whose certificate comes from SMTP_CA_FILE."""
    with Server(tls=tls, ca=ca) as server, Instance(**settings(server, SMTP_TLS="required", SMTP_CA_FILE=ca / "ca.pem")) as own:
        person = somebody_with_mail(own)
        server.wait_for(person.email)
        assert all(row[4] for row in server.handler.taken) or tls == "smtps"


@pytest.mark.parametrize("tls, level, ca_file", [("starttls", "required", False), ("smtps", "required", False), (None, "required", True),
                                                 ("smtps", "opportunistic", False), ("starttls", "off", True)])
def test_tls_that_is_not_as_it_must_be(ca, tls, level, ca_file):
    """Required: an unknown authority or no TLS at all means no mail, and it waits. Opportunistic takes what there is; off does not ask."""
    more = {"SMTP_CA_FILE": ca / "ca.pem"} if ca_file else {}
    with Server(tls=tls, ca=ca) as server, Instance(**settings(server, SMTP_TLS=level, **more)) as own:
        person = somebody_with_mail(own)
        if level == "opportunistic":
            server.wait_for(person.email)
            return
        wait_for(lambda: own.sql("SELECT 1 FROM muster.job WHERE kind = 'mail' AND attempts >= 1 AND state = 'QUEUED'"), "an attempt", 30)
        assert not server.handler.taken
        assert own.value("SELECT last_error FROM muster.job WHERE kind = 'mail' LIMIT 1")


def test_sign_in_at_the_server(ca, password):
    """Name and password from a file; a wrong one means waiting, not losing, and the next connection reads the file again. B1: the
    password is in no log and on no command line."""
    with Server(tls="starttls", ca=ca, login=("mailer", "pass word 7")) as server:
        own = Instance(**settings(server, SMTP_TLS="required", SMTP_CA_FILE=ca / "ca.pem", SMTP_USER="mailer", SMTP_PASSWORD_FILE=password))
        with Instance(DEMO="0", PROCESSES=2) as probe:
            own_file(probe, password)
        with own:
            person = somebody_with_mail(own).signin()
            server.wait_for(person.email)
            assert {row[3] for row in server.handler.taken} == {"mailer"} and all(row[4] for row in server.handler.taken)
            password.write_text("another\n", encoding="utf-8")
            person.run("bec", questionCount=3)
            hurry(own)
            wait_for(lambda: own.sql("SELECT 1 FROM muster.job WHERE kind = 'mail' AND state = 'QUEUED' AND attempts = 1"), "refused", 30)
            assert "535" in own.value("SELECT last_error FROM muster.job WHERE kind = 'mail' AND state = 'QUEUED'")
            password.write_text("pass word 7\n", encoding="utf-8")
            wait_for(lambda: hurry(own) or len(server.to(person.email)) == 2, "sent", 30, 0.5)
            assert not any("pass word 7" in text for _, text in own.logs())
            for pid in own.pids():
                assert b"pass word" not in proc.read(pid, "cmdline") + proc.read(pid, "environ")


def test_no_server_at_the_address():
    """Nobody listens: the mail waits, the instance serves."""
    class Nobody:
        url = f"smtp://127.0.0.1:{free_port()}"
    with Instance(**settings(Nobody)) as own:
        person = somebody_with_mail(own).signin()
        wait_for(lambda: own.sql("SELECT 1 FROM muster.job WHERE kind = 'mail' AND attempts >= 1 AND state = 'QUEUED'"), "an attempt", 20)
        assert person.call("GET", "/api/portal/me")["email"] == person.email
