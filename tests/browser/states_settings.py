"""States of the pages for an organisation: keys, team, audit log, settings. Loaded by states.py."""
from tests.browser.lists import click, unfold
from tests.browser.states import LONG, STATES, plain, state

TEAM, INVITATIONS, ORGANISATION = "/settings/team", "/settings/team/invitations", "/settings/organisation"
AUDIT = "/settings/audit-log"
PEOPLE = "#people tbody tr:not([aria-hidden])"

# ---- keys ----

plain("keys-empty", "/settings/api-keys", "newcomer", until="#scopes label")
plain("keys", "/settings/api-keys", "player", until="#keys tbody tr:not([aria-hidden])")


@state("keys-errors", "newcomer")
def keys_errors(page, _):
    page.open("/settings/api-keys", "#scopes label").click("button", "Create key").has(".form-summary", "2 things")


@state("keys-created", "many")
def keys_created(page, _):
    page.open("/settings/api-keys", "#scopes label").type_into("Name", "Weekly export").click("#scopes label", "Results")
    page.click("button", "Create key").has("#new-key", "not shown again")


@state("revoke-dialog", "player")
def revoke_dialog(page, _):
    click(page.open("/settings/api-keys", "#keys tbody"), "#keys", "Revoke key").has("dialog", "Revoke this key?")


# ---- team and audit log ----

def team(cast):
    """A full team, made once: all roles, a deactivated person, invitations that are open and over."""
    admin = cast.newcomer
    if not hasattr(admin, "team"):
        admin.team = [admin.colleague(role, first="Maximilian-Ferdinand", last=LONG[:40]) for role in ("FACILITATOR", "AUDITOR")]
        admin.call("PUT", f"/api/portal/users/{admin.team[0].me['id']}", json={"status": "DEACTIVATED"})
        emails = ["over@example.com", "with.a.name.as.long.as.some.people.have@department.of.a.large.company.example.com"]
        made = admin.call("POST", "/api/portal/invite", json={"emails": emails})
        cast.instance.sql("UPDATE muster.invitation SET expires_at = now() WHERE id = %s", made["results"][0]["id"])
        for name, domain in (("", "a-waiting.example"), ("verified_at = now(), token_hash = NULL", "b-confirmed.example"),
                             ("expires_at = now()", "a-long-name-of-a-department.of-a-large-company-with-many-parts.example")):
            made = admin.call("POST", "/api/portal/domains", json={"domain": domain}, expect=201)
            if name:
                cast.instance.sql(f"UPDATE muster.org_domain SET {name} WHERE id = %s", made["id"])
    return admin


def of_team(name, path, until):
    """A state that is an address, of the full team."""
    def enter(page, cast):
        team(cast)
        page.open(path, until)
    state(name, "newcomer")(enter)
    STATES[name].address = True


of_team("team", TEAM, PEOPLE)
of_team("team-invitations", INVITATIONS, "#invitations tbody tr:not([aria-hidden])")
of_team("organisation-domains", f"{ORGANISATION}/domains", "#domains tbody tr:not([aria-hidden])")
plain("team-no-invitation", INVITATIONS, "described", until="#invitations .empty")
plain("organisation-no-domain", f"{ORGANISATION}/domains", "many", until="#domains .empty")
plain("organisation-sign-in", f"{ORGANISATION}/sign-in", "many", until="#factor-rule")


def hundreds(cast):
    """Two hundred people, made in the database."""
    admin = cast.described
    if not hasattr(admin, "hundreds"):
        cast.instance.sql(
            "INSERT INTO muster.app_user (org_id, email, first_name, last_name, role, created_at) SELECT %s, 'p' || n || '@many.example',"
            " 'Person', lpad(n::text, 3, '0'), (ARRAY['MEMBER', 'FACILITATOR', 'AUDITOR'])[1 + n %% 3], now() - n * interval '1 day'"
            " FROM generate_series(1, 199) n", admin.me["orgId"])
        admin.hundreds = True
    return admin


