"""States of the platform's pages. Loaded by states.py."""
import functools

from tests.browser.states import LONG, MISSING, plain, state
from tests.lib import Client
from tests.lib.cast import Cast as Organisation

OTHERS = "Organisations"


@functools.lru_cache(maxsize=1)
def operator(instance):
    """A platform administrator, with organisations of every kind around: made once."""
    boss = Organisation(instance, name="Hosting Example").client("platform")
    for name in ("Harbour Nine Logistics", "<b>Markup</b> & Sons", LONG[:118]):
        made = boss.call("POST", "/api/admin/orgs", expect=201,
                         json={"name": name, "plan": "GROWTH", "adminEmail": "first@operator.example"})
        if name.startswith("Harbour"):
            boss.empty = made["id"]
    full = Organisation(instance, name="Riverside Health")
    people = [full.client(role) for role in ("admin", "member", "auditor", "facilitator")]
    boss.call("PUT", f"/api/admin/users/{people[1].me['id']}", json={"status": "DEACTIVATED"})
    boss.call("PUT", f"/api/admin/orgs/{full.org}", json={"plan": "PROFESSIONAL"})
    boss.full = full.org
    suspended = Organisation(instance, name="Behind with the bill")
    boss.call("PUT", f"/api/admin/orgs/{suspended.org}", json={"status": "SUSPENDED"})
    boss.suspended = suspended.org
    ending = Organisation(instance, name="Nearly Gone Ltd")
    boss.call("POST", f"/api/admin/orgs/{ending.org}/delete-organization", json={"confirmName": "Nearly Gone Ltd"}, expect=202)
    boss.ending = ending.org
    boss.letters = [dead_letter(instance, full.org) for _ in range(2)]
    return boss


def dead_letter(instance, org):
    mail = instance.value("SELECT muster.mail_queue_in(%s, NULL, 'some.body@post.example', 'invitation', 'en', NULL)", org)
    instance.sql("UPDATE muster.mail SET state = 'DEAD', recipient = 'some.body@post.example', finished_at = now() WHERE id = %s", mail)
    return instance.value("UPDATE muster.job SET state = 'DEAD', finished_at = now(), lease_until = NULL, attempts = 70, last_error = "
                          "'550 5.1.1 <some.body@post.example>: user unknown' WHERE mail_id = %s RETURNING id::text", mail)


def platform(name, path, until, allow=()):
    """A state that is an address of the platform, for its administrator."""
    def enter(page, cast):
        boss = operator(cast.instance)
        page.login(boss).open(path(boss) if callable(path) else path, until)
    state(name, None, allow)(enter)
    return enter


ROWS = "tbody tr:not([aria-hidden])"
platform("platform", "/platform", f"#list {ROWS}")
platform("platform-none", "/platform?q=nobody+is+called+this", "#list .empty")
platform("platform-org", lambda boss: f"/platform/organisations/{boss.full}", "#log tbody")
platform("platform-org-empty", lambda boss: f"/platform/organisations/{boss.empty}", "#log tbody")
platform("platform-org-suspended", lambda boss: f"/platform/organisations/{boss.suspended}", "#log tbody")
platform("platform-org-ending", lambda boss: f"/platform/organisations/{boss.ending}", "#log tbody")
platform("platform-org-missing", f"/platform/organisations/{MISSING}", ".notice", [(404, f"/api/admin/orgs/{MISSING}")])
platform("platform-users", "/platform/users", f"#people {ROWS}")
platform("platform-log", "/platform/log", f"#log {ROWS}")
platform("platform-settings", "/platform/settings", ".plan-table")
platform("platform-health", "/platform/health", "#jobs .people")


@state("keys-plan")
def keys_plan(page, cast):
    """What a plan without API access looks like to its people."""
    client = Client(cast.instance).register(first="Alex", last="Small", organization="Corner Shop").signin()
    cast.instance.sql("UPDATE muster.org SET plan = 'FREE' WHERE org_id = %s", client.me["orgId"])
    page.login(client).open("/settings/api-keys", "#create .muted")


plain("platform-forbidden", "/platform", "newcomer", until=".notice")


@state("platform-create", allow=[(400, "/api/admin/orgs")])
def platform_create(page, cast):
    page.login(operator(cast.instance)).open("/platform", "#list tbody").click("#create").click("dialog button", "Create organisation")
    page.has(".form-summary", "2 things")


@state("platform-created")
def platform_created(page, cast):
    page.login(operator(cast.instance)).open("/platform", "#list tbody").click("#create").type_into("Name", "Screens Ltd")
    page.type_into("Email", "first@screens.example").click("dialog button", "Create organisation").has("dialog", "Screens Ltd was created")


@state("platform-suspend")
def platform_suspend(page, cast):
    boss = operator(cast.instance)
    page.login(boss).open(f"/platform/organisations/{boss.full}", "#log tbody").click("#suspend").has("dialog", "Suspend Riverside Health?")


@state("platform-delete")
def platform_delete(page, cast):
    boss = operator(cast.instance)
    page.login(boss).open(f"/platform/organisations/{boss.full}", "#log tbody").click("#delete").has("dialog", "Delete Riverside Health?")


@state("platform-plan", allow=[(400, "/api/admin/settings")])
def platform_plan(page, cast):
    page.login(operator(cast.instance)).open("/platform/settings", ".plan-table").click("#add-plan").type_into("Name", "lower case")
    page.click("dialog button", "Add plan").has(".form-summary", "One thing")
