"""Deleting an organisation: it is suspended, its administrators are told, and for seven days it can be taken back (E2, E3, A7, A15)."""
import re
import threading
from datetime import datetime, timedelta, timezone

import pytest

from tests.lib import Client, mailbox, routes
from tests.lib.cast import Cast
from tests.lib.client import PASSWORD
from tests.lib.ending import close, come, erased, is_gone, look, looked
from tests.lib.instance import wait_for
from tests.lib.sample import request_of

DELETE, RESTORE = "/api/portal/delete-organization", "/api/portal/restore-organization"
# What stays open: to know where one stands, to prove who one is, one's own data and leaving, and taking it back.
OPEN = {"GET /api/portal/me", "POST /api/auth/signout", "POST /api/auth/step-up", "GET /api/auth/mfa", "POST /api/auth/mfa/verify",
        "GET /api/portal/privacy", "GET /api/portal/gdpr-export", "POST /api/portal/delete-account", "POST " + DELETE, "POST " + RESTORE}


@pytest.fixture(name="boss")
def a_platform_administrator(instance):
    return Cast(instance, name="Operator").client("platform")


def body_of(client):
    return {"confirmName": client.me["organization"]["name"], "confirmEmail": client.email}


def time_of(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def restore(client, expect=200):
    return client.call("POST", RESTORE, expect=expect)


def log_of(client):
    """Acts about the organisation as a whole, oldest first."""
    rows = client.call("GET", "/api/portal/audit-log?limit=200")
    return [row["action"] for row in reversed(rows) if re.search(r"deletion_asked|restored", row["action"])]


def tables(instance, org):
    """Rows of the organisation by table."""
    names = instance.sql("SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id' "
                         "WHERE c.relnamespace = 'muster'::regnamespace AND c.relkind = 'r'")
    counts = {row["name"]: instance.value(f"SELECT count(*) FROM muster.{row['name']} WHERE org_id = %s", org) for row in names}
    return {name: rows for name, rows in counts.items() if rows}


# ---- suspension ----

def test_it_is_suspended_and_comes_back_as_it_was(instance, new_admin):
    """E2, A7: nobody plays or changes anything, every key is refused with the date; taken back, sessions and keys go on as before."""
    admin, neighbour = new_admin(organization="Second Thoughts Ltd"), new_admin()
    member, key = admin.colleague(), admin.api_key(scopes=["exercises", "results", "team", "settings", "account"])
    run, begun = member.run("bec", questionCount=3), member.generate("bec", questionCount=3)
    certificate = re.search(r"/verify/([0-9a-f-]{36})", member.call("GET", f"/api/portal/certificate?sessionId={run}"))[1]
    reply = close(admin)
    assert set(reply) == {"endsAt"}
    ends = time_of(reply["endsAt"])
    assert abs(ends - datetime.now(timezone.utc) - timedelta(days=7)) < timedelta(minutes=5)
    said = f"{ends.day} {ends:%B %Y, %H:%M} UTC"
    for client in (admin, member, key):
        error = client.refused("POST", "/api/ttx/generate", 403, "organization_ending", json={"theme": "bec"})
        assert error["error"] == f"This organisation will be deleted on {said}. Until then an administrator of it can restore it."
        client.refused("GET", "/api/portal/sessions", 403, "organization_ending")
        assert client.call("GET", "/api/portal/me")["organization"]["endsAt"] == reply["endsAt"]
    member.refused("POST", f"/api/ttx/session/{begun}/answer", 403, "organization_ending", json={"questionIndex": 0, "selectedOption": "A"})
    assert "endsAt" not in neighbour.call("GET", "/api/portal/me")["organization"]
    # People sign in and read where they stand; certificates stay verifiable.
    again = Client(instance).signin(member.email, PASSWORD)
    assert again.me["organization"]["endsAt"] == reply["endsAt"]
    assert Client(instance).call("GET", f"/api/public/certificates/{certificate}")["status"] == "valid"
    # Asked for again: the same end.
    assert close(admin) == reply
    member.refused("POST", RESTORE, 403, "forbidden")
    restore(admin)
    assert "endsAt" not in admin.call("GET", "/api/portal/me")["organization"]
    assert run in [row["id"] for row in key.call("GET", "/api/portal/sessions")]
    for client in (member, again):
        client.call("GET", f"/api/ttx/session/{begun}")
    member.answer(begun, 0, "A")
    restore(admin)  # nothing to take back, and nothing noted
    assert log_of(admin) == ["organization.deletion_asked", "organization.restored"]
    assert instance.value("SELECT muster.audit_verify(%s)", admin.me["orgId"]) is None


@pytest.mark.parametrize("row", [row for row in routes.usual() if row["guard"] not in ("public", "pending", "platform")], ids=routes.name)
def test_every_row_but_those_that_stay_open(instance, ending, row):
    """E2: each row of every family, by a session; by a key where it has a scope."""
    assert row["ending"] == (routes.name(row) in OPEN)
    path, options = request_of(row, ending["admin"])
    if row["ending"]:
        return
    for client in (ending["admin"], ending["key"]) if row["scope"] else (ending["admin"],):
        client.refused(row["method"], path, 403, "organization_ending", **options)


@pytest.fixture(scope="module")
def ending(instance):
    """An administrator of an organisation that is going to be deleted, and a key with every scope."""
    cast = Cast(instance)
    admin = cast.client("admin")
    key = Client(instance).register().signin().api_key(scopes=["exercises", "results", "team", "settings", "account"])
    instance.sql("INSERT INTO muster.org_ending (org_id, ends_at) SELECT o, now() + interval '7 days' FROM unnest(%s::uuid[]) o",
                 [cast.org, key.me["orgId"]])
    return {"admin": admin, "key": key}


def test_people_keep_their_rights(instance, new_admin):
    """E1, E2: export and leaving wait for nothing, also of the last administrator, once the organisation is going to be deleted."""
    admin = new_admin(organization="Emptying Ltd")
    member, key = admin.colleague(), admin.colleague().api_key(scopes=["account"])
    admin.refused("POST", "/api/portal/delete-account", 409, "last_admin", json={"confirmEmail": admin.email})
    close(admin)
    assert member.call("GET", "/api/portal/gdpr-export")["personalData"]["email"] == member.email
    assert key.call("GET", "/api/portal/gdpr-export")["personalData"]["email"] == key.email
    assert member.call("GET", "/api/portal/privacy")["categories"]
    for client in (member, admin):
        client.call("POST", "/api/portal/delete-account", json={"confirmEmail": client.email})
        client.refused("GET", "/api/portal/me", 401, "unauthenticated")
    assert not is_gone(instance, admin.me["orgId"])
    erased(instance, admin.me["orgId"])


def test_nobody_comes_in(instance, new_admin):
    """A4: neither by an invitation nor by a move from elsewhere nor by a mail domain; afterwards the same links work."""
    admin = new_admin()
    org, guest = admin.me["orgId"], Client(instance)
    mover = new_admin()
    token = instance.invite(org, f"guest-{org}@example.com")
    move = instance.invite(org, mover.email)
    close(admin)
    body = {"email": f"guest-{org}@example.com", "password": PASSWORD, "firstName": "A", "lastName": "B", "inviteToken": token}
    error = guest.refused("POST", "/api/auth/register", 403, "organization_ending", json=body)
    assert "will be deleted on" in error["error"]
    mover.refused("POST", "/api/auth/invitations/accept", 403, "organization_ending", json={"token": move})
    assert mover.get("/api/portal/me").status_code == 200
    assert instance.value("SELECT count(*) FROM muster.app_user WHERE org_id = %s", org) == 1
    restore(admin)
    guest.call("POST", "/api/auth/register", json=body, expect=201)
    mover.call("POST", "/api/auth/invitations/accept", json={"token": move})


def test_it_is_proven_and_typed(instance, admin):
    """E3, A15: both ask for a fresh proof, the deletion for name and address; a member may do neither, and no key restores."""
    member, key = admin.colleague(), admin.api_key(scopes=["account", "settings", "team"])
    for client in (member, key):
        client.refused("POST", DELETE, 403, "forbidden" if client is member else "scope_missing", json=body_of(admin))
    admin.refused("POST", DELETE, 400, "name_mismatch", json={**body_of(admin), "confirmName": "Somebody else's"})
    admin.refused("POST", DELETE, 400, "email_mismatch", json={**body_of(admin), "confirmEmail": member.email})
    stale = "UPDATE muster.user_session SET created_at = now() - interval '16 minutes', stepped_up_at = NULL WHERE user_id = %s"
    instance.sql(stale, admin.me["id"])
    admin.refused("POST", DELETE, 403, "recent_sign_in_required", json=body_of(admin))
    admin.call("POST", "/api/auth/step-up", json={"password": PASSWORD})
    close(admin)
    instance.sql(stale, admin.me["id"])
    admin.refused("POST", RESTORE, 403, "recent_sign_in_required")
    key.refused("POST", RESTORE, 403, "scope_missing")
    admin.call("POST", "/api/auth/step-up", json={"password": PASSWORD})
    restore(admin)


# ---- notice ----

def test_administrators_are_told(instance, new_admin):
    """Every administrator gets a mail at once and one the day before, and one when it is taken back; members get none."""
    admin = new_admin(organization="Well Informed Ltd")
    second, member = admin.colleague("CLIENT_ADMIN"), admin.colleague()
    ends, org = time_of(close(admin)["endsAt"]), admin.me["orgId"]
    receipt = str(instance.value("SELECT receipt FROM muster.org_ending WHERE org_id = %s", org))
    for client in (admin, second):
        mail = mailbox.last(instance, client.email, "Your organisation is going to be deleted")
        assert f"{ends.day} {ends:%B %Y, %H:%M} UTC" in mail.text and receipt in mail.text and mail.url.endswith("/privacy")
    looked(instance)
    assert not mailbox.mails(instance, admin.email, "Your organisation will be deleted")
    instance.sql("UPDATE muster.org_ending SET ends_at = now() + interval '23 hours' WHERE org_id = %s", org)
    for _ in range(2):  # once, however often it looks
        looked(instance)
    for client in (admin, second):
        assert len(mailbox.mails(instance, client.email, "Your organisation will be deleted within a day")) == 1
    restore(second)
    for client in (admin, second):
        assert len(mailbox.mails(instance, client.email, "Your organisation is not going to be deleted")) == 1
    assert not [mail for mail in mailbox.mails(instance, member.email) if "deleted" in mail.subject]


def test_a_notice_that_holds_no_more_is_not_sent(instance, admin):
    """Restored before the worker came to it."""
    instance.stop_service("jobs")
    try:
        close(admin)
        restore(admin)
    finally:
        instance.start_service("jobs")
    assert not mailbox.mails(instance, admin.email, admin.me["organization"]["name"] + " is going")
    assert mailbox.last(instance, admin.email, "Your organisation is not going")


# ---- the end ----

def test_its_time_comes(instance, new_admin):
    """E2, E3: everything goes, accounts and addresses are free, the receipt is the one that was announced; others stay."""
    admin, neighbour = new_admin(organization="Ephemeral Ltd"), new_admin()
    member, org = admin.colleague(), admin.me["orgId"]
    key = member.api_key()
    member.run("bec", questionCount=3)
    close(admin)
    (asked,) = [row for row in instance.sql("SELECT detail FROM muster.audit_log WHERE org_id = %s "
                                            "AND action = 'organization.deletion_asked'", org)]
    receipt = erased(instance, org)
    assert asked["detail"]["receipt"] == str(receipt)
    assert instance.sql("SELECT kind FROM muster.erasure_receipt WHERE id = %s", receipt) == [{"kind": "organization"}]
    assert tables(instance, org) == {}
    for client in (admin, member, key):
        client.refused("GET", "/api/portal/me", 401, "unauthenticated")
    assert neighbour.get("/api/portal/sessions").status_code == 200
    Client(instance).register(email=admin.email).signin()


def test_it_does_not_come_early(instance, admin):
    close(admin)
    looked(instance)
    assert not is_gone(instance, admin.me["orgId"])
    restore(admin)
    come(instance, admin.me["orgId"])
    looked(instance)
    assert not is_gone(instance, admin.me["orgId"])


def test_too_late(instance, admin):
    """Once the erasure has begun nobody is signed in, signs in or takes it back; it goes on where it stood."""
    member, org = admin.colleague(), admin.me["orgId"]
    for _ in range(3):
        member.generate("bec", questionCount=3)
    close(admin)
    come(instance, org)
    instance.sql("SELECT muster.org_ending_step()")
    boss = Cast(instance).client("platform")
    boss.refused("POST", f"/api/admin/orgs/{org}/restore-organization", 409, "conflict")
    admin.refused("POST", RESTORE, 401, "unauthenticated")
    Client(instance).refused("POST", "/api/auth/signin", 403, "organization_ending", json={"email": admin.email, "password": PASSWORD})
    looked(instance)
    assert is_gone(instance, org)


def test_killed_at_every_step(instance, admin):
    """E2: whatever is killed in a step leaves a whole one behind, and the job ends what was begun."""
    member, org = admin.colleague(), admin.me["orgId"]
    for _ in range(3):
        member.run("bec", questionCount=3)
    close(admin)
    come(instance, org)
    receipt = instance.value("SELECT receipt FROM muster.org_ending WHERE org_id = %s", org)
    instance.stop_service("jobs")
    steps = []
    try:
        while not is_gone(instance, org):
            before = tables(instance, org)
            with instance.connect() as broken, broken.cursor() as cursor:
                cursor.execute("BEGIN; SELECT muster.org_ending_step(1)")
                broken.rollback()
            assert tables(instance, org) == before
            instance.sql("SELECT muster.org_ending_step(1)")
            exercises = instance.value("SELECT count(*) FROM muster.exercise WHERE org_id = %s", org)
            answers = instance.value("SELECT count(*) FROM muster.answer WHERE org_id = %s", org)
            assert answers == 3 * exercises
            steps.append(exercises)
    finally:
        instance.start_service("jobs")
    assert steps == [3, 2, 1, 0, 0]
    assert instance.value("SELECT count(*) FROM muster.erasure_receipt WHERE id = %s", receipt) == 1


def test_a_worker_killed_in_the_middle(instance, admin):
    """kill -9 while a step waits: the lease runs out, another worker goes on."""
    org = admin.me["orgId"]
    admin.run("bec", questionCount=3)
    close(admin)
    come(instance, org)
    lock = instance.connect()
    try:
        with lock.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('play:' || %s, 0))", (org,))
        job = look(instance)
        wait_for(lambda: instance.value("SELECT count(*) FROM pg_stat_activity WHERE usename = 'muster_jobs' AND wait_event = 'advisory'"),
                 "a worker stands in a step")
        instance.kill("muster-jobs")
        wait_for(lambda: not instance.value("SELECT count(*) FROM pg_stat_activity WHERE usename = 'muster_jobs' "
                                            "AND wait_event = 'advisory' AND state <> 'active'"), "it is dead")
    finally:
        lock.close()
    instance.sql("UPDATE muster.job SET run_at = now(), lease_until = now() WHERE id = %s AND state = 'RUNNING'", job)
    instance.sql("NOTIFY muster_jobs")
    wait_for(lambda: is_gone(instance, org), "the organisation is gone", 40)


