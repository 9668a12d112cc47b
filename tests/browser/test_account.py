"""Signing in and out in the browser: expired sessions, refused attempts, the colour scheme, closed sign-ups (A4, A9, A10)."""
import re

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.page import Page
from tests.lib import Client, Instance, mailbox
from tests.lib.cast import Cast
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for


def test_expired_session_comes_back_to_where_one_was(page, cast):
    client = Client(page.instance).register(first="Late", last="Comer").signin()
    page.login(client).open("/exercises?status=COMPLETED", ".empty")
    page.instance.sql("UPDATE muster.user_session SET expires_at = now() - interval '1 second' WHERE user_id = %s", client.me["id"])
    page.allow((401, "/api/portal/me"), (401, "/api/portal/sessions"), (401, "/api/ttx/catalog"))
    page.reload().at(r"/signin\?next=%2Fexercises%3Fstatus%3DCOMPLETED").sees("Sign in to continue.")
    page.type_into("Email", client.email).type_into("Password", PASSWORD).keys(Keys.ENTER).at(r"/exercises\?status=COMPLETED")


@pytest.mark.parametrize("target", ["//evil.example/x", "https://evil.example/", "/\\evil.example", "javascript:alert(1)",
                                    "/api/portal/me"])
def test_next_stays_on_this_site(page, cast, target):
    """A10: ?next= never leads to another site or to a bare API reply."""
    page.open("/signin")
    page.js("history.replaceState(null, '', '/signin?next=' + encodeURIComponent(arguments[0]))", target)
    page.reload().type_into("Email", cast.newcomer.email).type_into("Password", PASSWORD).keys(Keys.ENTER).at("/home")


def test_a9_too_many_attempts_are_explained(page):
    """A9 as the person sees it: 429 says how long to wait, and the form keeps what was typed."""
    client = Client(page.instance).register()
    client.refused("POST", "/api/auth/signin", 401, "invalid_credentials", json={"email": client.email, "password": "wrong"})
    page.instance.sql("UPDATE muster.attempt SET count = 100 WHERE kind = 'signin-everybody' AND key = sha256(%s)", client.email.encode())
    page.allow((429, "/api/auth/signin"))
    page.open("/signin").type_into("Email", client.email).type_into("Password", PASSWORD).keys(Keys.ENTER)
    page.focused(".form-summary").sees("Too many attempts", "Please try again in", "minutes")
    assert page.js("return document.getElementById('email').value") == client.email


def test_wrong_password_says_so_without_naming_which(page):
    """A8: the same sentence whether the account exists or not."""
    client = Client(page.instance).register()
    page.allow((401, "/api/auth/signin"))
    sentences = set()
    for email in (client.email, "nobody@example.com"):
        page.open("/signin").type_into("Email", email).type_into("Password", "wrong password").keys(Keys.ENTER)
        sentences.add(page.focused(".form-summary").has(".form-summary", "don’t match").partition("Reference")[0])
    assert len(sentences) == 1


def test_signed_in_people_skip_the_product_page(page, cast):
    page.login(cast.newcomer).open("/").at("/home")


