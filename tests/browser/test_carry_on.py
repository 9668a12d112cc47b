"""Nothing typed is lost (finding 13; issue 10, item 10): signing in on the spot, drafts, a second click while a page is left."""
from selenium.webdriver.common.keys import Keys

from tests.lib import Client, otp
from tests.lib.client import PASSWORD
from tests.lib.instance import wait_for

STORY = "Two berths were closed when the planning system stopped. " * 16
KEPT = "return Object.keys(sessionStorage).filter((key) => key.startsWith('muster.draft.'))"


def ended(page, client):
    """The session ends while the page stays open."""
    page.instance.sql("DELETE FROM muster.user_session WHERE user_id = %s", client.me["id"])


def write_story(page):
    page.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.click(".choice", "Your choice").click("#customIncident").keys(STORY)
    page.click("#questionCount").retype("20")
    assert typed(page) == [STORY, "20"]


def typed(page):
    return page.js("return ['customIncident', 'questionCount'].map((name) => document.querySelector(`[name=${name}]`).value)")


def begins_anew(page):
    text = "const field = document.querySelector('[name=customIncident]'); return field && !document.querySelector('dialog') && field.value"
    wait_for(lambda: page.js(text) == "", "the page begins anew")
    assert page.js(KEPT) == []


def sign_in_on_the_spot(page, password=PASSWORD):
    page.focused("#again-password").has("#again h2", "Sign in to carry on")
    return page.keys(password, Keys.ENTER)


def test_finding_13_a_session_that_ended_is_begun_again_on_the_spot(page):
    """900 characters and the count are there while the dialog asks, and go on with the call that is repeated."""
    client = Client(page.instance).register().signin()
    page.login(client).open("/exercises/new", "#new-form [name=theme]")
    write_story(page)
    ended(page, client)
    page.allow((401, "/api/ttx/generate"), (401, "/api/auth/signin")).click("#new-form [type=submit]")
    sign_in_on_the_spot(page, "not this one").has("#again .form-summary", "don’t match")
    assert page.axe() == [] and typed(page) == [STORY, "20"]
    page.type_into("Password", PASSWORD).keys(Keys.ENTER).at("/exercises/[^/]+/play.*")
    made = page.instance.sql("SELECT question_count, briefing FROM muster.exercise WHERE created_by = %s", client.me["id"])
    assert made == [{"question_count": 20, "briefing": STORY.strip()}], "made once, with what was typed"
    assert page.js(KEPT) == []


def test_use_11_not_now_keeps_the_form(page):
    """Going back from the dialog says what is wrong; the next try asks again."""
    client = Client(page.instance).register().signin()
    page.login(client).open("/settings/organisation/profile", "#profile-form")
    page.type_into("Critical assets", "Berth planning")
    ended(page, client)
    page.allow((401, "/api/portal/profile")).click("#profile-form [type=submit]").focused("#again-password").keys(Keys.ESCAPE)
    page.has("#profile-form .form-summary", "Your session has ended. Sign in to carry on.")
    page.click("#profile-form [type=submit]")
    sign_in_on_the_spot(page).has(".save-state", "Saved")
    assert client.signin().call("GET", "/api/portal/profile")["criticalAssets"] == "Berth planning"


def test_a5_the_second_factor_is_asked_for_too(page):
    """A5: the password alone opens nothing; the other proof can be chosen in the dialog."""
    client = Client(page.instance).register().signin()
    _, codes = otp.enrol(client, page.instance)
    page.login(client).open("/settings/notifications", "#preferences form").click("#team")
    ended(page, client)
    page.allow((401, "/api/auth/mail-preferences")).click("#preferences [type=submit]")
    sign_in_on_the_spot(page).focused("#again-code").tab_to("Use a recovery code").keys(Keys.ENTER).focused("#again-recoveryCode")
    assert page.axe() == []
    page.keys(codes[0], Keys.ENTER).has(".toast", "Saved")
    assert page.count("dialog") == 0


