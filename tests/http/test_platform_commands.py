"""Commands on the server: organisations and platform administrators, through the real script (A4, A6, A12)."""
import re
import subprocess

import pytest

from tests.lib import Client, Instance, mailbox, otp
from tests.lib.client import PASSWORD
from tests.lib.instance import ROOT

NAMES = ["Plain Ltd", "O'Brien \"& Sons\" $HOME `id`; DROP TABLE muster.org; --", "Überlandwerk 日本 :name \\ %s 'x'"]


@pytest.fixture(scope="module")
def own():
    """Its own address in links, and another default plan, so that neither can come from elsewhere."""
    with Instance(BASE_URL="https://platform.example.com", DEFAULT_PLAN="GROWTH") as started:
        yield started


def command(own, *arguments, fails=False):
    """Output of instance.sh with an environment that knows only the place."""
    keep = {name: own.environment()[name] for name in ("PATH", "VAR", "BUILD")}
    done = subprocess.run(own.command(*arguments), cwd=ROOT, env=keep, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stderr if fails else done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_a4_create_org(own, name):
    """A4, A6, A12: the link makes an administrator once; whatever the name is, it is a name; the log has it."""
    out = command(own, "create-org", name, f"Boss{NAMES.index(name)}@Example.com")
    link = re.search(r"^https://platform\.example\.com/register#invite=([A-Za-z0-9]{43})$", out, re.M)
    org = own.sql("SELECT org_id::text, name, plan FROM muster.org WHERE name = %s", name)[0]
    assert org["plan"] == "GROWTH" and org["org_id"] in out
    email = f"boss{NAMES.index(name)}@example.com"
    boss = Client(own).register(email=email, invite=link[1]).signin()
    assert (boss.me["role"], boss.me["organization"]["name"]) == ("CLIENT_ADMIN", name)
    entry = boss.call("GET", "/api/portal/audit-log?action=platform.organization_created")[0]
    assert entry["actor"] == {"kind": "system", "id": None, "name": None} and entry["detail"]["plan"] == "GROWTH"
    Client(own).refused("POST", "/api/auth/register", 410, "token_expired", json={
        "email": email, "password": PASSWORD, "firstName": "A", "lastName": "B", "inviteToken": link[1]})
    assert name in command(own, "list-orgs") and own.value("SELECT muster.audit_verify(%s)", org["org_id"]) is None


def test_create_org_says_what_is_wrong(own):
    """Nothing is made of what cannot be right, and a plan is one of the table's."""
    before = own.value("SELECT count(*) FROM muster.org")
    for arguments, part in ((("Name", "nonsense"), "is not an e-mail address"), (("Name", "a@b@example.com"), "is not an e-mail address"),
                            (("  ", "a@example.com"), "NAME must be"), (("x" * 121, "a@example.com"), "NAME must be"),
                            (("two\nlines", "a@example.com"), "NAME must be"), (("Name",), "usage"),
                            (("Name", "a@example.com", "NOPE'; --"), "FREE, STARTER, GROWTH, PROFESSIONAL, ENTERPRISE")):
        assert part in command(own, "create-org", *arguments, fails=True)
    assert own.value("SELECT count(*) FROM muster.org") == before
    assert "register#invite=" in command(own, "create-org", "With a plan", "plan@example.com", "FREE")
    assert own.value("SELECT plan FROM muster.org WHERE name = 'With a plan'") == "FREE"
    own.sql("UPDATE muster.platform_setting SET default_plan = 'STARTER'")
    command(own, "create-org", "With the stored plan", "stored@example.com")
    own.sql("UPDATE muster.platform_setting SET default_plan = NULL")
    assert own.value("SELECT plan FROM muster.org WHERE name = 'With the stored plan'") == "STARTER"


def test_a4_platform_admin(own):
    """A4, A12: the role comes from here and goes from here; the organisation keeps its administrator; the log has both."""
    boss = Client(own).register().signin()
    boss.refused("GET", "/api/admin/orgs", 403, "forbidden")
    assert "https://platform.example.com/platform" in command(own, "platform-admin", boss.email.upper())
    assert boss.call("GET", "/api/portal/me")["role"] == "SUPER_ADMIN"
    boss.refused("GET", "/api/admin/orgs", 403, "second_factor_required")
    otp.enrol(boss, own)
    assert boss.me["orgId"] in [row["id"] for row in boss.call("GET", "/api/admin/orgs?limit=200")]
    member = boss.colleague()
    boss.call("GET", "/api/portal/users")
    boss.refused("PUT", f"/api/portal/users/{boss.me['id']}", 409, "last_admin", json={"role": "MEMBER"})
    assert "already" in command(own, "platform-admin", boss.email, fails=True)
    out = command(own, "platform-admin", boss.email, "--revoke")
    assert "There is no platform administrator now" in out
    boss.refused("GET", "/api/admin/orgs", 403, "forbidden")
    assert boss.call("GET", "/api/portal/me")["role"] == "CLIENT_ADMIN"
    assert "is no platform administrator" in command(own, "platform-admin", "--revoke", boss.email, fails=True)
    entries = boss.call("GET", "/api/portal/audit-log?limit=50")
    assert [row["action"] for row in entries if row["action"].startswith("platform.")] == ["platform.role_taken", "platform.role_given"]
    assert {row["actor"]["kind"] for row in entries if row["action"].startswith("platform.")} == {"system"}
    boss.call("PUT", f"/api/portal/users/{member.me['id']}", json={"status": "DEACTIVATED"})
    assert "deactivated" in command(own, "platform-admin", member.email, fails=True)
    assert "Nobody has an account" in command(own, "platform-admin", "nobody'--@example.com", fails=True)
    for wrong in ("nobody@x", "nobody", "a b@example.com"):
        assert "is not an e-mail address" in command(own, "platform-admin", wrong, fails=True)
    for arguments in ((), ("--revoke",), ("a@example.com", "b@example.com"), ("--grant", "a@example.com")):
        command(own, "platform-admin", *arguments, fails=True)


def test_a5_a_lost_factor(own):
    """A5, A7, A12: at once, with a mail, in the platform's log; the platform then asks for another one."""
    boss, other = Client(own).register().signin(), Client(own).register().signin()
    for one in (boss, other):
        command(own, "platform-admin", one.email)
        otp.enrol(one, own)
    assert "/settings/security" in command(own, "reset-factor", boss.email.upper())
    boss.refused("GET", "/api/portal/me", 401, "unauthenticated")
    assert mailbox.last(own, boss.email, "Your second factor was removed")
    again = Client(own).signin(boss.email, PASSWORD)
    again.refused("GET", "/api/admin/orgs", 403, "second_factor_required")
    entry = other.call("GET", "/api/admin/audit-log?action=platform.factor_reset")[0]
    assert entry["actor"]["kind"] == "system" and entry["target"]["id"] == boss.me["id"]
    assert own.value("SELECT muster.audit_verify(%s)", boss.me["orgId"]) is None
    assert "has no second factor" in command(own, "reset-factor", boss.email, fails=True)
    assert "Nobody has an account" in command(own, "reset-factor", "nobody'--@example.com", fails=True)
    assert "is not an e-mail address" in command(own, "reset-factor", "a b@example.com", fails=True)
    for arguments in ((), ("--all",), ("a@example.com", "b@example.com")):
        assert "usage" in command(own, "reset-factor", *arguments, fails=True)


def test_a6_the_token_is_on_no_command_line_and_not_stored(own):
    """A6: the database has the digest alone."""
    token = re.search(r"invite=(\w+)", command(own, "create-org", "Quiet Ltd", "quiet@example.com"))[1]
    tables = [row["t"] for row in own.sql("SELECT table_name AS t FROM information_schema.tables WHERE table_schema = 'muster'")]
    for table in tables:
        assert own.value(f"SELECT count(*) FROM muster.{table} x WHERE x::text LIKE %s", f"%{token}%") == 0, table


def test_commands_need_a_running_instance(own):
    """The last of this file: it stops the instance. They say so, and make nothing."""
    own.disconnect()
    own.terminate()
    for arguments in (("create-org", "N", "a@example.com"), ("platform-admin", "a@example.com"), ("reset-factor", "a@example.com"),
                      ("list-orgs",)):
        assert "must run" in command(own, *arguments, fails=True)