# ---- at the same moment ----

def at_once(instance, org, *acts):
    """Runs the acts while somebody holds the organisation's row, so that all of them meet; their replies' statuses, in order."""
    lock, replies = instance.connect(), {}
    with lock.cursor() as cursor:
        cursor.execute("BEGIN; SELECT FROM muster.org WHERE org_id = %s FOR NO KEY UPDATE", (org,))

    def run(number, act):
        replies[number] = act()
    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename LIKE 'muster%%'"
    wait_for(lambda: instance.value(waiting) >= len(acts), "all of them wait")
    lock.close()
    for thread in threads:
        thread.join()
    return [replies[number] for number in range(len(acts))]


def twin(client):
    other = Client(client.instance)
    other.cookie, other.email, other.me = client.cookie, client.email, client.me
    return other


def test_two_who_delete_or_restore_at_once(instance, admin):
    """Both are told the same; the log and the mails have it once."""
    second, org = admin.colleague("CLIENT_ADMIN"), admin.me["orgId"]
    second.me["organization"] = admin.me["organization"]
    replies = at_once(instance, org, *[lambda c=c: twin(c).post(DELETE, json=body_of(c)) for c in (admin, second)])
    assert [reply.status_code for reply in replies] == [202, 202] and replies[0].json() == replies[1].json()
    replies = at_once(instance, org, *[lambda c=c: twin(c).post(RESTORE) for c in (admin, second)])
    assert [reply.status_code for reply in replies] == [200, 200]
    assert log_of(admin) == ["organization.deletion_asked", "organization.restored"]
    assert len(mailbox.mails(instance, second.email, "Your organisation is")) == 2


