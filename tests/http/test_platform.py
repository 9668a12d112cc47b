"""What platform administrators do through the API, and nobody else (A2, A3, A4, A7, A12, A14, B2, B6)."""
import json
import re
import secrets
import threading

import pytest

from tests.lib import Client, Instance, otp, routes
from tests.lib.cast import Cast
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for

NOBODY = routes.NO_UUID


@pytest.fixture
def boss(instance):
    """A platform administrator of an organisation that only this test uses."""
    return Cast(instance, name="Operator").client("platform")


@pytest.fixture
def org(boss):
    """An organisation the platform made, as its reply has it, with .admin who has joined."""
    return create(boss)


def create(boss, name=None, plan="ENTERPRISE"):
    email = f"first-{secrets.token_hex(5)}@example.com"
    made = boss.call("POST", "/api/admin/orgs", expect=201,
                     json={"name": name or f"Made {secrets.token_hex(4)}", "plan": plan, "adminEmail": email})
    token = re.search(r"/register#invite=(\w+)$", made["invitation"]["inviteUrl"])[1]
    made["admin"] = Client(boss.instance).register(email=email, invite=token).signin()
    return made


def acts(client, **query):
    """(action, kind of actor) of the platform's entries in an organisation's own log, oldest first."""
    rows = client.call("GET", "/api/portal/audit-log?limit=200")
    return [(row["action"], row["actor"]["kind"]) for row in reversed(rows) if row["action"].startswith("platform.")]


def all_pages(client, path):
    """Rows of every page, and how many pages there were."""
    rows, pages = [], 0
    while path:
        reply = client.get(path)
        assert reply.status_code == 200, reply.text
        rows, pages = rows + reply.json(), pages + 1
        path = reply.headers["Link"].split(">")[0][1:] if "Link" in reply.headers else None
    return rows, pages


# ---- organisations ----

def test_a4_an_organisation_begins_with_an_invitation(instance, boss):
    """A4, A6, A12: nobody is in it but who accepts; the token is stored as a digest; both logs have it."""
    made = create(boss, "Ångström & <b>Söhne</b>")
    admin = made["admin"]
    assert (admin.me["role"], admin.me["orgId"]) == ("CLIENT_ADMIN", made["id"])
    assert admin.me["organization"]["name"] == "Ångström & <b>Söhne</b>"
    assert made["invitation"]["status"] == "invitation_created"
    assert acts(admin) == [("platform.organization_created", "platform")]
    entry = admin.call("GET", "/api/portal/audit-log?action=platform.organization_created")[0]
    assert entry["actor"] == {"kind": "platform", "id": None, "name": None} and boss.email not in json.dumps(entry)
    mine = boss.call("GET", "/api/portal/audit-log?action=platform.organization_created")[0]
    assert mine["actor"]["id"] == boss.me["id"] and mine["detail"]["organization"] == made["id"]
    assert instance.value("SELECT muster.audit_verify(%s)", made["id"]) is None
    boss.refused("POST", "/api/admin/orgs", 400, "validation_failed", json={"name": "N", "plan": "NOPE", "adminEmail": "a@example.com"})
    assert boss.call("GET", "/api/admin/orgs?q=Ångström%20%26%20<B>")[0]["id"] == made["id"]


def test_the_list(boss, org):
    """Newest first, one page at a time; counts and the newest activity are those of the organisation."""
    org["admin"].generate("bec", questionCount=3)
    org["admin"].colleague()
    plan = "P" + secrets.token_hex(4).upper()
    boss.call("PUT", "/api/admin/settings", json={"plans": [{"name": plan, "seats": 5}]})
    made = [create(boss, plan=plan)["id"] for _ in range(3)]
    rows, pages = all_pages(boss, f"/api/admin/orgs?limit=2&plan={plan}")
    assert [row["id"] for row in rows] == made[::-1] and pages == 2
    found = boss.call("GET", f"/api/admin/orgs?q={boss.call('GET', '/api/admin/orgs/' + org['id'])['slug'].upper()}")
    (row,) = found
    assert (row["people"], row["exercisesThisMonth"], row["status"]) == (2, 1, "ACTIVE") and row["lastActivityAt"]
    detail = boss.call("GET", f"/api/admin/orgs/{org['id']}")
    assert detail["people"] == {"active": 2, "deactivated": 0, "administrators": 1, "invited": 0, "seats": None}
    assert detail["exercisesThisMonth"] == {"used": 1, "limit": None}
    boss.refused("GET", "/api/admin/orgs?cursor=0123456789", 400, "validation_failed")


