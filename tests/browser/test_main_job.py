"""The main job from an empty account to a verified certificate, with the keyboard alone (G5)."""
import re

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.states import letters
from tests.lib import Library

EMAIL = "keyboard@example.com"
PASSWORD = "a long sentence to sign in"
CLOCK = r"/exercises/[0-9a-f-]{36}"


def register(page):
    page.open("/register").type_into("Organisation", "Keyboard & Co").type_into("First name", "Kit").type_into("Last name", "Keys")
    page.type_into("Work email", EMAIL).type_into("Password", "short").keys(Keys.ENTER)
    page.focused(".form-summary").sees("Password: Use at least 8 characters.")
    assert page.js("return document.getElementById('password').getAttribute('aria-invalid')") == "true"
    page.tab_to("Password: Use").press(Keys.ENTER, "Password").focused("#password")
    page.retype(PASSWORD, Keys.ENTER).at("/home")
    page.has(".home-card h2", "Start your first exercise")


def sign_out(page):
    page.tab_to("Account of Kit Keys").press(Keys.ENTER, "Account of Kit Keys")
    page.tab_to("Sign out").press(Keys.ENTER).at("/")
    assert page.cookie().get("muster_session") is None


def sign_in(page):
    page.tab_to("Sign in").press(Keys.ENTER).at("/signin")
    page.type_into("Email", EMAIL).type_into("Password", PASSWORD).keys(Keys.ENTER).at("/home")


def new_exercise(page):
    page.tab_to("Start your first exercise").press(Keys.ENTER).at("/exercises/new").has(".new-themes")
    page.tab_to("", of="[name=size]")
    while not page.js("return document.activeElement.value === 'own'"):
        page.keys(Keys.ARROW_DOWN)
    page.type_into("Number of decisions", "31").keys(Keys.ENTER)
    page.focused(".form-summary").sees("choose a whole number from 3 to 30")
    page.tab_to("Number of decisions: choose").press(Keys.ENTER).focused("#questionCount")
    page.retype("3")
    page.tab_to("More settings").press(Keys.ENTER).type_into("Seed", "77")
    page.tab_to("Start exercise").press(Keys.ENTER).at(CLOCK + "/play")


def question(page):
    """The question on the page in the shape of the API's."""
    return page.js("""
        const form = document.getElementById('decision-form');
        return {question: form.querySelector('.stem').textContent, options: Array.from(form.querySelectorAll('.option')).map((one) => ({
          letter: one.querySelector('input').value, text: one.querySelector('.option-text').lastChild.textContent}))};""")


def choose(page, letter, how):
    """A letter, a digit, or Tab and the arrow keys."""
    if how == "arrows":
        page.tab()
        while not page.js("return document.activeElement.name === 'option'"):
            page.tab()
        if not page.js("return document.activeElement.checked"):
            page.keys(" ")
        while page.js("return document.activeElement.value") != letter:
            page.keys(Keys.ARROW_DOWN)
        assert page.focus()["ok"]
    else:
        page.keys(letter.lower() if how == "letters" else str("ABCD".index(letter) + 1))
    page.focused(f'input[name="option"][value="{letter}"]:checked')


def play(page, theme):
    """Plays to the end; returns what was chosen how often right."""
    for number, how in enumerate(("letters", "digits", "arrows"), 1):
        if page.count(".opening"):
            page.focused("#opening-title")
            page.tab_to("Begin" if number == 1 else "Enter stage").press(Keys.ENTER)
        page.focused("#q-title").has("#q-title", f"Decision {number} of 3")
        choose(page, letters(question(page), theme)[0], how)
        page.keys(Keys.ENTER).has(".verdict", "Best option")
        page.focused(".q-submit button")
        page.press(Keys.ENTER, "See the result" if number == 3 else "")
    page.at(CLOCK + "/result")


def open_report(page):
    page.tab_to("Open report").press(Keys.ENTER).new_window()
    page.sees("Keyboard & Co")
    # Its own policy lets exactly its own style sheet through.
    assert page.js("return document.styleSheets.length") == 1 and page.js("return document.styleSheets[0].cssRules.length") > 20
    assert page.count("svg[role=img]") > 0 and page.count("script") == 0
    page.close_window()


def open_certificate(page):
    page.tab_to("Open certificate").press(Keys.ENTER).new_window().sees("Kit Keys", "Keyboard & Co")
    address = re.search(re.escape(page.base) + r"/verify/[0-9a-f-]{36}", page.js("return document.body.innerText.replace(/\\s/g, '')"))
    assert address, page.js("return document.body.innerText")
    page.close_window().reload()
    return address.group(0)


def verify(page, address, theme):
    page.tab_to("Public check").press(Keys.ENTER).at("/verify/.*").has(".seal")
    assert page.base + page.path == address
    page.sees("This certificate is valid", "Kit Keys", "Keyboard & Co", "Platinum", theme)


@pytest.mark.smoke
def test_g5_main_job_by_keyboard(page):
    """G5: register, sign out and in, generate with an error on the way, play, report, certificate, verification: no mouse."""
    page.allow((401, "/api/portal/me"))
    register(page)
    sign_out(page)
    sign_in(page)
    new_exercise(page)
    theme = page.js("return fetch('/api/ttx/session/' + location.pathname.split('/')[2]).then((r) => r.json()).then((s) => s.theme)")
    play(page, theme)
    title = Library.of(theme).doc["title"]
    page.sees("Best option in 3 of 3 decisions", "Platinum", title)
    open_report(page)
    verify(page, open_certificate(page), title)
