"""States of the page about personal data. Loaded by states.py."""
from selenium.webdriver.common.keys import Keys

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


@state("privacy-proof", "newcomer")
def privacy_proof(page, cast):
    """The proof that is asked for before what cannot be undone, refused once."""
    page.instance.sql("UPDATE muster.user_session SET created_at = created_at - interval '1 hour' "
                      "WHERE user_id = %s", cast.newcomer.me["id"])
    page.allow((403, "/api/portal/delete-account"), (400, "/api/auth/step-up"))
    page.open("/privacy", "#delete-account").click("#delete-account").focused("#confirmEmail").keys(cast.newcomer.email, Keys.ENTER)
    page.focused("#step-up-password").keys("not this one", Keys.ENTER).has("#step-up .form-summary", "is wrong")
