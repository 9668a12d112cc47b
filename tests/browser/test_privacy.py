"""Privacy in the browser: what is stored, export, deleting account and organisation (E1, E3), by keyboard."""
from selenium.webdriver.common.keys import Keys

from tests.lib import Client, ending
from tests.lib.instance import wait_for

PRIVACY = "/privacy"
# What the page hands to the browser as a file.
CATCH = """
window.saved = null;
const real = URL.createObjectURL;
URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; }); return real.call(URL, blob); };
"""


def test_e1_export_and_e3_leaving(page):
    """E1, E3: the menu leads there; the file is whole; the account goes when its address is typed, and says its receipt."""
    admin = Client(page.instance).register().signin()
    member = admin.colleague(first="Ada", last="Byron")
    page.login(member).open("/exercises").click("#site-tools .menu > button").click(".menu-panel a", "Your data").at(PRIVACY)
    page.has("#stored summary", "Where you are signed in")
    days = page.instance.value("SELECT days FROM muster.retention WHERE name = 'sessions'")
    page.click("#stored summary", "Where you are signed in").sees(f"Expired sessions are removed after {days} days")
    page.has("#parties", "No one")
    page.js(CATCH)
    page.tab_to("Download as a file").keys(Keys.ENTER).has("#export-state .notice", "is complete")
    saved = wait_for(lambda: page.js("return window.saved"), "the file is there")
    assert saved.startswith('{"exportDate"') and saved.endswith("}}") and member.email in saved
    assert page.count("#delete-organization") == 0
    page.tab_to("Delete my account").keys(Keys.ENTER).focused("#confirmEmail").keys("somebody@example.com", Keys.ENTER)
    page.focused(".form-summary").sees("Must be " + member.email)
    page.click("#confirmEmail").js("document.activeElement.select()")
    page.keys(member.email, Keys.ENTER).has("h1", "Your account is deleted")
    page.focused("h1")
    receipt = page.has("#receipt")
    assert page.instance.value("SELECT kind FROM muster.erasure_receipt WHERE id = %s", receipt) == "account"
    member.refused("GET", "/api/portal/me", 401, "unauthenticated")


def test_finding_17_what_is_refused_is_said_before(page):
    """Finding 17: both deletions are as dangerous as they look; the last administrator reads why the account stays and types nothing."""
    admin = Client(page.instance).register(organization="Gone Ltd").signin()
    page.login(admin).open(PRIVACY, "#delete-account-refused").sees("You are the last administrator of your organisation")
    assert page.count("#delete-account") == 0
    colour = "return getComputedStyle(document.getElementById(arguments[0])).backgroundColor"
    danger = page.js(colour, "delete-organization")
    admin.colleague("CLIENT_ADMIN")
    page.reload().has("#delete-account")
    assert page.count("#delete-account-refused") == 0
    assert page.js(colour, "delete-account") == page.js(colour, "delete-organization") == danger != page.js(colour, "export")
    for name, keep in (("account", "Keep my account"), ("organization", "Keep the organisation")):
        page.click(f"#delete-{name}").has("#stay", keep)
        page.click("#stay")


def test_e3_an_old_sign_in_is_proven_again(page):
    """E3, A15: the page asks for the password, goes on, and the organisation is going to be deleted."""
    admin = Client(page.instance).register(organization="Gone Ltd").signin()
    page.login(admin).allow((403, "/api/portal/delete-organization")).open(PRIVACY, "#delete-organization")
    page.instance.sql("UPDATE muster.user_session SET created_at = created_at - interval '1 hour' WHERE user_id = %s", admin.me["id"])
    page.click("#delete-organization").focused("#confirmName").keys("Gone Ltd", Keys.TAB, admin.email, Keys.ENTER)
    page.focused("#step-up-password").keys(admin.password, Keys.ENTER).has("aside", "Gone Ltd will be deleted on")
    ending.erased(page.instance, admin.me["orgId"])


def test_e2_an_organisation_that_is_going_to_be_deleted(page):
    """E2: whoever signs in learns until when, can take the data out and leave; an administrator restores it there."""
    admin = Client(page.instance).register(organization="Nearly Gone Ltd").signin()
    member = admin.colleague()
    ending.close(admin)
    page.allow((403, "/api/(?:portal|ttx)/[a-z/-]+"))  # what pages ask for beside the question who one is
    page.login(member).open("/exercises").at(PRIVACY).has("aside", "Nearly Gone Ltd will be deleted on")
    page.sees("An administrator can restore it")
    assert page.count("#restore-organization") == 0
    # Nothing leads to pages that lead back here.
    page.click("#site-tools .menu > button").has("#user-menu")
    assert not page.texts("#site-nav a") and not page.texts(".tabbar") and not page.texts("#palette-open")
    assert page.texts("#user-menu a") == ["Your data"] and page.texts("#user-menu button") == ["Sign out"]
    page.keys(Keys.ESCAPE).tab_to("Download as a file").keys(Keys.ENTER).has("#export-state .notice", "is complete")
    page.has("#delete-account")
    page.login(admin).open("/exercises/new").at(PRIVACY).has("aside", "You can restore it as it was")
    page.allow((403, "/api/portal/restore-organization"))
    page.instance.sql("UPDATE muster.user_session SET created_at = created_at - interval '1 hour' WHERE user_id = %s", admin.me["id"])
    assert page.count("#delete-organization") == 0
    page.tab_to("Restore the organisation", of="#restore-organization").keys(Keys.ENTER)
    page.focused("#step-up-password").keys(admin.password, Keys.ENTER).at("/home")
    assert page.count("aside") == 0
    page.login(member).open("/exercises").at("/exercises")
