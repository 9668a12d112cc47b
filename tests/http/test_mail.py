"""Mail as files, without a server: what is queued with an act, what a mail says, who wants it (E5, A6, B1)."""
import os
import re
import signal
import stat
import subprocess

import pytest

from tests.lib import Client, ending
from tests.lib.instance import Instance, wait_for
from tests.lib.mail import files_to, html_of, hurry, one_click, outbox, text_of, wait_for_mail

PREFERENCES = "/api/auth/mail-preferences"
DONE = "Exercise completed"
FORM = {"data": b"List-Unsubscribe=One-Click", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}


def rows(client, kind):
    return client.instance.sql("SELECT * FROM muster.mail WHERE user_id = %s AND kind = %s ORDER BY queued_at", client.me["id"], kind)


def sent(client, kind, count=1):
    """The rows of so many mails that are finished."""
    return wait_for(lambda: [row for row in rows(client, kind) if row["state"] != "QUEUED"][count - 1:], f"{kind} is finished", 30, 0.1)


@pytest.fixture
def person(instance):
    return Client(instance).register(first="Robin").signin()


def test_results_by_mail(instance, person):
    """Completing a run queues one mail in the same transaction, and the worker finds it by itself; text and HTML say the same; nothing
    of it is kept."""
    exercise = person.generate("bec", questionCount=3)
    person.play(exercise, answers=2)
    assert not rows(person, "exercise_completed")
    person.play(exercise)
    assert len(rows(person, "exercise_completed")) == 1
    mail = wait_for_mail(instance, person.email, DONE)
    title = person.session(exercise)["title"]
    assert mail["Subject"] == DONE and title in text_of(mail).replace("\n", " ") and not mail.defects
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    link = f"{instance.base_url}/exercises/{exercise}/result"
    assert "Hello Robin," in text_of(mail) and "100%" in text_of(mail) and f"\n{link}\n" in text_of(mail)
    assert f'href="{link}"' in html_of(mail) and "Hello Robin," in html_of(mail)
    (row,) = sent(person, "exercise_completed")
    assert row["state"] == "SENT" and row["recipient"] is None and row["sealed"] is None and row["about_exercise_id"] is None
    assert mail["Message-ID"] == f"<{row['id']}@localhost>"
    assert mail["Auto-Submitted"] == "auto-generated" and mail["Date"].datetime.tzinfo


def test_files_of_the_outbox_are_private(instance, person):
    person.run("bec", questionCount=3)
    hurry(instance)
    wait_for_mail(instance, person.email, DONE)
    folder = instance.var / "outbox"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.glob("*.eml")} == {0o600}


def test_e2_files_go_with_their_person(instance, person):
    """E2: a mail in a file is about a person like a row: the worker removes it soon after the erasure, and no other file."""
    other = Client(instance).register().signin()
    for client in (person, other):
        client.run("bec", questionCount=3)
        hurry(instance)
        wait_for_mail(instance, client.email, DONE)
    gone, stays = files_to(instance, person.email), files_to(instance, other.email)
    assert len(gone) >= 2 and len(stays) >= 2
    odd = [instance.var / "outbox" / name for name in ("notes.eml", f"{other.me['id']}.eml.txt")]
    for file in odd:
        file.write_text("not a mail\n", encoding="ascii")
    ending.close(person)
    ending.erased(instance, person.me["orgId"])
    due = "UPDATE muster.job SET run_at = now() WHERE kind = 'outbox' AND state = 'QUEUED' RETURNING id"
    wait_for(lambda: instance.sql(due), "it is due")
    hurry(instance)
    wait_for(lambda: not any(file.exists() for file in gone), "the files are gone")
    assert all(file.exists() for file in (*stays, *odd))
    for file in odd:
        file.unlink()