def test_a_plan_counts_at_once(boss, org):
    """Seats, exercises and API access come from the table of plans; a change is there for the next request."""
    admin = org["admin"]
    key = admin.api_key()
    boss.call("PUT", f"/api/admin/orgs/{org['id']}", json={"plan": "FREE"})
    key.refused("GET", "/api/ttx/catalog", 403, "plan_required")
    assert admin.call("GET", "/api/portal/users")["seats"]["total"] == 3
    assert acts(admin)[-1] == ("platform.plan_changed", "platform")
    plan = "Q" + secrets.token_hex(4).upper()
    boss.call("PUT", "/api/admin/settings", json={"plans": [{"name": plan, "seats": 2, "monthlyExercises": 1, "apiAccess": True}]})
    boss.call("PUT", f"/api/admin/orgs/{org['id']}", json={"plan": plan, "name": "Renamed"})
    key.call("GET", "/api/ttx/catalog")
    admin.generate("bec", questionCount=3)
    admin.refused("POST", "/api/ttx/generate", 403, "quota_exceeded", json={"theme": "bec"})
    boss.call("PUT", "/api/admin/settings", json={"plans": [{"name": plan, "seats": 2, "apiAccess": True}]})
    admin.generate("bec", questionCount=3)
    assert admin.call("GET", "/api/portal/me")["organization"]["name"] == "Renamed"


def test_a7_suspension_reaches_everybody_everywhere(instance, boss, org):
    """A7: sessions, half sessions and keys end; no way leads in until it is resumed, and nothing comes back by itself."""
    admin, guest = org["admin"], f"guest-{secrets.token_hex(4)}@example.com"
    member, factored = admin.colleague(), admin.colleague()
    otp.enrol(factored, instance)
    key, token = admin.api_key(), instance.invite(org["id"], guest)
    half = Client(instance)
    half.call("POST", "/api/auth/signin", json={"email": factored.email, "password": PASSWORD})
    boss.call("PUT", f"/api/admin/orgs/{org['id']}", json={"status": "SUSPENDED"})
    for client in (admin, member, factored):
        client.refused("GET", "/api/portal/me", 401, "unauthenticated")
    key.refused("GET", "/api/ttx/catalog", 401, "unauthenticated")
    half.refused("POST", "/api/auth/mfa/verify", 401, "unauthenticated", json={"code": "123456"})
    for client in (member, factored):
        right, wrong = ({"email": client.email, "password": password} for password in (PASSWORD, "wrong words"))
        Client(instance).refused("POST", "/api/auth/signin", 403, "organization_suspended", json=right)
        Client(instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json=wrong)
    Client(instance).refused("POST", "/api/auth/register", 403, "organization_suspended", json={
        "email": guest, "password": PASSWORD, "firstName": "G", "lastName": "U", "inviteToken": token})
    assert boss.call("GET", f"/api/admin/orgs/{org['id']}")["status"] == "SUSPENDED"
    boss.refused("POST", f"/api/admin/orgs/{org['id']}/invitations", 409, "conflict", json={"email": "x@example.com"})
    boss.call("PUT", f"/api/admin/orgs/{org['id']}", json={"status": "ACTIVE"})
    member.refused("GET", "/api/portal/me", 401, "unauthenticated")
    key.refused("GET", "/api/ttx/catalog", 401, "unauthenticated")
    admin.signin()
    assert acts(admin)[-2:] == [("platform.organization_suspended", "platform"), ("platform.organization_resumed", "platform")]
    Client(instance).register(email=guest, invite=token).signin()
    boss.refused("PUT", f"/api/admin/orgs/{boss.me['orgId']}", 409, "conflict", json={"status": "SUSPENDED"})


def test_suspending_while_others_are_at_work(instance, boss, org):
    """A7, A12: an act that has taken the log is finished first; neither the act nor the suspension fails."""
    act, replies = instance.connect(), []
    act.autocommit = False
    with act.cursor() as cursor:
        instance.hold_log(cursor, org["id"])
        thread = threading.Thread(target=lambda: replies.append(
            boss.call("PUT", f"/api/admin/orgs/{org['id']}", json={"status": "SUSPENDED"})))
        thread.start()
        waiting = "SELECT pid FROM pg_stat_activity WHERE query LIKE '%admin_org_change%' AND wait_event_type = 'Lock'"
        wait_for(lambda: instance.sql(waiting), "the suspension waits")
        cursor.execute("SELECT muster.audit_append(%s, NULL, 'user.tested', 'organization', NULL, NULL)", (org["id"],))
    act.commit()
    act.close()
    thread.join()
    assert replies == [{"success": True}]
    org["admin"].refused("GET", "/api/portal/me", 401, "unauthenticated")
    assert instance.value("SELECT muster.audit_verify(%s)", org["id"]) is None