def test_restoring_in_the_moment_the_job_begins(instance, new_admin):
    """One of them wins, and the other one finds that: all of it is there, or all of it goes."""
    for _ in range(4):
        admin = new_admin()
        org = admin.me["orgId"]
        admin.run("bec", questionCount=3)
        before = tables(instance, org)
        close(admin)
        come(instance, org)
        (reply, _) = at_once(instance, org, lambda a=admin: a.post(RESTORE), lambda: look(instance))
        if reply.status_code == 200:
            looked(instance)
            assert admin.get("/api/portal/sessions").status_code == 200
            assert before.items() <= {**tables(instance, org), "audit_log": before["audit_log"], "mail": before.get("mail", 0),
                                      "job": before.get("job", 0)}.items()
        else:
            assert reply.status_code in (401, 409)
            wait_for(lambda o=org: is_gone(instance, o), "the organisation is gone", 40)


def test_joining_in_the_moment_of_the_deletion(instance, admin):
    """Who is in before is in, everybody else is refused: nobody joins afterwards."""
    org = admin.me["orgId"]
    email = f"late-{org}@example.com"
    body = {"email": email, "password": PASSWORD, "firstName": "A", "lastName": "B", "inviteToken": instance.invite(org, email)}
    joined, asked = at_once(instance, org, lambda: Client(instance).post("/api/auth/register", json=body),
                            lambda: twin(admin).post(DELETE, json=body_of(admin)))
    assert asked.status_code == 202 and joined.status_code in (201, 403)
    assert instance.value("SELECT count(*) FROM muster.app_user WHERE org_id = %s", org) == (2 if joined.status_code == 201 else 1)