def test_whoever_else_signs_in_there_sees_the_page_anew(page):
    """What one person typed is not sent by another, nor shown to them."""
    one, other = Client(page.instance).register(first="One").signin(), Client(page.instance).register(first="Other").signin()
    page.login(one).open("/exercises/new", "#new-form [name=theme]")
    write_story(page)
    ended(page, one)
    page.allow((401, "/api/ttx/generate")).click("#new-form [type=submit]").focused("#again-password")
    page.js("document.getElementById('again-email').value = arguments[0]", other.email)
    page.keys(PASSWORD, Keys.ENTER)
    begins_anew(page)
    for client in (one, other):
        assert page.instance.value("SELECT count(*) FROM muster.exercise WHERE created_by = %s", client.me["id"]) == 0


def test_another_person_at_another_tab_takes_this_page_away(page):
    """A session is the browser's: what stands here would be sent as somebody else."""
    one, other = Client(page.instance).register(first="One").signin(), Client(page.instance).register(first="Other").signin()
    page.login(one).open("/exercises/new", "#new-form [name=theme]")
    write_story(page)
    first = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    page.login(other).open("/settings/security", "#sessions li")
    page.driver.switch_to.window(first)
    begins_anew(page)


def test_a_page_that_shows_nobody_yet_leads_to_sign_in(page):
    page.allow((401, "/api/portal/me"), (401, "/api/auth/mfa"), (401, "/api/auth/sessions")).open("/settings/security")
    page.at(r"/signin\?next=%2Fsettings%2Fsecurity")
    assert page.count("dialog") == 0


def test_a_draft_is_there_after_a_reload_and_ends_with_saving(page):
    """Said with a way to get rid of it; kept for the form that it belongs to, gone when it is sent."""
    client = Client(page.instance).register().signin()
    page.login(client).open("/exercises/new", "#new-form [name=theme]")
    write_story(page)
    page.reload().has("#new-form .notice", "We kept what you typed here before.")
    assert typed(page) == [STORY, "20"] and page.axe() == []
    page.click("#new-form .notice button", "Discard it")
    assert typed(page) == ["", "12"] and page.js(KEPT) == [] and page.texts("#new-form .notice") == []
    write_story(page)
    page.click("#new-form [type=submit]").at("/exercises/[^/]+/play.*")
    assert page.js(KEPT) == []
    page.open("/exercises/new", "#new-form [name=theme]")
    assert typed(page) == ["", "12"]


def test_a_draft_survives_the_way_over_sign_in(page):
    """Where a page cannot go on, signing in comes first; the draft is the person's, and another one does not get it."""
    client, other = Client(page.instance).register().signin(), Client(page.instance).register().signin()
    page.login(client).open("/exercises/new", "#new-form [name=theme]")
    write_story(page)
    ended(page, client)
    page.allow((401, "/api/.*")).reload().at(r"/signin\?next=%2Fexercises%2Fnew")
    page.type_into("Email", client.email).type_into("Password", PASSWORD).keys(Keys.ENTER).at("/exercises/new").has("#new-form .notice")
    assert typed(page) == [STORY, "20"]
    page.login(other).reload()
    assert typed(page)[0] == "" and page.js(KEPT) == []


def test_secrets_are_never_drafts(page):
    """No password and no code is ever in a storage of the browser."""
    client = Client(page.instance).register().signin()
    page.login(client).open("/settings/security", "#sessions li").type_into("Current password", "my own secret 1")
    page.type_into("New password", "my next secret 2")
    stored = page.js("return JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)])")
    assert "secret" not in stored


def test_a_second_click_while_the_page_is_left_does_nothing_twice(page):
    """The button stays busy from the reply until this page is gone."""
    client = Client(page.instance).register().signin()
    page.login(client).open("/exercises/new", "#new-form [name=theme]")
    page.js("""
        const button = document.querySelector('#new-form [type=submit]');
        const fetched = window.fetch;
        window.fetch = async (...all) => {
          const reply = await fetched(...all);
          if (String(all[0]).includes('generate')) {
            [0, 1, 5, 20, 60].forEach((wait) => window.setTimeout(() => button.click(), wait));
          }
          return reply;
        };""")
    page.click("#new-form [type=submit]").at("/exercises/[^/]+/play.*")
    assert page.instance.value("SELECT count(*) FROM muster.exercise WHERE created_by = %s", client.me["id"]) == 1
