"""Account security in the browser: second factor from QR code to sign-in by keyboard, password, sessions (A5, A7, A8, A10)."""
from selenium.webdriver.common.keys import Keys

from tests.lib import Client, otp
from tests.lib.client import PASSWORD

SECURITY = "/settings/security"


def retype(page, label, css, text):
    """From the summary's link to the field that it names, whose content is replaced."""
    page.tab_to(label + ": ").keys(Keys.ENTER).focused(css)
    page.js("document.activeElement.select()")
    return page.keys(text)


def test_a5_second_factor_from_set_up_to_sign_in(page):
    """A5: set up, recovery codes shown once, both kinds of second step, turned off; all by keyboard."""
    client = Client(page.instance).register(first="Two", last="Steps").signin()
    page.login(client).open(SECURITY, "#factor form").tab_to("Set up").press(Keys.ENTER, "Set up").has(".enrol-qr")
    page.focused("#factor h3")
    secret = page.has("#secret").replace(" ", "")
    page.allow((400, "/api/auth/mfa"))
    page.type_into("Code", otp.code(secret, otp.step(-5))).keys(Keys.ENTER).focused(".form-summary").sees("wrong or too old")
    retype(page, "Code", "#code", otp.code(secret, otp.step())).keys(Keys.ENTER).has("#codes")
    codes = page.texts("#codes li")
    assert len(codes) == 10
    page.focused("#factor h3").tab_to("Copy").tab_to("Print").tab_to("I have stored them").press(Keys.ENTER)
    page.has("#factor .pill", "On")
    page.focused("#factor-title").reload().has("#factor .pill", "On")
    text = page.js("return document.documentElement.outerHTML")
    assert secret not in text.replace(" ", "") and not any(code in text for code in codes)
    page.sees("10 recovery codes left")
    # Signing in: the wrong code, then the right one as a phone shows it.
    client.signout()
    page.fresh().allow((401, "/api/auth/mfa/verify")).open("/signin?next=%2Fsettings%2Fsecurity")
    sign_in(page, client).focused("#code")
    page.instance.sql("UPDATE muster.second_factor SET last_step = 0 WHERE user_id = %s", client.me["id"])
    assert page.js("return document.getElementById('code').autocomplete") == "one-time-code"
    page.keys("000 00", Keys.ENTER).focused(".form-summary").sees("six digits")
    retype(page, "Code", "#code", "000000").keys(Keys.ENTER).focused(".form-summary").sees("is wrong, was used before, or is too old")
    code = otp.code(secret, otp.step())
    page.type_into("Code", f"{code[:3]} {code[3:]}").keys(Keys.ENTER).at(SECURITY).has("#factor .pill", "On")
    # And with a recovery code.
    page.fresh().open("/signin")
    sign_in(page, client).focused("#code").tab_to("Use a recovery code").keys(Keys.ENTER).focused("#recoveryCode")
    page.keys(codes[0].lower(), Keys.ENTER).at("/home")
    page.open(SECURITY, "#factor .pill").sees("9 recovery codes left")
    page.tab_to("Turn the second factor off").keys(Keys.ENTER).type_into("Or a recovery code", codes[1]).keys(Keys.ENTER)
    page.has(".toast", "is off")
    page.focused("#factor-title").has("#factor button", "Set up")
    page.fresh().open("/signin")
    sign_in(page, client).at("/home")


def sign_in(page, client, password=PASSWORD):
    return page.type_into("Email", client.email).type_into("Password", password).keys(Keys.ENTER)


def test_second_step_that_took_too_long(page):
    """A5: a half session that has expired leads back to the first step; one that is given up is ended."""
    client = Client(page.instance).register().signin()
    otp.enrol(client, page.instance)
    page.allow((401, "/api/auth/mfa/verify"), (401, "/api/portal/me")).open("/signin")
    sign_in(page, client).focused("#code")
    page.instance.sql("UPDATE muster.pending_session SET expires_at = now() WHERE user_id = %s", client.me["id"])
    page.keys("123456", Keys.ENTER).has("#note", "took too long")
    page.focused("#password").keys(PASSWORD, Keys.ENTER).focused("#code")
    page.tab_to("Start over").keys(Keys.ENTER).focused("#password")
    left = page.instance.sql("SELECT 1 FROM muster.pending_session WHERE user_id = %s AND expires_at > now()", client.me["id"])
    assert not left


def test_a7_password_change_ends_what_else_there_is(page):
    """A7: other sessions and keys end, the page goes on; the new password is the one that counts."""
    client = Client(page.instance).register().signin()
    other, key = Client(page.instance).signin(client.email, PASSWORD), client.api_key()
    page.login(client).open(SECURITY, "#sessions li").allow((400, "/api/auth/change-password"))
    assert page.count("#sessions li") == 2
    page.type_into("Current password", "not this one").type_into("New password", "short").keys(Keys.ENTER)
    page.focused(".form-summary").sees("at least 8 characters")
    retype(page, "New password", "#newPassword", "a much longer one 9").keys(Keys.ENTER)
    page.focused(".form-summary").sees("Current password: is wrong")
    retype(page, "Current password", "#currentPassword", PASSWORD).keys(Keys.ENTER)
    page.has(".toast", "1 other session ended, 1 API key revoked")
    for gone in (other, key):
        gone.refused("GET", "/api/portal/me", 401, "unauthenticated")
    page.reload().has("#sessions li", "This session")
    assert page.count("#sessions li") == 1
    page.fresh().open("/signin")
    sign_in(page, client, "a much longer one 9").at("/home")


def test_sessions_are_ended_one_by_one_and_all(page):
    client = Client(page.instance).register().signin()
    others = [Client(page.instance).signin(client.email, PASSWORD) for _ in range(3)]
    page.login(client).open(SECURITY, "#sessions li").sees("This session", "python-requests")
    page.tab_to("End session of").press(Keys.ENTER, "End session of").has("dialog", "End this session?")
    page.tab_to("End session").press(Keys.ENTER).has(".toast", "Session ended.")
    page.focused("#sessions-title")
    assert page.count("#sessions li") == 3
    page.tab_to("End all other sessions").press(Keys.ENTER).has("dialog")
    page.tab_to("End sessions").press(Keys.ENTER)
    page.has(".toast", "All other sessions ended.")
    page.focused("#sessions-title")
    assert page.count("#sessions li") == 1
    for other in others:
        other.refused("GET", "/api/portal/me", 401, "unauthenticated")
    page.click("#site-tools .menu > button").click(".menu-panel a", "Account security").at(SECURITY)