def test_e5_preferences(instance, person):
    """E5: on from the beginning, stored, and asked again when a mail is sent."""
    assert person.call("GET", PREFERENCES) == {"team": True, "results": True}
    assert person.call("PUT", PREFERENCES, json={"team": True, "results": False}) == {"team": True, "results": False}
    person.run("bec", questionCount=3)
    assert not rows(person, "exercise_completed")
    assert person.call("PUT", PREFERENCES, json={"team": False, "results": True}) == {"team": False, "results": True}
    body = person.refused("PUT", PREFERENCES, 400, "validation_failed", json={"team": "no"})
    assert {field["field"] for field in body["fields"]} == {"team", "results"}
    # Turned off between the act and the sending.
    instance.stop_service("jobs")
    try:
        person.run("bec", questionCount=3)
        assert len(rows(person, "exercise_completed")) == 1
        person.call("PUT", PREFERENCES, json={"team": False, "results": False})
    finally:
        instance.start_service("jobs")
    (row,) = sent(person, "exercise_completed")
    assert row["state"] == "SKIPPED" and row["recipient"] is None
    assert not outbox(instance, person.email, DONE)


def test_e5_one_click_unsubscribe(instance, person, anon):
    """E5, RFC 8058: optional mail carries it; a POST without a credential turns that kind off, again and again; a GET does not."""
    person.run("bec", questionCount=3)
    hurry(instance)
    mail = wait_for_mail(instance, person.email, DONE)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = one_click(mail)
    token = path.split("token=")[1]
    assert f"/unsubscribe#token={token}" in text_of(mail) and f"/unsubscribe#token={token}" in html_of(mail)
    reply = anon.get(path)
    assert reply.status_code == 303 and reply.headers["Location"] == f"/unsubscribe#token={token}"
    assert anon.get(reply.headers["Location"].split("#")[0]).status_code == 200
    assert person.call("GET", PREFERENCES)["results"] is True
    for _ in range(2):
        assert anon.call("POST", path, **FORM) == {"success": True, "topic": "results"}
        assert person.call("GET", PREFERENCES) == {"team": True, "results": False}
    # A6: only the digest is stored, and it runs out.
    assert token not in str(instance.sql("SELECT * FROM muster.mail_unsubscribe")) + str(instance.sql("SELECT * FROM muster.mail"))
    person.call("PUT", PREFERENCES, json={"team": True, "results": True})
    instance.sql("UPDATE muster.mail_unsubscribe SET expires_at = now() WHERE user_id = %s", person.me["id"])
    anon.refused("POST", path, 410, "token_expired", **FORM)
    assert person.call("GET", PREFERENCES)["results"] is True


@pytest.mark.parametrize("token", ["x" * 43, "x" * 20, "0" * 100])
def test_a6_forged_tokens(anon, token):
    """A6: a token that nobody got turns nothing off."""
    anon.refused("POST", f"/api/public/unsubscribe?token={token}", 410, "token_expired")


@pytest.mark.parametrize("token", ["", "short", "x" * 101, "%0d%0aSet-Cookie:%20a=b" + "x" * 20, "../../" + "x" * 20,
                                   "%3Cscript%3E" + "x" * 20])
def test_malformed_tokens(anon, token):
    for method in ("GET", "POST"):
        reply = anon.request(method, f"/api/public/unsubscribe?token={token}")
        assert reply.status_code == 400 and "Set-Cookie" not in reply.headers


def test_mail_that_an_account_needs_has_no_unsubscribe(instance, person):
    """E5: security mail comes whatever the preferences are, and carries no List-Unsubscribe."""
    person.call("PUT", PREFERENCES, json={"team": False, "results": False})
    queue(person, "password_changed")
    mail = wait_for_mail(instance, person.email, "Your password was changed")
    assert mail["List-Unsubscribe"] is None and mail["List-Unsubscribe-Post"] is None
    assert "unsubscribe" not in text_of(mail)


def queue(client, kind, to=None, sealed=None):
    return client.instance.value("SELECT muster.mail_queue_in(%s, %s, %s, %s, NULL, %s)", client.me["orgId"], client.me["id"],
                                 to or client.email, kind, sealed)


