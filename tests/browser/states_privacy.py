"""States of the page about personal data. Loaded by states.py."""
from tests.browser.states import plain, state

plain("privacy", "/privacy", "player", until="#delete-account")


@state("privacy-member", "described_member")
def privacy_member(page, _):
    page.open("/privacy", "#delete-account").js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@state("privacy-account", "newcomer")
def privacy_account(page, _):
    page.open("/privacy", "#delete-account").click("#delete-account").has("dialog", "Delete your account?")
    page.click("dialog button", "Delete my account for good").has("dialog .form-summary", "needs your attention")


@state("privacy-organization", "newcomer")
def privacy_organization(page, _):
    page.open("/privacy", "#delete-account").click("#delete-organization").has("dialog", "Delete the organisation?")
