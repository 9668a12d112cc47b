"""A lost second factor: asked for by an administrator, a day to object, answered by mail (A4, A5, A6, A7, A9, A12, G4)."""
import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, mailbox, otp, routes
from tests.lib.cast import Cast
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for

ANSWER = "/api/auth/reset-factor"
ASKED, GONE = "Your second factor is to be removed", "Your second factor was removed"


@pytest.fixture(name="whole")
def an_organisation(instance):
    return Cast(instance)


@pytest.fixture(name="admin")
def an_administrator(whole):
    return whole.person("CLIENT_ADMIN")


@pytest.fixture(name="person")
def somebody_with_a_factor(instance, whole):
    """A member with .secret and .codes."""
    made = whole.person("MEMBER")
    made.secret, made.codes = otp.enrol(made, instance)
    return made


def path_of(person):
    return f"/api/portal/users/{person.me['id']}/reset-factor"


def ask(admin, person):
    return admin.call("POST", path_of(person), expect=202)["endsAt"]


def token_of(person):
    return mailbox.last(person.instance, person.email, ASKED).token


def answer(person, token, what, **refused):
    client, body = Client(person.instance), {"token": token, "answer": what}
    return client.refused("POST", ANSWER, json=body, **refused) if refused else client.call("POST", ANSWER, json=body)


def factor(person):
    return bool(person.instance.sql("SELECT 1 FROM muster.second_factor WHERE user_id = %s", person.me["id"]))


def waiting(person):
    return bool(person.instance.sql("SELECT 1 FROM muster.account_token WHERE user_id = %s AND purpose = 'reset_factor'", person.me["id"]))


def acts(person):
    """(action, by) of what was done about the person's factor, oldest first."""
    rows = person.instance.sql("SELECT action, detail->>'by' AS by FROM muster.audit_log WHERE org_id = %s AND target_id = %s "
                               "AND action LIKE 'user.factor_reset%%' ORDER BY seq", person.me["orgId"], person.me["id"])
    return [(row["action"].removeprefix("user.factor_reset").lstrip("_") or "done", row["by"]) for row in rows]


def a_day_later(person, hours=24):
    """The person was asked so long ago; the job runs, and has ended."""
    instance = person.instance
    instance.sql("UPDATE muster.account_token SET created_at = created_at - make_interval(hours => %s) WHERE user_id = %s AND "
                 "purpose = 'reset_factor'", hours, person.me["id"])
    hurry(person)
    wait_for(lambda: not instance.sql("SELECT 1 FROM muster.job WHERE org_id = %s AND kind = 'factor_reset' AND finished_at IS NULL",
                                      person.me["orgId"]), "the job has ended", 30)


def hurry(person):
    person.instance.sql("UPDATE muster.job SET run_at = now() WHERE org_id = %s AND kind = 'factor_reset' AND state = 'QUEUED'",
                        person.me["orgId"])
    person.instance.sql("NOTIFY muster_jobs")


# ---- asking ----

def test_a5_asked_for(instance, whole, admin, person):
    """A5, A6, A12: a day from now; the person is told at once; both sides see it; it is logged, and waits once."""
    ends = ask(admin, person)
    left = datetime.datetime.fromisoformat(ends) - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(hours=23, minutes=50) < left <= datetime.timedelta(hours=24, minutes=1)
    assert person.call("GET", "/api/auth/mfa")["resetEndsAt"] == ends
    assert person.call("GET", "/api/portal/me")["factorResetEndsAt"] == ends
    seen = {row["id"]: row["factorResetEndsAt"] for row in admin.call("GET", "/api/portal/users")["users"]}
    assert (seen[person.me["id"]], seen[admin.me["id"]]) == (ends, None)
    auditor = whole.person("AUDITOR")
    assert {row["factorResetEndsAt"] for row in auditor.call("GET", "/api/portal/users")["users"]} == {None}
    mail = mailbox.last(instance, person.email, ASKED)
    assert mail.url.startswith(instance.base_url + "/factor-reset#token=") and whole.name in mail.text
    stored = instance.value("SELECT t::text FROM muster.account_token t WHERE user_id = %s AND purpose = 'reset_factor'", person.me["id"])
    assert mail.token not in stored and not any(mail.token in text for _, text in instance.logs())
    admin.refused("POST", path_of(person), 409, "conflict")
    assert acts(person) == [("asked", None)] and factor(person)
    assert person.call("GET", "/api/portal/gdpr-export")["signIn"]


