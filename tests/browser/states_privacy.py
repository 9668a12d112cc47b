"""States of the page about personal data. Loaded by states.py."""
import functools

from tests.browser.states import plain, state
from tests.lib import Client, ending

plain("privacy", "/privacy", "player", until="#delete-account-refused")


@state("privacy-member", "described_member")
def privacy_member(page, _):
    page.open("/privacy", "#delete-account").js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@state("privacy-account", "described_member")
def privacy_account(page, _):
    page.open("/privacy", "#delete-account").click("#delete-account").has("dialog", "Delete your account?")
    page.click("dialog button", "Delete my account for good").has("dialog .form-summary", "needs your attention")


@state("privacy-organization", "newcomer")
def privacy_organization(page, _):
    page.open("/privacy", "#delete-organization").click("#delete-organization").has("dialog", "Delete Fresh Start Ltd?")


@functools.lru_cache(maxsize=1)
def closing(instance):
    """An administrator of an organisation that is going to be deleted, and a member: made once."""
    admin = Client(instance).register(first="Uli", last="Last", organization="Nearly Gone Ltd").signin()
    admin.member = admin.colleague()
    ending.close(admin)
    return admin


@state("privacy-ending")
def privacy_ending(page, cast):
    page.login(closing(cast.instance)).open("/privacy", "#delete-account").has("aside", "You can restore it")


@state("privacy-ending-member")
def privacy_ending_member(page, cast):
    page.login(closing(cast.instance).member).open("/privacy", "#delete-account").has("aside", "An administrator can restore it")


@state("verify-withdrawn", allow=[(410, "/api/public/certificates/.*")])
def verify_withdrawn(page, cast):
    """The number of a certificate whose holder has left."""
    client = Client(cast.instance).register(organization="Left Behind Ltd").signin().colleague()
    run = client.run("bec", questionCount=3)
    client.call("GET", f"/api/portal/certificate?sessionId={run}")
    number = client.session(run)["certificate"]["id"]
    client.call("POST", "/api/portal/delete-account", json={"confirmEmail": client.email})
    page.open(f"/verify/{number}", ".seal").has("h2", "withdrawn")
    page.sees(number)