def test_a13_another_administrator(boss, org):
    """A4, A13: for an organisation whose administrator is out of reach; a new invitation replaces the old; seats count."""
    path, email = f"/api/admin/orgs/{org['id']}/invitations", f"second-{secrets.token_hex(4)}@example.com"
    first, second = (boss.call("POST", path, json={"email": email}, expect=201)["invitation"] for _ in range(2))
    body = {"email": email, "password": PASSWORD, "firstName": "S", "lastName": "E"}
    Client(boss.instance).refused("POST", "/api/auth/register", 410, "token_expired",
                                  json={**body, "inviteToken": first["inviteUrl"].split("=")[1]})
    joined = Client(boss.instance).register(email=email, invite=second["inviteUrl"].split("=")[1]).signin()
    assert joined.me["role"] == "CLIENT_ADMIN"
    boss.refused("POST", path, 409, "conflict", json={"email": email})
    boss.call("PUT", "/api/admin/settings", json={"plans": [{"name": "PAIR", "seats": 2}]})
    boss.call("PUT", f"/api/admin/orgs/{org['id']}", json={"plan": "PAIR"})
    boss.refused("POST", path, 403, "seats_used", json={"email": "third@example.com"})


def test_a14_nobodys_ids(boss):
    """A14: an id that nobody has is 404 on every route with an id."""
    for row in routes.table():
        if row["guard"] == "platform" and "{" in row["path"]:
            fields = {"name": "N", "status": "ACTIVE", "email": "a@example.com", "confirmName": "N"}
            body = {"json": fields} if row["body"] is not None else {}
            boss.refused(row["method"], routes.fill(row["path"]), 404, "not_found", **body)


# ---- people ----

def test_people(boss, org):
    """A3: facts about accounts, found by how the address or name begins, in the order of addresses."""
    tag = secrets.token_hex(5)
    for i in range(3):
        email = f"{tag}-{i}@example.com"
        token = boss.instance.invite(org["id"], email)
        Client(boss.instance).register(email=email, first=f"Fi{tag}", last=f"La{tag}", invite=token).signin()
    for q in (f"{tag.upper()}-", f"la{tag}", f"FI{tag} LA"):
        rows, pages = all_pages(boss, f"/api/admin/users?limit=2&q={q.replace(' ', '%20')}")
        assert [row["email"] for row in rows] == [f"{tag}-{i}@example.com" for i in range(3)] and pages == 2
    assert {row["organization"]["id"] for row in rows} == {org["id"]} and {row["sessions"] for row in rows} == {1}
    assert boss.call("GET", f"/api/admin/users?q={tag}-%25") == []
    assert len(boss.call("GET", f"/api/admin/users?org={org['id']}&limit=200")) == 4
    assert set(rows[0]) == {"id", "email", "firstName", "lastName", "role", "status", "createdAt", "lastSignInAt", "sessions",
                            "secondFactor", "organization"}


def test_a7_deactivation_and_sessions(boss, org):
    """A7, A12: what ends, ends at once; both logs have it; the only administrator stays."""
    admin = org["admin"]
    member = admin.colleague()
    key, path = member.api_key(), f"/api/admin/users/{member.me['id']}"
    assert boss.call("DELETE", path + "/sessions") == {"success": True, "ended": 1}
    member.refused("GET", "/api/portal/me", 401, "unauthenticated")
    key.call("GET", "/api/ttx/catalog")
    boss.call("PUT", path, json={"status": "DEACTIVATED"})
    key.refused("GET", "/api/ttx/catalog", 401, "unauthenticated")
    body = {"email": member.email, "password": PASSWORD}
    Client(boss.instance).refused("POST", "/api/auth/signin", 401, "invalid_credentials", json=body)
    boss.call("PUT", path, json={"status": "ACTIVE"})
    member.signin()
    error = boss.refused("PUT", f"/api/admin/users/{admin.me['id']}", 409, "last_admin", json={"status": "DEACTIVATED"})["error"]
    assert "suspend" in error
    boss.refused("PUT", f"/api/admin/users/{boss.me['id']}", 409, "conflict", json={"status": "DEACTIVATED"})
    other = Cast(boss.instance).client("platform")
    boss.refused("PUT", f"/api/admin/users/{other.me['id']}", 409, "conflict", json={"status": "DEACTIVATED"})
    assert [action for action, _ in acts(admin)][-3:] == [
        "platform.sessions_ended", "platform.user_deactivated", "platform.user_reactivated"]


