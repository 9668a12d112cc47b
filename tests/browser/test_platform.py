"""The platform's pages by keyboard (A4, A7, A12, D5, G2)."""
import re

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.lists import act, choose, settled
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
    page.open("/platform", "#list tbody").tab_to("New organisation").press(Keys.ENTER).has("dialog", "New organisation")
    page.type_into("Name", "<i>Keyboard</i> Ltd").type_into("Email", "first@keyboard.example")
    page.tab_to("Create organisation").press(Keys.ENTER)
    page.has("dialog", "<i>Keyboard</i> Ltd was created")
    page.has("dialog", "shown once")
    link = page.js("return document.querySelector('dialog input').value")
    page.tab_to("Done").press(Keys.ENTER).open("/platform?q=Keyboard", "#list tbody").has("#list tbody", "<i>Keyboard</i> Ltd")
    assert link not in page.js("return document.documentElement.outerHTML")
    page.tab_to("<i>Keyboard</i>", of="a").press(Keys.ENTER).at("/platform/organisations/[0-9a-f-]{36}")
    page.sees("the invitation waits", "Nobody has joined yet")
    Client(page.instance).register(email="first@keyboard.example", invite=re.search(r"invite=(\w+)", link)[1]).signin()
    page.reload().sees("1 active person", "Joined the organisation", "Organisation created")
    page.tab_to("Invite an administrator").press(Keys.ENTER).type_into("Email", "second@keyboard.example").keys(Keys.ENTER)
    page.has("dialog", "Invitation ready")
    page.tab_to("Done").press(Keys.ENTER).sees("1 open invitation")


def test_a7_plan_suspension_people_and_deletion(page):
    """A7: what the dialogs say happens at once, and the log of the organisation shows it (A12)."""
    boss(page)
    org = Cast(page.instance, name="Suspended Ltd")
    admin, member = org.client("admin"), org.client("member")
    page.open(f"/platform/organisations/{org.org}", "#log tbody, #log .empty").tab_to("Change", of="#change").press(Keys.ENTER)
    page.has("dialog", "Change Suspended")
    page.tab_to("Plan", of="select").keys("Growth").tab_to("Save").press(Keys.ENTER).has(".toast", "The organisation was changed.")
    assert admin.call("GET", "/api/portal/me")["organization"]["plan"] == "GROWTH"
    act(page.sees("2 active people of 25"), "Cast Member", "End sessions").has("dialog", "End all sessions of Cast")
    page.tab_to("End sessions").press(Keys.ENTER).has(".toast", "have ended")
    member.refused("GET", "/api/portal/me", 401, "unauthenticated")
    page.press(Keys.ENTER, "Actions for Cast Member")
    choose(page, "Deactivate").has("dialog", "Deactivate Cast Member?")
    page.tab_to("Deactivate").press(Keys.ENTER).has(".toast", "was deactivated")
    page.has("#people", "Deactivated")
    page.tab_to("Suspend", back=True, of="#suspend").press(Keys.ENTER).has("dialog", "Nothing is deleted")
    page.tab_to("Suspend").press(Keys.ENTER).has(".toast", "is suspended")
    page.has("#about", "Suspended")
    admin.refused("GET", "/api/portal/me", 401, "unauthenticated")
    page.has("#log", "Organisation suspended")
    page.focused("#suspend").press(Keys.ENTER, "Resume").has("dialog", "Resume Suspended Ltd?")
    page.tab_to("Resume").press(Keys.ENTER).has(".toast", "active again")
    page.has("#log", "Organisation resumed")
    page.focused("#suspend")  # what was changed was loaded again
    admin.signin()
    assert admin.call("GET", "/api/portal/audit-log?action=platform.organization_resumed")
    page.tab_to("Delete", of="#delete").press(Keys.ENTER).has("dialog", "In seven days")
    page.allow((400, "/api/admin/orgs/.*")).type_into("Type the name", "Suspended").keys(Keys.ENTER)
    page.has(".form-summary", "is not the organisation")
    page.type_into("Type the name", "Suspended Ltd").keys(Keys.ENTER).has(".toast", "will be deleted on")
    page.has("#log", "Deletion of an organisation requested")
    page.has("#about", "Will be deleted on")
    admin.refused("GET", "/api/portal/sessions", 403, "organization_ending")
    page.focused("#restore").press(Keys.ENTER, "Restore").has("dialog", "Restore Suspended Ltd?")
    page.tab_to("Restore").press(Keys.ENTER).has(".toast", "The organisation stays")
    page.has("#log", "Organisation restored by the platform")
    page.focused("#delete")
    admin.call("GET", "/api/portal/sessions")


def test_what_an_organisation_sees(page):
    """A12: in its own log an act of the platform is there, without a name."""
    chief = boss(page)
    org = Cast(page.instance, name="Watched Ltd")
    admin = org.client("admin")
    chief.call("PUT", f"/api/admin/orgs/{org.org}", json={"plan": "STARTER"})
    page.fresh().login(admin).open("/settings/audit-log", "#list tbody").sees("Plan changed", "Platform administrator")


def test_search(page):
    """Organisations by a part of the name, people by the beginning of the address."""
    boss(page)
    org = Cast(page.instance, name="Needle & Haystack")
    admin = org.client("admin")
    page.open("/platform", "#list tbody").type_into("Search by name", "EEDLE").keys(Keys.ENTER).at(r"/platform\?q=EEDLE")
    settled(page, "#list", 1).has("#list tbody", "Needle & Haystack")
    settled(page.reload(), "#list", 1).has("#list tbody", "Enterprise")
    page.open("/platform/users", "#people tbody").type_into("Email or name", admin.email).keys(Keys.ENTER)
    settled(page, "#people", 1).has("#people tbody", "Needle & Haystack")