def test_a1_names_full_of_markup_and_line_ends(instance):
    """D5, header injection: what people call themselves and their exercises stays text, in headers and in both parts."""
    names = {"first": 'Z<b>"o"\u00eb</b>', "last": "=?utf-8?q?x?= 'x'"}
    person = Client(instance).register(**names, organization="A & <i>B</i> \u2028 Ltd").signin()
    exercise = person.generate("bec", questionCount=3)
    title = "T\r\nBcc: all@example.com\r\n\r\n<script>x</script> " + "\u00fc\u20ac\U0001f600" * 30
    instance.sql("UPDATE muster.exercise SET title = %s WHERE id = %s", title, exercise)
    person.play(exercise)
    hurry(instance)
    mail = wait_for_mail(instance, person.email, DONE)
    assert mail["Bcc"] is None and len(mail.get_all("To")) == 1 and not mail.defects
    assert set(mail.keys()) == {"Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Auto-Submitted", "List-Unsubscribe",
                                "List-Unsubscribe-Post", "Content-Type"}
    assert mail["Subject"] == DONE and "Bcc: all@example.\u200bcom" in text_of(mail) and "\u20ac" in text_of(mail)
    assert "Hello Z<b>'o'\u00eb</b>," in text_of(mail)  # quotation marks are ours alone
    assert "<script>" not in html_of(mail) and "&lt;script&gt;" in html_of(mail) and "<b>" not in html_of(mail)
    raw = next(file for file in (instance.var / "outbox").glob("*.eml") if mail["Message-ID"][1:37] in file.name).read_bytes()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n") if not line.startswith(b"List-Unsubscribe:"))
    assert b"\n" not in raw.replace(b"\r\n", b"") and raw.isascii()


def test_a_mail_that_can_never_be_sent_is_a_dead_letter(instance, person):
    """A template without its link, parameters that do not open: dead at once, with a reason that names nobody."""
    for kind, sealed, why in (("reset_password", None, "no link"), ("reset_password", "nokey:AAAA", "do not open")):
        mail = queue(person, kind, sealed=sealed)
        job = wait_for(lambda: instance.sql("SELECT * FROM muster.job WHERE mail_id = %s AND state = 'DEAD'", mail), "a dead letter", 20)[0]
        assert why in job["last_error"] and person.email not in job["last_error"] and job["attempts"] == 1
        assert instance.value("SELECT state FROM muster.mail WHERE id = %s", mail) == "DEAD"
        assert instance.value("SELECT muster.job_retry(%s)", job["id"]) is True
        wait_for(lambda: instance.value("SELECT attempts = 1 AND state = 'DEAD' FROM muster.job WHERE id = %s", job["id"]), "again", 20)
        instance.sql("DELETE FROM muster.mail WHERE id = %s", mail)


def test_addresses_that_would_break_out(instance, person):
    """Header injection: the database refuses an address with a line end or more than one address."""
    for address in ("a@example.com\r\nBcc: b@example.com", "a@example.com, b@example.com", "A <a@example.com>", "a b@example.com",
                    "@a", "a@"):
        with pytest.raises(Exception, match="check constraint"):
            queue(person, "password_changed", to=address)


def test_member_joined(instance):
    """E5: administrators learn who joined, unless they turned that off."""
    admin = Client(instance).register(organization="Team Ltd").signin()
    member = admin.colleague(first="Nia", last="Newman")
    hurry(instance)
    mail = wait_for_mail(instance, admin.email, "joined")
    assert mail["Subject"] == "Somebody joined your organisation"
    assert "Nia Newman has joined Team Ltd" in text_of(mail) and "/settings/team" in text_of(mail)
    assert one_click(mail)
    admin.call("PUT", PREFERENCES, json={"team": False, "results": True})
    admin.colleague()
    assert len(rows(admin, "member_joined")) == 1
    assert not rows(member, "member_joined")