# ---- the platform ----

def test_the_platform_deletes_and_restores(instance, boss, admin):
    """A12, A14: the same for any organisation; both logs have it; the organisation's administrators can take it back, too."""
    org, name = admin.me["orgId"], admin.me["organization"]["name"]
    path = f"/api/admin/orgs/{org}"
    error = boss.refused("POST", path + "/delete-organization", 400, "validation_failed", json={"confirmName": name + "x"})
    assert [field["field"] for field in error["fields"]] == ["confirmName"]
    boss.refused("POST", f"/api/admin/orgs/{routes.NO_UUID}/delete-organization", 404, "not_found", json={"confirmName": name})
    boss.refused("POST", f"/api/admin/orgs/{routes.NO_UUID}/restore-organization", 404, "not_found")
    assert boss.call("GET", path)["endsAt"] is None
    reply = boss.call("POST", path + "/delete-organization", json={"confirmName": name}, expect=202)
    assert set(reply) == {"endsAt"} and boss.call("DELETE", path, json={"confirmName": name}, expect=202) == reply
    assert boss.call("GET", path)["endsAt"] == reply["endsAt"]
    (row,) = [row for row in boss.call("GET", f"/api/admin/orgs?q={name}") if row["id"] == org]
    assert row["endsAt"] == reply["endsAt"]
    boss.refused("POST", path + "/invitations", 409, "conflict", json={"email": "new@example.com"})
    admin.refused("GET", "/api/portal/sessions", 403, "organization_ending")
    restore(admin)
    assert boss.call("GET", path)["endsAt"] is None
    boss.call("POST", path + "/delete-organization", json={"confirmName": name}, expect=202)
    for _ in range(2):
        boss.call("POST", path + "/restore-organization")
    assert log_of(admin) == ["platform.deletion_asked", "organization.restored",
                             "platform.deletion_asked", "platform.organization_restored"]
    assert log_of(boss) == ["platform.deletion_asked", "platform.deletion_asked", "platform.organization_restored"]
    boss.call("POST", path + "/delete-organization", json={"confirmName": name}, expect=202)
    receipt = str(erased(instance, org))
    boss.refused("GET", path, 404, "not_found")
    entry = boss.call("GET", "/api/portal/audit-log?action=platform.organization_deleted")[0]
    assert (entry["target"]["id"], entry["detail"]["receipt"], entry["actor"]["kind"]) == (org, receipt, "system")
    assert receipt in [row["detail"]["receipt"] for row in boss.call("GET", "/api/portal/audit-log?action=platform.deletion_asked")]
    assert [row["detail"]["receipt"] for row in boss.call("GET", "/api/admin/audit-log?action=platform.organization_deleted")][0] == receipt
    assert instance.value("SELECT muster.audit_verify(%s)", boss.me["orgId"]) is None