def test_settings(page):
    """G2, E4: sign-ups, plans and periods that are saved here count for the next visitor."""
    boss(page)
    try:
        page.open("/platform/settings", ".plan-table").tab_to("As the environment says", of="input")
        page.keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
        page.tab_to("Save").press(Keys.ENTER).has(".toast", "Saved.")
        assert Client(page.instance).call("GET", "/api/public/signup-status")["open"] is False
        page.tab_to("Add a plan").press(Keys.ENTER).has("dialog", "Add a plan")
        page.type_into("Name", "KEYBOARD-PLAN").type_into("Seats", "12").tab_to("API keys").keys(Keys.SPACE)
        page.tab_to("Add plan").press(Keys.ENTER).has(".toast", "was saved")
        page.has(".plan-table", "KEYBOARD-PLAN")
        found = page.instance.sql("SELECT seats, monthly_exercises, api_access, byok FROM muster.plan WHERE name = 'KEYBOARD-PLAN'")[0]
        assert found == {"seats": 12, "monthly_exercises": None, "api_access": True, "byok": False}
        assert Client(page.instance).call("GET", "/api/public/signup-status")["open"] is False
        page.tab_to("Change: Expired sessions", of="button").press(Keys.ENTER).has("dialog", "Expired sessions")
        page.type_into("Days", "11").keys(Keys.ENTER).has(".toast", "The period was saved.")
        assert page.instance.value("SELECT days FROM muster.retention WHERE name = 'sessions'") == 11
        page.has("#retention", "Expired sessions are removed after 11 days.")
    finally:
        page.instance.sql("UPDATE muster.platform_setting SET signups = NULL")


def test_health_and_dead_letters(page):
    """G3: figures that are measured; a dead letter is put back, another one given up."""
    boss(page)
    org = Cast(page.instance, name="Letters Ltd")
    page.instance.stop_service("jobs")
    try:
        jobs = [dead_letter(page.instance, org.org) for _ in range(2)]
        page.open("/platform/health", "#jobs .people").sees("Something does not answer", "No worker connected", "550 5.1.1", "post.example")
        assert "some.body" not in page.js("return document.body.innerText")
        page.tab_to("Try again: Email to post.example (invitation)").press(Keys.ENTER).has(".toast", "in the queue again")
        page.focused("#state")  # the list was loaded again
        page.tab_to("Give up: Email to post.example (invitation)").press(Keys.ENTER).has("dialog", "is not sent")
        page.tab_to("Give up").press(Keys.ENTER).has(".toast", "given up")
        left = page.instance.sql("SELECT state FROM muster.job WHERE id::text = ANY (%s)", jobs)
        assert [row["state"] for row in left] == ["QUEUED"]
    finally:
        page.instance.start_service("jobs")
    page.tab_to("Platform log", back=True, of="a").press(Keys.ENTER).at("/platform/log")
    page.sees("Job put back into the queue", "Job given up")
    page.open("/platform/health", "#health dl").sees("Everything answers")


@pytest.mark.parametrize("lang, health, org, suspend", [
    ("de", ("Alles antwortet", "E-Mail an post.example (Einladung)", "70 von 70 Versuchen"), ("1 aktive Person", "Tarif und Nutzung"),
     "Words Ltd sperren?"),
    ("fr", ("Tout répond", "E-mail à post.example (invitation)", "70 tentatives sur 70"), ("1 personne active", "Formule et utilisation"),
     "Suspendre Words Ltd")])
def test_health_and_organisation_in_the_reader_s_language(page, lang, health, org, suspend):
    """Jobs, emails and figures have names and plurals in German and French too."""
    boss(page)
    made = Cast(page.instance, name="Words Ltd")
    made.client("admin")
    dead_letter(page.instance, made.org)
    page.open(f"/platform/health?lang={lang}", "#jobs .people").sees(*health)
    page.open(f"/platform/organisations/{made.org}?lang={lang}", "#log tbody, #log .empty")
    page.sees(*org).click("#suspend").has("dialog", suspend)


def test_a_shorter_period_is_asked_about(page):
    """What a shorter period removes does not come back, so it takes a second yes; a longer one does not."""
    boss(page)
    name, kept = "sessions", page.instance.value("SELECT days FROM muster.retention WHERE name = 'sessions'")
    change = "Change: Expired sessions"

    def days():
        return page.instance.value("SELECT days FROM muster.retention WHERE name = %s", name)
    try:
        page.open("/platform/settings", "#retention li").tab_to(change).press(Keys.ENTER).type_into("Days", str(kept - 1)).keys(Keys.ENTER)
        page.has("dialog", f"Until now: {kept} days")
        page.focused("dialog button").press(Keys.ENTER, "Keep period")
        assert days() == kept
        page.tab_to(change).press(Keys.ENTER).type_into("Days", str(kept - 1)).keys(Keys.ENTER)
        page.has("dialog", "nothing of it comes back")
        page.tab_to("Shorten it").press(Keys.ENTER).has(".toast", "The period was saved.")
        assert days() == kept - 1
        page.focused("#retention button").press(Keys.ENTER, change).type_into("Days", str(kept)).keys(Keys.ENTER)
        page.has("#retention", f"Expired sessions are removed after {kept} days.")
    finally:
        page.instance.sql("UPDATE muster.retention SET days = %s WHERE name = %s", kept, name)