def test_b1_waiting_mail_survives_a_key_rotation(instance, person):
    """B1: what waits is sealed, its token is nowhere in the database; rotate-key seals it again and it still goes out."""
    instance.stop_service("jobs")
    try:
        Client(instance).call("POST", "/api/auth/forgot-password", json={"email": person.email})
        (row,) = rows(person, "reset_password")
        old = row["sealed"].split(":")[0]
        assert re.fullmatch(r"[0-9a-z]+:[A-Za-z0-9+/=]+", row["sealed"])
        done = subprocess.run(instance.command("rotate-key"), env=instance.environment(), capture_output=True, text=True, check=True)
        assert "sealed again" in done.stdout
        (row,) = rows(person, "reset_password")
        assert row["sealed"].split(":")[0] != old
        file = instance.var / "etc/secret.key"
        kept = file.read_text(encoding="utf-8")
        assert kept.startswith(row["sealed"].split(":")[0] + ":")
    finally:
        instance.start_service("jobs")
    mail = wait_for_mail(instance, person.email, "new password")
    (link,) = re.findall(rf"^{re.escape(instance.base_url)}/\S+$", text_of(mail), re.M)
    token = re.search(r"[0-9A-Za-z]{40,}", link)[0]
    assert token not in str(instance.sql("SELECT * FROM muster.mail")) + str(instance.sql("SELECT * FROM muster.job"))
    assert not any(token in text for _, text in instance.logs())


def test_deleted_people_get_no_mail(instance):
    """E2: the unsent mail of a person who is removed goes with the person."""
    admin = Client(instance).register().signin()
    member = admin.colleague()
    instance.stop_service("jobs")
    try:
        mail = queue(member, "password_changed")
        admin.call("DELETE", f"/api/portal/users/{member.me['id']}")
        assert not instance.sql("SELECT 1 FROM muster.mail WHERE id = %s", mail)
        assert not instance.sql("SELECT 1 FROM muster.job WHERE mail_id = %s", mail)
    finally:
        instance.start_service("jobs")


def test_the_worker_is_listed_and_runs_retention(instance):
    """E4: status shows it; the daily work removes what is over, records that, and waits once."""
    records = "SELECT coalesce(sum(removed), 0)::int FROM muster.retention_run WHERE name = 'attempts'"
    before = instance.value(records)
    instance.sql("INSERT INTO muster.attempt (kind, key, window_ends_at, count) "
                 "VALUES ('over', sha256('over'), now() - interval '3 days', 1)")
    done = subprocess.run(instance.command("status"), env=instance.environment(), capture_output=True, text=True, check=True)
    assert re.search(r"^  jobs +up ", done.stdout, re.M)
    instance.stop_service("jobs")
    instance.start_service("jobs")
    wait_for(lambda: instance.value(records) > before, "what is over is removed")
    waiting = "SELECT extract(epoch FROM run_at - now()) FROM muster.job WHERE kind = 'retention' AND state = 'QUEUED'"
    wait_for(lambda: [row for row in instance.sql(waiting) if 86000 < list(row.values())[0] <= 86400], "the next retention", 20)
    assert instance.value("SELECT count(*) FROM muster.job WHERE kind = 'retention' AND state IN ('QUEUED', 'RUNNING')") == 1
    assert instance.value("SELECT count(*) FROM muster.job WHERE kind = 'retention' AND state = 'DONE'") >= 2
    assert not instance.sql("SELECT 1 FROM muster.attempt WHERE kind = 'over'")


def test_killed_workers_are_started_again(instance):
    """kill -9 of one worker leaves the others; of the process that keeps them, none of the old ones stays; there are as many as before."""
    connected = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'muster_jobs'"
    before = wait_for(lambda: (pids := instance.pids("muster-jobs")) and instance.value(connected) == len(pids) - 1 >= 2 and pids,
                      "all workers are connected")
    keeper = next(pid for pid in before if len([1 for other in before if parent(other) == pid]) == len(before) - 1)
    one = next(pid for pid in before if pid != keeper)
    os.kill(one, signal.SIGKILL)
    wait_for(lambda: one not in instance.pids("muster-jobs") and len(instance.pids("muster-jobs")) == len(before), "another one")
    assert len(set(before) & set(instance.pids("muster-jobs"))) == len(before) - 1
    os.kill(keeper, signal.SIGKILL)
    wait_for(lambda: not set(before) & set(now := instance.pids("muster-jobs")) and len(now) == len(before), "all new")
    wait_for(lambda: instance.value(connected) == len(before) - 1, "all workers are connected")