@pytest.mark.parametrize("role", ["MEMBER", "FACILITATOR", "AUDITOR"])
def test_a2_administrators_alone_ask(whole, person, role):
    client = whole.person(role)
    client.refused("POST", path_of(person), 403, "forbidden")
    client.refused("DELETE", path_of(person), 403, "forbidden")
    assert acts(person) == []


def test_a4_of_whom_it_cannot_be_asked(instance, whole, admin, person):
    """A4, A14: not of oneself, of the platform's, of nobody, of somebody elsewhere, nor where there is nothing to remove."""
    otp.enrol(admin, instance)
    boss, none = whole.client("platform"), whole.person("MEMBER")
    stranger = Cast(instance).client("platform")
    for target, status, code in ((admin, 403, "forbidden"), (boss, 403, "forbidden"), (none, 409, "conflict"),
                                 (stranger, 404, "not_found")):
        admin.refused("POST", path_of(target), status, code)
        admin.refused("DELETE", path_of(target), 404, "not_found")
    admin.refused("POST", f"/api/portal/users/{routes.NO_UUID}/reset-factor", 404, "not_found")
    instance.sql("UPDATE muster.app_user SET status = 'DEACTIVATED' WHERE id = %s", person.me["id"])
    admin.refused("POST", path_of(person), 409, "conflict")
    assert not instance.sql("SELECT 1 FROM muster.job WHERE org_id = %s AND kind = 'factor_reset'", whole.org)