def test_colour_scheme_is_kept(page, cast):
    """The switch wins over the system, is there before the first paint and on every page."""
    page.login(cast.newcomer).open("/exercises", ".empty")

    def background():
        return page.js("return getComputedStyle(document.body).backgroundColor")
    light = background()

    def choose(name, *keys):
        page.tab_to("Account of").press(Keys.ENTER).tab_to(name, of="[name=scheme]").keys(*keys, Keys.ESCAPE)
    choose("Auto", Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    wait_for(lambda: background() != light, "the dark scheme", 10)
    dark = background()
    page.open("/settings/api-keys", "#scopes label")
    assert background() == dark and page.js("return document.documentElement.dataset.theme") == "dark"
    page.look_like(dark=True)
    choose("Dark", Keys.ARROW_RIGHT)
    assert page.js("return document.documentElement.dataset.theme") is None and background() == dark
    page.look_like(dark=False)
    wait_for(lambda: background() == light, "the light scheme", 10)


def test_invitation_joins_the_inviting_organisation(page):
    """A4 in the browser: the invited person sees no organisation field and lands in the organisation that invited."""
    admin = Client(page.instance).register(organization="Inviting Ltd").signin()
    token = page.instance.invite(admin.me["orgId"], "invited@example.com")
    page.open(f"/register#invite={token}").has("#invitation", "invited@example.com is invited to Inviting Ltd.")
    assert not page.texts("#organization")
    page.type_into("First name", "In").type_into("Last name", "Vited")
    page.type_into("Password", PASSWORD).keys(Keys.ENTER).at("/home")
    page.click("#site-tools .menu > button").sees("Inviting Ltd")


def test_closed_sign_ups_are_said(chromium):
    """G2: no form and no button that cannot work."""
    with Instance(SIGNUPS="closed") as closed:
        page = Page(chromium.driver, closed).fresh()
        page.open("/register").sees("This server takes new accounts by invitation only").has(".notice")
        assert not page.texts("form") and page.axe() == []
        page.click(".notice a", "Join it").at(r"/register\?join=1").has("#register-form")
        page.open("/").sees("by invitation")
        assert not page.texts("#register-link")
        page.open("/signin").has("#signin-form")
        wait_for(lambda: not page.texts("#register-line"), "what cannot work is hidden when the reply is there")
        assert not page.problems()


def test_a10_back_after_signing_out_shows_nothing(page):
    """A10: the browser keeps the page before; what it showed is not shown to who is at the machine next."""
    client = Client(page.instance).register(first="Gone", last="Home").signin()
    page.login(client).open("/settings/audit-log", "#list tbody").sees("Gone Home")
    page.click("#site-tools .menu > button").click("#user-menu button", "Sign out").at("/")
    page.allow((401, "/api/portal/me"))
    page.driver.back()
    page.at(r"/signin\?next=%2Fsettings%2Faudit-log").sees("Sign in to continue.")


def test_back_while_signed_in_shows_the_page_as_it_was(page, cast):
    """The page that the browser kept is there again for the same person."""
    page.login(cast.newcomer).open("/settings/api-keys", "#scopes label").type_into("Name", "Half typed")
    page.click("#site-nav a", "Exercises").at("/exercises")
    page.driver.back()
    page.at("/settings/api-keys").has("#scopes label")
    page.sees("Create a key")


def test_auditors_are_not_led_to_what_they_may_not_do(page):
    """An auditor reads; nothing offers to start an exercise, and the address of that page says why."""
    auditor = Cast(page.instance).client("auditor")
    page.login(auditor).open("/exercises", ".empty").sees("Nobody in your organisation has played yet.")
    assert page.count("a[href='/exercises/new']") == 0 or not page.texts("a[href='/exercises/new']")
    page.open("/exercises/new", "#sections .notice").sees("As an auditor you read exercises")
    assert page.axe() == []


def test_dates_are_written_as_the_reader_writes_them(page, cast):
    """Of those who read English an American reads Nov 22, everybody else 22 Nov; a German reads German."""
    agent, usual = page.js("return [navigator.userAgent, navigator.languages.join()]")
    page.login(cast.newcomer)
    written = {"en-US": r"Signed in [A-Z][a-z]{2} \d{1,2}, \d{4}", "de-DE": r"Angemeldet am \d{1,2}\. \w{3,4}\.? \d{4}",
               "en-GB": r"Signed in \d{1,2} [A-Z][a-z]{2,3} \d{4}"}
    try:
        for language, pattern in written.items():
            page.cdp("Network.setUserAgentOverride", userAgent=agent, acceptLanguage=language)
            page.open("/settings/security", "#sessions li")
            assert re.search(pattern, page.has("#sessions .key-meta")), language
    finally:
        page.cdp("Network.setUserAgentOverride", userAgent=agent, acceptLanguage=usual)


def test_finding_14_the_invitation_page_says_who_invites_whom_to_what(page):
    """Finding 14: organisation, inviter and address are there; the address is filled in and locked, and is the one that registers."""
    nora = Client(page.instance).register(first="Nora", last="Berg", organization="Northwind Traders").signin()
    (made,) = nora.call("POST", "/api/portal/invite", json={"emails": ["otto@northwind.example"], "role": "FACILITATOR"})["results"]
    page.open(made["inviteUrl"]).has("#invitation", "Nora Berg invites otto@northwind.example to Northwind Traders.")
    page.sees("Your role there: Facilitator.")
    assert page.js("const e = document.getElementById('email'); return [e.value, e.readOnly]") == ["otto@northwind.example", True]
    assert not page.texts("#organization, #way-field")
    page.type_into("First name", "Otto").type_into("Last name", "Orr").type_into("Password", PASSWORD).keys(Keys.ENTER).at("/home")
    assert Client(page.instance).signin("otto@northwind.example", PASSWORD).me["role"] == "FACILITATOR"
    # The link is used now: nothing is asked for that cannot work.
    page.fresh().allow((410, "/api/auth/invitation")).open(made["inviteUrl"]).has("#invitation", "Please ask for a new one.")
    assert not page.texts("form")


def test_finding_14_the_join_page_too(page):
    """Who is signed in with another address learns it before pressing anything."""
    nora = Client(page.instance).register(first="Nora", last="Berg", organization="Northwind Traders").signin()
    other = Client(page.instance).register(organization="Solo Ltd").signin()
    (made,) = nora.call("POST", "/api/portal/invite", json={"emails": ["otto@northwind.example"]})["results"]
    page.login(other).open(made["inviteUrl"].replace("/register", "/join"))
    page.has("#invitation", "Nora Berg invites otto@northwind.example to Northwind Traders.")
    page.sees(other.email, "You are signed in with another address.")
    assert not page.texts("main button")


def test_use_17_password_pages_name_the_account(page):
    """A password manager knows whose password is set: the address of the link stands there, for reading."""
    client = Client(page.instance).register()
    client.call("POST", "/api/auth/forgot-password", json={"email": client.email})
    page.open(mailbox.last(page.instance, client.email, "Choose").url, "#username")
    field = page.js("const e = document.getElementById('username'); return [e.value, e.autocomplete, e.readOnly]")
    assert field == [client.email, "username", True]


@pytest.mark.parametrize("lang, title, wrong, way", [
    ("de", "Anmelden", "passen nicht zusammen", "ltr"), ("fr", "Connexion", "ne correspondent pas", "ltr"),
    ("ar", "تسجيل الدخول", "غير متطابقين", "rtl")])
def test_g9_signing_in_in_every_language(page, lang, title, wrong, way):
    """G9: the page, its own messages and its direction; nothing of it is English, and nothing is wider than a phone."""
    page.allow((401, "/api/auth/signin")).open(f"/signin?lang={lang}&next=%2Fexercises").has("h1", title)
    assert page.js("return [document.documentElement.lang, getComputedStyle(document.body).direction]") == [lang, way]
    page.click("#email").keys("nobody@example.com").click("#password").keys("not the password", Keys.ENTER).has(".form-summary", wrong)
    english = {"Sign in", "Email", "Password", "Show", "Forgot"}
    assert not english & set(page.js("return document.querySelector('main').innerText").split("\n"))
    assert page.look_like((360, 800)).overflow() == [] and page.axe() == []


def test_bounds_in_words_are_the_servers(page):
    """The hint of a password says what the server takes, in the language of the page."""
    page.open("/register?lang=de").has("#password-hint", "Mindestens 8 Zeichen.")
    page.click("#password").keys("abcdefg").has("#password-hint", "Noch 1 Zeichen.")
