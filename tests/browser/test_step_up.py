"""The dialog that asks for a password or a code, and the call that is repeated behind it (A15), by keyboard."""
import pytest
from selenium.webdriver.common.keys import Keys

from tests.lib import Client, otp
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for

KEYS, TEAM, SECURITY = "/settings/api-keys", "/settings/team", "/settings/security"


def old(page, client):
    """The client's session, an hour after signing in."""
    page.instance.sql("UPDATE muster.user_session SET created_at = now() - interval '1 hour', stepped_up_at = NULL WHERE user_id = %s",
                      client.me["id"])
    return page.login(client)


def keys_of(page, client):
    return page.instance.value("SELECT count(*) FROM muster.api_key WHERE user_id = %s", client.me["id"])


def fill_in(page, name):
    page.type_into("Name", name)
    page.tab_to("Exercises").keys(Keys.SPACE).tab_to("Create key").keys(Keys.ENTER)


def test_a15_a_key_is_made_behind_the_proof(page):
    """A15: the form is as it was; the wrong password is said in the dialog; the key comes from the one call that is repeated."""
    client = Client(page.instance).register().signin()
    old(page, client).allow((403, "/api/portal/api-keys"), (400, "/api/auth/step-up")).open(KEYS, "#key-form")
    fill_in(page, "Report job")
    page.focused("#step-up-password").has("#step-up h2", "Confirm it’s you")
    assert page.count("#step-up .link-btn") == 1 and page.texts("#step-up .link-btn") == ["Show"]
    page.keys("not this one", Keys.ENTER).focused("#step-up .form-summary").has("#step-up .field-error", "Is wrong")
    assert keys_of(page, client) == 0
    page.type_into("Password", PASSWORD).keys(Keys.ENTER).has("#new-key h2", "Report job")
    assert keys_of(page, client) == 1 and page.count("#step-up") == 0
    # And not again for a while.
    page.tab_to("I have stored it").keys(Keys.ENTER)
    fill_in(page, "Another")
    page.has("#new-key h2", "Another")


def test_a15_going_back_does_nothing(page):
    """A15: Escape and Cancel leave everything as it was, say so, and ask again the next time."""
    client = Client(page.instance).register().signin()
    old(page, client).allow((403, "/api/portal/api-keys")).open(KEYS, "#key-form")
    fill_in(page, "Report job")
    page.focused("#step-up-password").keys(Keys.ESCAPE).focused("#key-form .form-summary").sees("Confirm that it is you")
    page.tab_to("Create key").keys(Keys.ENTER).focused("#step-up-password").tab_to("Cancel").keys(Keys.ENTER)
    page.focused("#key-form .form-summary")
    assert keys_of(page, client) == 0


def test_a15_a_code_of_the_app(page):
    """A5, A15: who has a second factor may give a code; the act stands in a dialog of its own, which is still there afterwards."""
    client = Client(page.instance).register().signin()
    secret, _ = otp.enrol(client, page.instance)
    other = page.instance.value("INSERT INTO muster.user_session (org_id, user_id, token_hash, expires_at, address, user_agent) "
                                "VALUES (%s, %s, sha256('other'), now() + interval '1 day', '192.0.2.1', 'elsewhere') RETURNING id::text",
                                client.me["orgId"], client.me["id"])
    old(page, client).allow((403, f"/api/auth/sessions/{other}")).open(SECURITY, "#sessions li")
    page.tab_to("End session of").press(Keys.ENTER, "End session of").has("dialog", "End this session?")
    page.tab_to("End session").press(Keys.ENTER).focused("#step-up-password")
    page.tab_to("Use a code from the app").keys(Keys.ENTER).focused("#step-up-code")
    page.keys("12", Keys.ENTER).focused("#step-up .form-summary").sees("six digits")
    page.type_into("Code", otp.code(secret, otp.step())).keys(Keys.ENTER).has(".toast", "Session ended.")
    assert page.count("dialog") == 0 and page.count("#sessions li") == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_g5_the_dialog_on_a_phone(page, dark):
    """G5: it fits, in light and dark, and axe finds nothing."""
    admin = Client(page.instance).register().signin()
    member = admin.colleague(first="Mem", last="Ber")
    old(page, admin).allow((403, f"/api/portal/users/{member.me['id']}")).open(TEAM)
    page.look_like((360, 800), dark=dark)
    page.click("#people .dt-menu button").click("[role=menuitem]", "Remove from").click("dialog .btn-danger").focused("#step-up-password")
    assert page.overflow() == [] and page.axe() == []
    page.keys(PASSWORD, Keys.ENTER)
    wait_for(lambda: page.instance.value("SELECT count(*) FROM muster.app_user WHERE id = %s", member.me["id"]) == 0, "the person is gone")