def test_g4_asked_at_once(instance, whole, person):
    """G4: of eight administrators at the same time one asks, and the others are told that it waits."""
    admins = [whole.person("CLIENT_ADMIN") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(reply.status_code for reply in pool.map(lambda admin: admin.post(path_of(person)), admins))
    # Who came too late for the mail's own limit waits instead.
    assert statuses[0] == 202 and set(statuses[1:]) <= {409, 429}
    assert acts(person) == [("asked", None)] and len(mailbox.mails(instance, person.email, ASKED)) == 1


def test_a9_mails_to_one_person_are_limited(admin, person):
    for _ in range(5):
        ask(admin, person)
        admin.call("DELETE", path_of(person))
    reply = admin.post(path_of(person))
    assert reply.status_code == 429 and int(reply.headers["Retry-After"]) > 0 and not waiting(person)


# ---- the answer ----

def test_a7_removed_at_once(instance, whole, admin, person):
    """A7, A12: by the mail's link; every session ends, whole or half, the codes are gone, the key stays; once."""
    key = person.api_key(scopes=["results"])
    half = Client(instance)
    half.cookie = whole.cookie("pending_session", person.me["id"])
    other = Client(instance)
    other.cookie = whole.cookie("user_session", person.me["id"])
    ask(admin, person)
    token = token_of(person)
    assert answer(person, token, "remove") == {"success": True}
    for client in (person, other):
        client.refused("GET", "/api/portal/me", 401, "unauthenticated")
    half.refused("POST", "/api/auth/mfa/verify", 401, "unauthenticated", json={"recoveryCode": person.codes[0]})
    key.call("GET", "/api/portal/me")
    assert not factor(person) and not instance.sql("SELECT 1 FROM muster.recovery_code WHERE user_id = %s", person.me["id"])
    assert mailbox.last(instance, person.email, GONE)
    assert acts(person) == [("asked", None), ("done", "person")]
    Client(instance).signin(person.email, PASSWORD).call("GET", "/api/portal/me")
    for what in ("remove", "stop"):
        answer(person, token, what, status=410, code="token_expired")
    a_day_later(person)
    assert acts(person) == [("asked", None), ("done", "person")]


def test_a5_stopped_by_mail(admin, person):
    ask(admin, person)
    token = token_of(person)
    answer(person, token, "stop")
    assert factor(person) and acts(person) == [("asked", None), ("cancelled", "person")]
    answer(person, token, "remove", status=410, code="token_expired")
    a_day_later(person)
    assert factor(person) and person.call("GET", "/api/auth/mfa")["resetEndsAt"] is None


def test_a5_stopped_in_a_session(admin, person):
    person.refused("DELETE", "/api/auth/mfa/reset", 409, "conflict")
    ask(admin, person)
    person.call("DELETE", "/api/auth/mfa/reset")
    assert factor(person) and not waiting(person) and acts(person)[1:] == [("cancelled", "person")]


def test_a5_called_off_by_the_administrator(admin, person):
    admin.refused("DELETE", path_of(person), 404, "not_found")
    ask(admin, person)
    token = token_of(person)
    admin.call("DELETE", path_of(person))
    answer(person, token, "remove", status=410, code="token_expired")
    assert factor(person) and acts(person)[1:] == [("cancelled", "administrator")]
    # The job of the first request is not that of a second one.
    ask(admin, person)
    a_day_later(person, hours=0)
    assert factor(person) and waiting(person)


def sign_in(person, **proof):
    half = Client(person.instance)
    half.call("POST", "/api/auth/signin", json={"email": person.email, "password": PASSWORD})
    return half.call("POST", "/api/auth/mfa/verify", json=proof)


USES = {
    "a code at sign-in": lambda person: sign_in(person, code=otp.code(person.secret, otp.step())),
    "a recovery code at sign-in": lambda person: sign_in(person, recoveryCode=person.codes[0]),
    "a code as a proof": lambda person: person.call("POST", "/api/auth/step-up", json={"code": otp.code(person.secret, otp.step())}),
    "new recovery codes": lambda person: person.call("POST", "/api/auth/mfa/recovery-codes",
                                                     json={"code": otp.code(person.secret, otp.step())}),
}


@pytest.mark.parametrize("how", USES)
def test_a5_who_has_a_code_has_not_lost_it(admin, person, how):
    ask(admin, person)
    USES[how](person)
    assert factor(person) and not waiting(person) and acts(person)[1:] == [("cancelled", "signed_in")]


def test_a5_a_password_alone_calls_nothing_off(admin, person):
    ask(admin, person)
    person.call("POST", "/api/auth/step-up", json={"password": PASSWORD})
    Client(person.instance).call("POST", "/api/auth/signin", json={"email": person.email, "password": PASSWORD})
    assert waiting(person)


def test_a5_turned_off_by_the_person(admin, person):
    ask(admin, person)
    person.call("DELETE", "/api/auth/mfa", json={"recoveryCode": person.codes[0]})
    assert not waiting(person) and acts(person)[1:] == [("cancelled", "signed_in")]


def test_g4_two_answers_at_once(instance, whole, admin):
    """G4: one of them counts, and the log says which."""
    for _ in range(5):
        person = whole.person("MEMBER")
        otp.enrol(person, instance)
        ask(admin, person)
        body = [{"token": token_of(person), "answer": what} for what in ("stop", "remove", "stop", "remove")]
        with ThreadPoolExecutor(4) as pool:
            replies = list(pool.map(lambda one: Client(instance).post(ANSWER, json=one), body))
        assert sorted(reply.status_code for reply in replies) == [200, 410, 410, 410]
        won = body[[reply.status_code for reply in replies].index(200)]["answer"]
        assert acts(person)[1:] == [("cancelled" if won == "stop" else "done", "person")] and factor(person) == (won == "stop")


@pytest.mark.parametrize("token", ["x" * 43, "tc_" + "0" * 48])
def test_a6_a_token_that_is_none(person, token):
    for what in ("stop", "remove"):
        answer(person, token, what, status=410, code="token_expired")


def test_a6_another_links_token_is_none(instance, admin, person):
    """A6: a link for a password removes no factor, and this one sets no password."""
    ask(admin, person)
    Client(instance).call("POST", "/api/auth/forgot-password", json={"email": person.email})
    answer(person, mailbox.last(instance, person.email, "Choose a new password").token, "remove", status=410, code="token_expired")
    Client(instance).refused("POST", "/api/auth/reset-password", 410, "token_expired",
                             json={"token": token_of(person), "password": "copper window early train"})
    assert factor(person) and waiting(person)


# ---- the time ----

def test_a5_after_a_day(instance, admin, person):
    """A5, A7, A12: nobody objected; before that a job that comes early does nothing."""
    ask(admin, person)
    a_day_later(person, hours=23)
    assert factor(person) and waiting(person) and acts(person) == [("asked", None)]
    instance.sql("INSERT INTO muster.job (org_id, kind, payload, run_at, max_attempts) VALUES (%s, 'factor_reset', "
                 "jsonb_build_object('userId', %s::text), 'infinity', 70)", person.me["orgId"], person.me["id"])
    a_day_later(person, hours=1)
    assert not factor(person) and acts(person)[1:] == [("done", "time")]
    person.refused("GET", "/api/portal/me", 401, "unauthenticated")
    assert mailbox.last(instance, person.email, GONE)
    who = instance.sql("SELECT actor_id, actor_kind FROM muster.audit_log WHERE org_id = %s AND action = 'user.factor_reset'",
                       person.me["orgId"])
    assert who == [{"actor_id": None, "actor_kind": "system"}]
    assert instance.value("SELECT muster.audit_verify(%s)", person.me["orgId"]) is None


CHANGES = {
    "deactivated": "UPDATE muster.app_user SET status = 'DEACTIVATED' WHERE id = %(person)s",
    "an administrator of the platform": "UPDATE muster.app_user SET role = 'SUPER_ADMIN' WHERE id = %(person)s",
    "in a suspended organisation": "UPDATE muster.org SET suspended_at = now() WHERE org_id = %(org)s",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a5_who_could_not_object_keeps_it(instance, admin, person, what):
    """A5: whoever cannot sign in cannot call it off, so it is called off for them."""
    ask(admin, person)
    values = {"%(person)s": person.me["id"], "%(org)s": person.me["orgId"]}
    name = next(name for name in values if name in CHANGES[what])
    instance.sql(CHANGES[what].replace(name, "%s"), values[name])
    a_day_later(person)
    assert factor(person) and not waiting(person) and acts(person)[1:] == [("cancelled", "circumstances")]


def test_e3_the_person_left(instance, admin, person):
    """E3: nothing of it is left, and the job ends."""
    ask(admin, person)
    admin.call("DELETE", f"/api/portal/users/{person.me['id']}")
    a_day_later(person)
    assert instance.value("SELECT state FROM muster.job WHERE org_id = %s AND kind = 'factor_reset'", person.me["orgId"]) == "DONE"
    assert not waiting(person)


def test_g3_a_killed_worker(instance, admin, person):
    """G3: killed while it waits for the factor: another one does it, once."""
    ask(admin, person)
    holder = instance.connect()
    holder.autocommit = False
    cursor = holder.cursor()
    cursor.execute("SELECT 1 FROM muster.second_factor WHERE user_id = %s FOR UPDATE", (person.me["id"],))
    instance.sql("UPDATE muster.account_token SET created_at = created_at - interval '24 hours' WHERE user_id = %s", person.me["id"])
    hurry(person)
    running = "SELECT 1 FROM muster.job WHERE org_id = %s AND kind = 'factor_reset' AND state = 'RUNNING'"
    wait_for(lambda: instance.sql(running, person.me["orgId"]), "a worker has the job", 30)
    instance.kill("muster-jobs")
    holder.rollback()
    holder.close()
    wait_for(lambda: not instance.sql("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%factor_reset_apply%' AND pid <> pg_backend_pid() "
                                      "AND state = 'active'"), "the killed worker's statement has ended", 30)
    wait_for(lambda: instance.is_up("jobs"), "the worker is back", 30)
    instance.sql("UPDATE muster.job SET run_at = now(), lease_until = now() WHERE org_id = %s AND kind = 'factor_reset' AND "
                 "state = 'RUNNING'", person.me["orgId"])
    instance.sql("NOTIFY muster_jobs")
    wait_for(lambda: acts(person)[1:] == [("done", "time")], "it is done", 30)
    assert not factor(person) and len(mailbox.mails(instance, person.email, GONE)) == 1