def parent(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat_:
        return int(stat_.read().rpartition(")")[2].split()[1])


def test_e4_the_worker_keeps_what_is_to_be_kept(instance, admin):
    """E4: nothing goes by a period that is not the configured one, or without a record."""
    jobs = "SELECT count(*) FROM muster.job WHERE kind = 'kept' AND org_id = %s"
    links = "SELECT count(*) FROM muster.mail_unsubscribe WHERE org_id = %s"
    record = "SELECT coalesce(sum(removed), 0)::int FROM muster.retention_run WHERE name = 'attempts'"
    ends = "SELECT count(*) FROM muster.job WHERE kind = 'retention' AND state = 'DONE'"
    org, rules = admin.me["orgId"], instance.sql("SELECT name, days FROM muster.retention WHERE name IN ('jobs', 'unsubscribe_links')")
    instance.stop_service("jobs")
    try:
        # What a worker held that another test killed would wait for its lease first.
        instance.sql("UPDATE muster.job SET run_at = now(), lease_until = now() WHERE kind = 'retention' AND state = 'RUNNING'")
        instance.sql("UPDATE muster.retention SET days = CASE name WHEN 'jobs' THEN 40 END WHERE name IN ('jobs', 'unsubscribe_links')")
        instance.sql("INSERT INTO muster.job (org_id, kind, state, max_attempts, finished_at) SELECT %s, 'kept', 'DONE', 1, now() - n * "
                     "interval '1 day' FROM unnest(ARRAY[39, 41]) n", org)
        instance.sql("INSERT INTO muster.mail_unsubscribe (org_id, token_hash, user_id, topic, expires_at) "
                     "VALUES (%s, sha256('kept'), %s, 'team', now() - interval '400 days')", org, admin.me["id"])
        instance.sql("INSERT INTO muster.attempt (kind, key, window_ends_at, count) "
                     "VALUES ('over', sha256('over'), now() - interval '3 days', 1)")
        before, done = instance.value(record), instance.value(ends)
    finally:
        instance.start_service("jobs")
    wait_for(lambda: instance.value(record) > before and instance.value(ends) > done, "the retention's end", 40)
    assert (instance.value(jobs, org), instance.value(links, org)) == (1, 1)
    for rule in rules:
        instance.sql("UPDATE muster.retention SET days = %s WHERE name = %s", rule["days"], rule["name"])


@pytest.mark.parametrize("settings, words", [
    ({"SMTP_URL": "http://localhost", "MAIL_FROM": "a@example.com"}, "SMTP_URL must begin with"),
    ({"SMTP_URL": "smtp://user:secret@localhost", "MAIL_FROM": "a@example.com"}, "without a name or password"),
    ({"SMTP_URL": "smtp://localhost"}, "MAIL_FROM"),
    ({"SMTP_URL": "smtp://localhost", "MAIL_FROM": "a@example.com>\r\nBcc: b@example.com"}, "MAIL_FROM"),
    ({"SMTP_URL": "smtp://localhost", "MAIL_FROM": "a@example.com", "SMTP_TLS": "maybe"}, "SMTP_TLS"),
    ({"SMTP_URL": "smtp://localhost", "MAIL_FROM": "a@example.com", "SMTP_TLS": "off", "SMTP_USER": "me"}, "in the clear"),
    ({"SMTP_URL": "smtp://localhost", "MAIL_FROM": "a@example.com", "SMTP_USER": "me"}, "SMTP_PASSWORD_FILE"),
    ({"SMTP_URL": "smtp://localhost", "MAIL_FROM": "a@example.com", "SMTP_PASSWORD_FILE": "relative"}, "absolute path"),
    ({"SMTP_URL": "smtp://localhost", "MAIL_FROM": "a@example.com", "SMTP_TIMEOUT": "0"}, "SMTP_TIMEOUT"),
])
def test_settings_that_make_no_sense(settings, words):
    """The instance does not start and says why."""
    own = Instance(PROCESSES=2, **settings)
    try:
        with pytest.raises(AssertionError, match="did not start") as failure:
            own.start()
        assert words in str(failure.value) and "secret@" not in str(failure.value)
    finally:
        own.stop()
