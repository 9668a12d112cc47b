"""Links from mails in the browser, by keyboard: new password, proven address, domain, joining by it, invitations (A4, A5, A6, A7, A8)."""
import secrets

from selenium.webdriver.common.keys import Keys

from tests.browser.lists import act
from tests.browser.page import NARROW, WIDE, Page
from tests.lib import Client, Instance, mailbox, otp
from tests.lib.client import PASSWORD
from tests.lib.sink import Sink

DOMAINS = "/settings/organisation/domains"
NEW = "another horse battery 8"
# The minute is over that a mail can be sent again after.
MINUTE = "const real = window.setTimeout; window.setTimeout = (run, ms) => real(run, ms === 60000 ? 0 : ms);"


def test_a7_forgotten_password(page):
    """A7, A8: from the sign-in page over the mail back to it; the same words for who has no account, and no token stays in the address."""
    client = Client(page.instance).register()
    for email in ("nobody-has-this@example.com", client.email):
        page.open("/signin").tab_to("Forgot your password?").keys(Keys.ENTER).at("/forgot").type_into("Email", email).keys(Keys.ENTER)
        page.focused("#note h2").sees("Check your inbox", f"If {email} has an account")
    assert not page.texts("form")
    url = mailbox.last(page.instance, client.email, "Choose").url
    page.open(url).allow((400, "/api/auth/reset-password")).type_into("New password", "password").keys(Keys.ENTER)
    page.focused(".form-summary").sees("most common passwords")
    page.tab_to("New password: ").keys(Keys.ENTER).focused("#password").retype(NEW, Keys.ENTER)
    page.focused("#note h2").sees("Your new password is set").at("/reset")
    page.tab_to("Sign in").press(Keys.ENTER).at("/signin").type_into("Email", client.email).type_into("Password", NEW).keys(Keys.ENTER)
    page.at("/home")
    page.fresh().allow((410, "/api/auth/reset-password")).open(url).type_into("New password", NEW + "9").keys(Keys.ENTER)
    page.has("#note", "has expired, was used, or was replaced")
    page.tab_to("Ask for a new link").press(Keys.ENTER).at("/forgot")


def test_links_that_are_not_whole_say_so(page):
    for path in ("/reset", "/verify-email#token=short", "/verify-domain", "/confirm#tok", "/factor-reset"):
        page.open(path).has(".notice", "This link is incomplete")
        assert not page.texts("form") and not page.texts("main button")


def test_a4_an_address_is_confirmed_by_a_click(page):
    """A4: opening the link proves nothing yet, because programs do that too."""
    client = Client(page.instance).register().signin()
    url = mailbox.last(page.instance, client.email).url
    page.open(url, "#link-box button")
    assert client.call("GET", "/api/portal/me")["emailVerified"] is False
    page.tab_to("Confirm address").press(Keys.ENTER, "Confirm address").focused("#link-box h2")
    page.sees("Your address is confirmed").at("/verify-email")
    assert client.call("GET", "/api/portal/me")["emailVerified"] is True
    page.login(client).tab_to("Carry on").press(Keys.ENTER).at("/home")


def test_a4_domain_from_dialog_to_member(page):
    """A4: added on the team page, confirmed by its postmaster, joined by somebody who proves an address; then removed."""
    admin = Client(page.instance).register(organization="Domain Ltd", first="Ada", last="Boss").signin()
    domain = f"d{secrets.token_hex(6)}.example"
    page.login(admin).open(DOMAINS, "#domains .empty").sees("No domain yet")
    page.tab_to("Add a domain").press(Keys.ENTER).focused("#domain")
    page.keys("not a domain", Keys.ENTER).allow((400, "/api/portal/domains")).has(".form-summary", "such as example.com")
    page.tab_to("Domain: ").keys(Keys.ENTER).focused("#domain").retype(f"@{domain.upper()}.")
    page.tab_to("Mailbox").keys("w").tab_to("Send email").press(Keys.ENTER).has(".toast", f"webmaster@{domain}")
    page.focused("#part-title").has("#domains .badge", "Waiting for confirmation")
    act(page, domain, "Send the email again").has("dialog", "stops working")
    page.tab_to("Send again").press(Keys.ENTER).has(".toast", "sent")
    page.fresh().open(mailbox.last(page.instance, f"webmaster@{domain}").url, "#link-box button")
    page.tab_to("Confirm domain").press(Keys.ENTER).focused("#link-box h2").sees(f"{domain} is confirmed", "Domain Ltd")
    # Somebody of that domain.
    email = f"new@{domain}"
    page.fresh().open("/register").tab_to("Start a new organisation").keys(Keys.ARROW_DOWN)
    assert not page.texts("#organization")
    page.type_into("First name", "<i>New</i>").type_into("Last name", "Person").type_into("Work email", email)
    page.type_into("Password", PASSWORD).keys(Keys.ENTER).focused("#note h2").sees("Check your inbox", email)
    url = mailbox.last(page.instance, email).url
    page.open(url).allow((400, "/api/auth/register/confirm")).type_into("Password", "not this one").keys(Keys.ENTER)
    page.has(".form-summary", "not the one that was given")
    page.tab_to("Password: ").keys(Keys.ENTER).focused("#password").retype(PASSWORD, Keys.ENTER)
    page.at("/home").click("#site-tools .menu > button").sees("Domain Ltd")
    page.fresh().login(admin).open("/settings/team", "#people tbody").sees("<i>New</i> Person")
    page.open(DOMAINS, "#domains tbody").sees("Confirmed")
    act(page, domain, "Remove domain").has("dialog", "already joined stay")
    page.tab_to("Remove domain").press(Keys.ENTER).has(".toast", "was removed")
    page.sees("No domain yet")