def test_what_the_platform_had_suspended_stays_suspended(instance, boss, admin):
    """A7: then only the platform restores, and the organisation is suspended as before."""
    org, name = admin.me["orgId"], admin.me["organization"]["name"]
    path = f"/api/admin/orgs/{org}"
    boss.call("PUT", path, json={"status": "SUSPENDED"})
    boss.call("POST", path + "/delete-organization", json={"confirmName": name}, expect=202)
    signin = {"email": admin.email, "password": PASSWORD}
    Client(instance).refused("POST", "/api/auth/signin", 403, "organization_suspended", json=signin)
    boss.call("POST", path + "/restore-organization")
    found = boss.call("GET", path)
    assert (found["status"], found["endsAt"]) == ("SUSPENDED", None)
    Client(instance).refused("POST", "/api/auth/signin", 403, "organization_suspended", json=signin)
    boss.call("PUT", path, json={"status": "ACTIVE"})
    admin.signin()


def test_the_platforms_own_stays(instance, boss):
    """E3: an organisation with a platform administrator is not deleted from there; one that is going to be deleted gets none."""
    own = boss.call("GET", f"/api/admin/orgs/{boss.me['orgId']}")
    boss.refused("POST", f"/api/admin/orgs/{own['id']}/delete-organization", 409, "conflict", json={"confirmName": own["name"]})
    other = Client(instance).register().signin()
    close(other)
    assert instance.value("SELECT muster.server_platform_admin(%s, false)", other.email) == "ending"


def test_only_platform_administrators_who_stay_count(instance, boss):
    """E3: the last one who is not about to go with the organisation keeps the installation."""
    other = Cast(instance).client("platform")
    rows = instance.sql("UPDATE muster.app_user SET status = 'DEACTIVATED' WHERE role = 'SUPER_ADMIN' AND status = 'ACTIVE' "
                        "AND id <> ALL (%s::uuid[]) RETURNING id", [boss.me["id"], other.me["id"]])
    rest = [row["id"] for row in rows]
    try:
        close(other)
        boss.refused("POST", DELETE, 409, "last_admin", json=body_of(boss))
        boss.refused("POST", "/api/portal/delete-account", 409, "last_admin", json={"confirmEmail": boss.email})
        other.refused("GET", "/api/admin/orgs", 403, "organization_ending")
        restore(other)
        close(boss)
        restore(boss)
    finally:
        instance.sql("UPDATE muster.app_user SET status = 'ACTIVE' WHERE id = ANY (%s::uuid[])", rest)