def test_a2_the_role_is_read_with_every_request(instance, boss):
    """A2: who loses the role, or is deactivated, is out with the next request."""
    boss.call("GET", "/api/admin/orgs")
    instance.sql("UPDATE muster.app_user SET role = 'CLIENT_ADMIN' WHERE id = %s", boss.me["id"])
    for row in routes.table():
        if row["guard"] == "platform":
            boss.refused(row["method"], routes.fill(row["path"]), 403, "forbidden", **({"json": {}} if row["body"] is not None else {}))


# ---- settings ----

def test_signups_and_default_plan(boss, instance):
    """A4, G4: a stored value comes before the environment's, for the next registration; null goes back."""
    before = boss.call("GET", "/api/admin/settings")
    assert before["signups"] == {"value": "open", "stored": None, "environment": "open"}
    assert before["defaultPlan"] == {"value": "ENTERPRISE", "stored": None, "environment": "ENTERPRISE"}
    new = {"email": f"new-{secrets.token_hex(4)}@example.com", "password": PASSWORD, "firstName": "N", "lastName": "W"}
    try:
        boss.call("PUT", "/api/admin/settings", json={"signups": "closed", "defaultPlan": "STARTER"})
        assert Client(instance).call("GET", "/api/public/signup-status")["open"] is False
        Client(instance).refused("POST", "/api/auth/register", 403, "signups_closed", json=new)
        assert boss.call("GET", "/api/admin/settings")["signups"] == {"value": "closed", "stored": "closed", "environment": "open"}
        boss.call("PUT", "/api/admin/settings", json={"defaultPlan": "STARTER"})
        assert Client(instance).call("GET", "/api/public/signup-status")["open"] is True
        assert Client(instance).register().signin().me["organization"]["plan"] == "STARTER"
        error = boss.refused("PUT", "/api/admin/settings", 400, "validation_failed", json={"defaultPlan": "NOPE"})
        assert [field["field"] for field in error["fields"]] == ["defaultPlan"]
    finally:
        boss.call("PUT", "/api/admin/settings", json={})
    assert Client(instance).register().signin().me["organization"]["plan"] == "ENTERPRISE"


def test_plans(boss):
    """Plans are added and changed by name; null is no limit; a name is a name."""
    name = "R" + secrets.token_hex(4).upper()
    boss.call("PUT", "/api/admin/settings", json={"plans": [{"name": name, "seats": 7, "monthlyExercises": 0, "byok": True}]})

    def plan():
        return next(row for row in boss.call("GET", "/api/admin/settings")["plans"] if row["name"] == name)
    assert plan() == {"name": name, "seats": 7, "monthlyExercises": 0, "apiAccess": False, "byok": True, "organizations": 0}
    create(boss, plan=name)
    boss.call("PUT", "/api/admin/settings", json={"plans": [{"name": name, "seats": None, "apiAccess": True}]})
    assert plan() == {"name": name, "seats": None, "monthlyExercises": None, "apiAccess": True, "byok": False, "organizations": 1}
    for wrong in ("lower", "1A", "A B", "", "A" * 41, "Ä"):
        boss.refused("PUT", "/api/admin/settings", 400, "validation_failed", json={"plans": [{"name": wrong}]})
    for plans, fields in (([{"name": "TWICE"}, {"name": "TWICE"}], {"plans[1].name"}),
                          ([{"seats": 0}], {"plans[0].name", "plans[0].seats"})):
        error = boss.refused("PUT", "/api/admin/settings", 400, "validation_failed", json={"plans": plans})
        assert {field["field"] for field in error["fields"]} == fields
    assert "TWICE" not in [row["name"] for row in boss.call("GET", "/api/admin/settings")["plans"]]