def test_the_browser_writes_other_scripts_as_mails_do(page):
    """IDNA: what people type and what the mail needs."""
    admin = Client(page.instance).register().signin()
    page.login(admin).open(DOMAINS, "#domains .empty").tab_to("Add a domain").press(Keys.ENTER).focused("#domain")
    page.keys("bücher.example", Keys.ENTER).has("#domains tbody", "xn--bcher-kva.example")


def test_a5_new_recovery_codes(page):
    """A5: a code of the app makes ten new ones; the second factor stays on."""
    client = Client(page.instance).register().signin()
    secret, old = otp.enrol(client, page.instance)
    page.login(client).open("/settings/security", "#factor .pill").tab_to("New recovery codes").keys(Keys.ENTER)
    page.type_into("Code", "12 34").keys(Keys.ENTER).has(".form-summary", "six digits")
    page.tab_to("Code: ").keys(Keys.ENTER).focused("#codes-code").retype(otp.code(secret, otp.step()), Keys.ENTER)
    page.has("#codes").split()
    page.focused("#factor h3").sees("New recovery codes. Keep them")
    new = page.texts("#codes li")
    assert len(new) == 10 and not set(new) & set(old)
    page.tab_to("I have stored them").press(Keys.ENTER).has("#factor .pill", "On")


def test_where_the_server_sends_mails(chromium):
    """A4, A13: who has not proven the own address is told so on every page, and sends no invitation; then it goes out by mail."""
    with Sink() as sink, Instance(SMTP_URL=sink.url, SMTP_TLS="off", MAIL_FROM="muster@example.com") as mailing:
        page = Page(chromium.driver, mailing).fresh().allow((403, "/api/portal/invite"))
        admin = Client(mailing).register(email="a.rather.long.address.of.somebody@department.example.com").signin()
        mailing.sql("UPDATE muster.app_user SET email_verified_at = NULL WHERE id = %s", admin.me["id"])  # from before mails left it
        page.login(admin).open("/settings/team", "#people tbody").has(".banner", admin.email)
        for size in (WIDE, NARROW):
            for dark in (False, True):
                page.look_like(size, dark)
                assert page.axe() + page.overflow() == []
        page.look_like().tab_to("Invite people").press(Keys.ENTER).focused("#emails").keys("guest@example.com")
        page.tab_to("Send invitations").press(Keys.ENTER).has(".form-summary", "Confirm your own email address first")
        page.keys(Keys.ESCAPE).tab_to("Send the email again").press(Keys.ENTER, "Send the email again").has(".toast", "We sent an email to")
        page.open(sink.last(admin.email, "Confirm your email").url, "#link-box button").tab_to("Confirm address").press(Keys.ENTER)
        page.has("#link-box", "is confirmed")
        page.open("/settings/team", "#people tbody")
        assert not page.texts(".banner")
        page.tab_to("Invite people").press(Keys.ENTER).focused("#emails").has("dialog .notice", "We kept what you typed here before.")
        page.keys(Keys.CONTROL, Keys.END, Keys.NULL, " ", "x" * 65, "@example.com")
        page.tab_to("Send invitations").press(Keys.ENTER).has("dialog", "1 invitation sent")
        page.sees("The invitation is on its way.", "mail servers do not accept an address like this")
        assert not page.texts("dialog input")
        url = sink.last("guest@example.com", "Invitation to").url
        mailbox.settled(mailing, "guest@example.com")
        page.tab_to("Done").press(Keys.ENTER).open("/settings/team/invitations").has("#invitations .badge-good", "Email sent")
        page.fresh().open(url).has("#invitation", "guest@example.com")
        page.type_into("First name", "Gu").type_into("Last name", "Est").type_into("Password", PASSWORD).keys(Keys.ENTER).at("/home")
        assert not page.texts(".banner") and not page.problems()
        # S5: who registers has no account before the mail was answered, with the password that was chosen.
        page.fresh().allow((401, "/api/auth/signin")).open("/register").type_into("Organisation", "Waiting Ltd")
        page.type_into("First name", "New").type_into("Last name", "Person")
        page.type_into("Work email", "new@example.com").type_into("Password", PASSWORD).keys(Keys.ENTER)
        page.focused("#note h2").sees("Check your inbox", "new@example.com", "Use another address")
        assert page.texts("#note button") == ["Use another address"]
        page.js(MINUTE)
        page.tab_to("Use another address").press(Keys.ENTER).focused("#email").keys(Keys.ENTER).focused("#note h2")
        page.tab_to("Send the email again").press(Keys.ENTER).focused("#note [role=status]").sees("Sent again")
        page.has("#note button", "Send the email again")
        for size in (WIDE, NARROW):
            for dark in (False, True):
                page.look_like(size, dark)
                assert page.axe() + page.overflow() == []
        page.look_like()
        page.open("/signin").type_into("Email", "new@example.com").type_into("Password", PASSWORD).keys(Keys.ENTER)
        page.has(".form-summary", "open the link in our email first")
        page.open(sink.last("new@example.com", "Confirm your registration", count=3).url).sees("Confirm your registration")
        page.type_into("Password", PASSWORD).keys(Keys.ENTER).at("/home").click("#site-tools .menu > button").sees("Waiting Ltd")
        assert not page.problems()
