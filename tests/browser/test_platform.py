"""The platform's pages by keyboard (A4, A7, A12, D5, G2)."""
import re

from selenium.webdriver.common.keys import Keys

from tests.browser.states_platform import dead_letter
from tests.lib import Client
from tests.lib.cast import Cast


def boss(page, name="Operator"):
    """A platform administrator whom the browser is signed in as."""
    made = Cast(page.instance, name=name).client("platform")
    page.login(made)
    return made


def test_a4_create_invite_and_join(page):
    """A4: the dialog makes an organisation, its link brings the administrator, and markup stays text (D5)."""
    boss(page)
    page.open("/platform", ".people").tab_to("New organisation").press(Keys.ENTER).has("dialog", "New organisation")
    page.type_into("Name", "<i>Keyboard</i> Ltd").type_into("E-mail", "first@keyboard.example").tab_to("Create organisation").press(Keys.ENTER)
    page.has("dialog", "<i>Keyboard</i> Ltd was created").has("dialog", "shown once")
    link = page.js("return document.querySelector('dialog input').value")
    page.tab_to("Done").press(Keys.ENTER).has(".people", "<i>Keyboard</i> Ltd")
    assert link not in page.js("return document.documentElement.outerHTML")
    page.tab_to("<i>Keyboard</i>", of="a").press(Keys.ENTER).at("/platform/organisations/[0-9a-f-]{36}")
    page.sees("the invitation waits", "Nobody has joined yet.")
    Client(page.instance).register(email="first@keyboard.example", invite=re.search(r"invite=(\w+)", link)[1]).signin()
    page.reload().sees("1 active person", "User: joined", "Created an organisation")
    page.tab_to("Invite an administrator").press(Keys.ENTER).type_into("E-mail", "second@keyboard.example").keys(Keys.ENTER)
    page.has("dialog", "Invitation ready").tab_to("Done").press(Keys.ENTER).sees("1 open invitation")


def test_a7_plan_suspension_and_people(page):
    """A7: what the dialogs say happens at once, and the log of the organisation shows it (A12)."""
    boss(page)
    org = Cast(page.instance, name="Suspended Ltd")
    admin, member = org.client("admin"), org.client("member")
    page.open(f"/platform/organisations/{org.org}", "#log").tab_to("Change").press(Keys.ENTER).has("dialog", "Change Suspended Ltd")
    page.tab_to("Plan", of="select").keys("GROWTH").tab_to("Save").press(Keys.ENTER).has(".toast", "The organisation was changed.")
    assert admin.call("GET", "/api/portal/me")["organization"]["plan"] == "GROWTH"
    page.sees("2 active people of 25").tab_to("End sessions: Cast Member").press(Keys.ENTER).has("dialog", "End all sessions of Cast Member?")
    page.tab_to("End sessions").press(Keys.ENTER).has(".toast", "have ended")
    member.refused("GET", "/api/portal/me", 401, "unauthenticated")
    page.tab_to("Deactivate: Cast Member").press(Keys.ENTER).has("dialog").tab_to("Deactivate").press(Keys.ENTER).has(".toast", "was deactivated")
    page.has("#people", "Deactivated").tab_to("Suspend", back=True).press(Keys.ENTER).has("dialog", "Nothing is deleted")
    page.tab_to("Suspend").press(Keys.ENTER).has(".toast", "is suspended").has("#about", "Suspended")
    admin.refused("GET", "/api/portal/me", 401, "unauthenticated")
    page.has("#log", "Suspended an organisation").focused("#suspend").press(Keys.ENTER, "Resume").has("dialog", "Resume Suspended Ltd?")
    page.tab_to("Resume").press(Keys.ENTER).has(".toast", "active again")
    admin.signin()
    page.fresh().login(admin).open("/settings/audit-log", ".log").sees("Resumed the organisation", "Platform administrator")


def test_search(page):
    """Organisations by a part of the name, people by the beginning of the address."""
    boss(page)
    org = Cast(page.instance, name="Needle & Haystack")
    admin = org.client("admin")
    page.open("/platform", ".people").type_into("Name", "EEDLE").keys(Keys.ENTER).has(".people", "Needle & Haystack")
    assert page.count("#list .people > li") == 1 and "q=EEDLE" in page.path
    page.tab_to("People", back=True).press(Keys.ENTER).at("/platform/users")
    page.type_into("E-mail address or name", admin.email[:20]).keys(Keys.ENTER).has(".people", admin.email)
    wanted = page.count("#people .people > li")
    assert wanted == 1
    page.has(".people", "Needle & Haystack")


def test_settings(page):
    """G2: sign-ups and plans that are saved here count for the next visitor."""
    boss(page)
    try:
        page.open("/platform/settings", ".plan-table").tab_to("As the environment says", of="input").keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
        page.tab_to("Save").press(Keys.ENTER).has(".toast", "Saved.")
        assert Client(page.instance).call("GET", "/api/public/signup-status")["open"] is False
        page.tab_to("Add a plan").press(Keys.ENTER).has("dialog", "Add a plan")
        page.type_into("Name", "KEYBOARD-PLAN").type_into("Seats", "12").tab_to("API keys").keys(Keys.SPACE)
        page.tab_to("Add plan").press(Keys.ENTER).has(".toast", "was saved").has(".plan-table", "KEYBOARD-PLAN")
        found = page.instance.sql("SELECT seats, monthly_exercises, api_access, byok FROM muster.plan WHERE name = 'KEYBOARD-PLAN'")[0]
        assert found == {"seats": 12, "monthly_exercises": None, "api_access": True, "byok": False}
        assert Client(page.instance).call("GET", "/api/public/signup-status")["open"] is False
    finally:
        page.instance.sql("UPDATE muster.platform_setting SET signups = NULL")


def test_health_and_dead_letters(page):
    """G3: figures that are measured; a dead letter is put back, another one given up."""
    boss(page)
    org = Cast(page.instance, name="Letters Ltd")
    jobs = [dead_letter(page.instance, org.org) for _ in range(2)]
    page.open("/platform/health", "#jobs .people").sees("Everything answers", "550 5.1.1", "post.example")
    assert "some.body" not in page.js("return document.body.innerText")
    page.tab_to("Try again: Invitation mail").press(Keys.ENTER).has(".toast", "in the queue again")
    page.tab_to("Give up: Invitation mail").press(Keys.ENTER).has("dialog", "is not sent").tab_to("Give up").press(Keys.ENTER).has(".toast", "given up")
    left = page.instance.sql("SELECT state FROM muster.job WHERE id::text = ANY (%s)", jobs)
    assert len(left) == 1 and left[0]["state"] != "DEAD"
    page.tab_to("Log", back=True, of="a").press(Keys.ENTER).at("/platform/log").sees("Put a job back into the queue", "Gave a job up")