def test_e4_retention(boss, instance):
    """E4, A12: periods are configuration; a wrong name stores nothing of the request."""
    rule = next(row for row in boss.call("GET", "/api/admin/settings")["retention"] if row["name"] == "mails")
    try:
        boss.call("PUT", "/api/admin/settings", json={"retention": [{"name": "mails", "days": 12}]})
        assert instance.value("SELECT days FROM muster.retention WHERE name = 'mails'") == 12
        boss.refused("PUT", "/api/admin/settings", 400, "validation_failed", json={
            "signups": "closed", "plans": [{"name": "NEVER"}], "retention": [{"name": "mails", "days": 1}, {"name": "nothing"}]})
        settings = boss.call("GET", "/api/admin/settings")
        assert settings["signups"]["stored"] is None and "NEVER" not in [row["name"] for row in settings["plans"]]
        assert next(row for row in settings["retention"] if row["name"] == "mails")["days"] == 12
        boss.call("PUT", "/api/admin/settings", json={"retention": [{"name": "mails"}]})
        assert instance.value("SELECT days FROM muster.retention WHERE name = 'mails'") is None
    finally:
        boss.call("PUT", "/api/admin/settings", json={"retention": [{"name": "mails", "days": rule["days"]}]})
    entries = boss.call("GET", "/api/portal/audit-log?action=platform.retention_changed")
    assert [row["detail"]["days"] for row in entries] == [rule["days"], None, 12]


def test_b2_mail_settings_hold_no_secret():
    """B2: host and port of the mail server, not what is in front of them; a created organisation's link goes by mail alone."""
    with Instance(SMTP_URL="smtp://127.0.0.1:1", MAIL_FROM="Muster <muster@example.com>", PROCESSES=2) as own:
        boss = Cast(own).client("platform")
        settings = boss.call("GET", "/api/admin/settings")
        assert settings["mail"] == {"configured": True, "host": "127.0.0.1:1", "from": "Muster <muster@example.com>"}
        made = boss.call("POST", "/api/admin/orgs", json={"name": "By mail", "plan": "FREE", "adminEmail": "by@mail.example"}, expect=201)
        assert made["invitation"]["status"] == "sent" and "inviteUrl" not in made["invitation"]
        (row,) = own.sql("SELECT m.recipient, m.kind, m.sealed, i.id FROM muster.mail m JOIN muster.invitation i ON i.mail_id = m.id "
                         "WHERE m.org_id = %s", made["id"])
        assert (row["recipient"], row["kind"]) == ("by@mail.example", "invitation") and "register?invite" not in row["sealed"]


# ---- health and dead letters ----

def test_g3_health_is_measured(instance, boss):
    """G3: figures follow what is there; a family that is stopped is seen."""
    health = boss.call("GET", "/api/admin/health")
    assert set(health["families"]) >= {"auth", "exercises", "portal"} and set(health["families"].values()) == {"ok"}
    assert 0 < health["database"]["roundTripMs"] < 1000 and health["database"]["sizeBytes"] > 1000000
    assert health["database"]["version"] == instance.value("SHOW server_version").split()[0]
    assert health["database"]["migration"] == instance.value("SELECT name FROM schema_version ORDER BY version DESC LIMIT 1")
    assert health["secretKey"]["id"] == (instance.var / "etc/secret.key").read_text(encoding="ascii").split(":")[0]
    instance.stop_service("exercises")
    try:
        stopped = boss.call("GET", "/api/admin/health")
        assert (stopped["families"]["exercises"], stopped["status"]) == ("unavailable", "degraded")
    finally:
        instance.start_service("exercises")


def dead_letter(instance, org, error="550 <some.body@post.example> unknown"):
    mail = instance.value("SELECT muster.mail_queue_in(%s, NULL, 'some.body@post.example', 'invitation', 'en', NULL)", org)
    instance.sql("UPDATE muster.mail SET state = 'DEAD', finished_at = now() WHERE id = %s", mail)
    return instance.value("UPDATE muster.job SET state = 'DEAD', finished_at = now(), lease_until = NULL, attempts = 70, last_error = %s "
                          "WHERE mail_id = %s RETURNING id::text", error, mail)


def test_dead_letters(instance, boss, org):
    """A3, A12: kind, organisation, attempts and the error without the address; put back or given up once."""
    instance.stop_service("jobs")  # it would try at once, and fail again
    try:
        look_at_dead_letters(instance, boss, org)
    finally:
        instance.start_service("jobs")
    assert [action for action, _ in acts(org["admin"])][-2:] == ["platform.job_retried", "platform.job_deleted"]


