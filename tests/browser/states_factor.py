"""States of a second factor that is required, or was lost. Loaded by states.py."""
from tests.browser.lists import click
from tests.browser.states import TOKEN, plain, state
from tests.lib import Client, mailbox, otp


def factor_lost(cast):
    """Somebody whose second factor is to be removed, and the administrator who asked for that."""
    admin = Client(cast.instance).register(organization="Forgetful & Sons").signin()
    client = admin.colleague(first="Lost", last="Phone")
    otp.enrol(client, cast.instance)
    admin.call("POST", f"/api/portal/users/{client.me['id']}/reset-factor", expect=202)
    return client, admin


# ---- the person ----

@state("security-reset-asked")
def security_reset_asked(page, cast):
    page.login(factor_lost(cast)[0]).open("/settings/security", "#factor .pill").has(".banner", "asked to remove your second factor")


@state("security-required")
def security_required(page, cast):
    client = Client(cast.instance).register(organization="Strict Ltd").signin()
    cast.instance.sql("UPDATE muster.org SET second_factor_required = true WHERE org_id = %s", client.me["orgId"])
    page.login(client).open("/settings/security?next=%2Fexercises", "#factor .notice").has("#sessions li")


plain("factor-reset", "/factor-reset" + TOKEN, until="#link-box button")
plain("factor-reset-incomplete", "/factor-reset", until=".notice")


@state("factor-reset-over", allow=[(410, "/api/auth/reset-factor")])
def factor_reset_over(page, _):
    page.open("/factor-reset" + TOKEN, "#link-box button").click("#link-box button", "Stop: I still")
    page.has(".notice", "answered, called off or done")


@state("factor-reset-done")
def factor_reset_done(page, cast):
    client, _ = factor_lost(cast)
    page.open(mailbox.last(cast.instance, client.email, "Your second factor is").url, "#link-box button")
    page.click("#link-box button", "I lost it").has(".notice", "is removed")


# ---- administrators ----

@state("team-factor")
def team_factor(page, cast):
    page.login(factor_lost(cast)[1]).open("/settings/team", "#people tbody").has("#people .badge", "Removed on")


@state("factor-rule-dialog", "newcomer")
def factor_rule_dialog(page, _):
    page.open("/settings/organisation/sign-in", "#factor-rule").click("#factor-rule").has("dialog", "Require a second factor?")


@state("factor-reset-dialog")
def factor_reset_dialog(page, cast):
    client, admin = factor_lost(cast)
    admin.call("DELETE", f"/api/portal/users/{client.me['id']}/reset-factor")
    page.login(admin).open("/settings/team", "#people tbody")
    click(page, "#people", "Remove second factor").has("dialog", "Lost Phone")