@state("team-many")
def team_many(page, cast):
    page.login(hundreds(cast)).open(TEAM, PEOPLE)


@state("team-menu", "newcomer")
def team_menu(page, cast):
    team(cast)
    page.open(TEAM, PEOPLE).click("#people tbody .dt-menu button").has("[role=menu]", "Change role")


@state("team-auditor")
def team_auditor(page, cast):
    page.login(team(cast).team[1]).open(TEAM, PEOPLE)


@state("team-forbidden", allow=[(403, "/api/portal/users")])
def team_forbidden(page, cast):
    page.login(cast.player.colleague()).open(TEAM, ".notice")


@state("invite-dialog", "newcomer")
def invite_dialog(page, _):
    page.open(TEAM, PEOPLE).click("#invite").click("button", "Create invitations").has(".form-summary", "One thing")


@state("invite-results", "many")
def invite_results(page, _):
    page.open(TEAM, PEOPLE).click("#invite").type_into("Email addresses", "guest@example.com nonsense")
    page.click("button", "Create invitations").has("dialog", "1 invitation ready")


@state("domain-dialog", "newcomer")
def domain_dialog(page, cast):
    team(cast)
    page.open(f"{ORGANISATION}/domains", "#domains tbody").click("#add-domain").click("dialog button", "Send email")
    page.has(".form-summary", "One thing")


@state("role-dialog", "newcomer")
def role_dialog(page, cast):
    team(cast)
    page.open(TEAM, PEOPLE)
    click(page, "#people", "Change role").has("dialog", "Role of")


@state("remove-dialog", "newcomer")
def remove_dialog(page, cast):
    team(cast)
    page.open(TEAM, PEOPLE)
    click(page, "#people", "Remove from").has("dialog", "Remove Maximilian")


plain("audit-log", AUDIT, "player", until="#list tbody tr:not([aria-hidden])")
plain("audit-log-none", AUDIT + "?until=2001-01-01&action=user.joined", "player", until="#list .empty")
plain("audit-log-forbidden", AUDIT, "described_member", [(403, "/api/portal/audit-log")], ".notice")

# ---- organisation ----

for part, until in (("profile", "#profile-form"), ("tools", "#tools-form"), ("characters", "#character-form"),
                    ("branding", "#branding-form"), ("language", "#language-form")):
    plain(f"organisation-{part}-empty", f"{ORGANISATION}/{part}", "newcomer", until=until)
    plain(f"organisation-{part}", f"{ORGANISATION}/{part}", "described", until=until)


@state("organisation-everything", "described")
def organisation_everything(page, _):
    unfold(page.open(f"{ORGANISATION}/profile", "#profile-form"))


@state("organisation-tools-open", "described")
def organisation_tools_open(page, _):
    unfold(page.open(f"{ORGANISATION}/tools", "#tools-form"), "#part details:nth-child(-n+3)")


@state("organisation-wrong", "newcomer", allow=[(400, "/api/portal/profile")])
def organisation_wrong(page, _):
    page.open(f"{ORGANISATION}/profile", "#profile-form").click("summary", "The organisation")
    page.click("#p-branchOffices").keys("1.5").click("#profile-form button", "Save").has("#profile-form .form-summary", "Branch offices")


@state("organisation-branding-wrong", "newcomer", allow=[(400, "/api/portal/branding")])
def organisation_branding_wrong(page, _):
    page.open(f"{ORGANISATION}/branding", "#branding-form").click("#b-colour").keys("#ffee00").click("#branding-form button", "Save")
    page.has("#branding-form .form-summary", "too light")


plain("organisation-read", f"{ORGANISATION}/profile", "described_member", until="#hint")
plain("organisation-closed", f"{ORGANISATION}/domains", "described_member", [(403, "/api/portal/domains")], ".notice")