def look_at_dead_letters(instance, boss, org):
    kept, given_up = (dead_letter(instance, org["id"]) for _ in range(2))
    rows, pages = all_pages(boss, "/api/admin/jobs?state=DEAD&limit=1")
    row = next(row for row in rows if row["id"] == kept)
    assert pages >= 2 and row["mail"] == {"kind": "invitation", "domain": "post.example"} and row["attempts"] == 70
    assert row["organization"]["id"] == org["id"] and "some.body" not in json.dumps(rows) and "550" in row["lastError"]
    assert boss.call("GET", "/api/admin/health")["jobs"]["dead"] >= 2
    boss.call("POST", f"/api/admin/jobs/{kept}/retry")
    boss.refused("POST", f"/api/admin/jobs/{kept}/retry", 409, "conflict")
    boss.call("DELETE", f"/api/admin/jobs/{given_up}")
    boss.refused("DELETE", f"/api/admin/jobs/{given_up}", 404, "not_found")
    left = {row["id"] for row in all_pages(boss, "/api/admin/jobs")[0]}
    assert not left & {kept, given_up}


# ---- the log ----

def test_a12_the_platforms_log(boss, org):
    """A12: each act once, with who did it, across administrators; one organisation's log with its own entries."""
    other = Cast(boss.instance, name="Second operator").client("platform")
    other.call("PUT", f"/api/admin/orgs/{org['id']}", json={"plan": "GROWTH"})
    rows, pages = all_pages(boss, "/api/admin/audit-log?limit=3&action=platform.plan_changed")
    row = rows[0]
    assert (row["actor"]["id"], row["organization"]["name"], row["target"]["id"]) == (other.me["id"], "Second operator", org["id"])
    assert row["detail"] == {"organization": org["id"], "plan": "GROWTH", "before": "ENTERPRISE"}
    mine, pages = all_pages(boss, f"/api/admin/audit-log?limit=1&actor={boss.me['id']}")
    assert [row["action"] for row in mine] == ["platform.organization_created"] and pages == 1
    theirs, pages = all_pages(boss, f"/api/admin/audit-log?limit=2&org={org['id']}")
    assert [row["seq"] for row in theirs] == sorted({row["seq"] for row in theirs}, reverse=True) and pages >= 2
    assert {"platform.plan_changed", "user.joined", "user.signed_in"} <= {row["action"] for row in theirs}
    assert boss.call("GET", f"/api/admin/audit-log?org={NOBODY}") == []
    boss.refused("GET", "/api/admin/audit-log?action=x'y", 400, "validation_failed")
    boss.refused("GET", f"/api/admin/audit-log?org={org['id']}&cursor=x", 400, "validation_failed")
    boss.refused("GET", "/api/admin/audit-log?cursor=5", 400, "validation_failed")


def test_a3_the_platform_sees_no_content(instance, boss, org):
    """A3: nothing of what an organisation trains, answers or says about itself is in any reply of the platform's routes."""
    admin = org["admin"]
    admin.call("PUT", "/api/portal/profile", json={"industry": "canary-industry"})
    exercise = admin.run("bec", questionCount=3)
    admin.call("GET", f"/api/portal/certificate?sessionId={exercise}")
    title = admin.session(exercise)["title"]
    paths = [f"/api/admin/orgs/{org['id']}", f"/api/admin/users?org={org['id']}", f"/api/admin/audit-log?org={org['id']}&limit=200",
             "/api/admin/orgs?limit=200", "/api/admin/jobs", "/api/admin/health", "/api/admin/settings", "/api/admin/audit-log?limit=200"]
    for path in paths:
        text = boss.get(path).text
        for word in ("canary-industry", title, "PLATINUM", "GOLD", "theme", "accuracy"):
            assert word not in text, (path, word)
    # Their role is no key to other organisations' own routes either.
    boss.refused("GET", f"/api/ttx/session/{exercise}", 404, "not_found")


def test_b6_errors_are_plain(instance, boss):
    """B6: a failing statement is a sentence and an id; its text is in the log alone."""
    instance.sql("ALTER FUNCTION muster.admin_orgs(integer, bigint, uuid, text, text) RENAME TO admin_orgs_gone")
    try:
        reply = boss.http.get(instance.url + "/api/admin/orgs", headers={"Cookie": boss.cookie})
        assert reply.status_code in (500, 503) and "admin_orgs" not in reply.text and "muster" not in reply.text
    finally:
        instance.sql("ALTER FUNCTION muster.admin_orgs_gone(integer, bigint, uuid, text, text) RENAME TO admin_orgs")
    boss.call("GET", "/api/admin/orgs")
