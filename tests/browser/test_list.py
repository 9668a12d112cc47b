"""The list of exercises and the form for a new one."""
from selenium.webdriver.common.keys import Keys

from tests.browser.states import MISSING
from tests.lib import Client


def test_more_exercises_are_loaded(page, cast):
    page.login(cast.many).open("/exercises", "#more button")
    assert page.count(".ex-row") == 20
    page.tab_to("Load more", 80).press(Keys.ENTER).has(".ex-row:nth-child(21)")
    total = len(cast.many.call("GET", "/api/portal/sessions?limit=200"))
    assert total >= 23 and page.count(".ex-row") == min(total, 40)
    page.focused(".ex-row:nth-child(21) h2")


def test_filters_are_in_the_address(page, cast):
    page.login(cast.player).open("/exercises", ".ex-row")
    page.tab_to("Status").keys("Com").at(r"/exercises\?status=COMPLETED")
    page.has(".ex-row")
    assert set(page.texts(".ex-state")) == {"Completed"}
    page.reload().has(".ex-row")
    assert set(page.texts(".ex-state")) == {"Completed"} and page.js("return document.getElementById('status').value") == "COMPLETED"


def test_delete_asks_first(page):
    """Escape and "Cancel" change nothing and give the focus back; the confirmed exercise is gone on the server."""
    client = Client(page.instance).register().signin()
    keep = client.generate("bec", questionCount=3)
    gone = client.generate("ransomware", questionCount=3)
    title = client.session(gone)["title"]
    page.login(client).open("/exercises", ".ex-row").tab_to("Delete: " + title).press(Keys.ENTER)
    page.sees("are removed for good").press(Keys.ENTER, "Cancel").focused(".ex-actions button")
    page.press(Keys.ENTER, "Delete: ").has("dialog")
    page.keys(Keys.ESCAPE).focused(".ex-actions button")
    assert len(client.call("GET", "/api/portal/sessions")) == 2
    page.press(Keys.ENTER, "Delete: ").has("dialog")
    page.tab_to("Delete exercise").press(Keys.ENTER).has(".toast", "Exercise deleted.")
    assert [row["id"] for row in client.call("GET", "/api/portal/sessions")] == [keep] and page.count(".ex-row") == 1
    client.refused("GET", f"/api/ttx/session/{gone}", 404, "not_found")


def test_everything_in_the_form_has_an_effect(page):
    """G2: each setting of the form arrives in the exercise."""
    client = Client(page.instance).register().signin()
    page.login(client).open("/exercises/new?theme=cloud-breach", ".theme-grid")
    assert page.js("return document.querySelector('[name=theme]:checked').value") == "cloud-breach"
    page.click(".choice", "Expert").click(".choice", "2× longer")
    page.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.type_into("Your own incident context", "A supplier was breached.").click("#add-person").focused("#person-0")
    page.keys("Sunniva Testdottir").type_into("Seed", "4711")
    page.js("const n = document.getElementById('questionCount'); n.value = '5'; n.dispatchEvent(new Event('input', {bubbles: true}))")
    assert {"Expert", "5 questions in 3 stages", "Timed, 2× longer"} <= set(page.texts("#summary dd"))
    page.click("#start").at(r"/exercises/[0-9a-f-]{36}/play\?timed=1").sees("Ready?")
    made = page.instance.sql("SELECT * FROM muster.exercise WHERE org_id = %s", client.me["orgId"])[0]
    assert (made["theme"], made["difficulty"], made["timing"], made["question_count"], made["seed"], made["language"]) \
        == ("cloud-breach", "EXPERT", "x2", 5, 4711, "en")
    assert "Sunniva Testdottir" in str(made["recipe"])


def test_server_says_which_field_is_wrong(page, cast):
    """A refusal of the server stands next to its field."""
    page.login(cast.newcomer).open("/exercises/new", ".theme-grid").allow((400, "/api/ttx/generate"))
    page.js("document.querySelector('[name=difficulty]').value = 'HEROIC'; document.querySelector('[name=difficulty]').checked = true")
    page.click("#start").focused(".form-summary").sees("Difficulty: must be one of")
    assert page.texts("fieldset[data-field=difficulty] .field-error")


def test_unknown_and_foreign_exercises_look_the_same(page, cast):
    """A3: another organisation's exercise does not exist here, nor does nonsense."""
    page.login(cast.newcomer).allow((404, "/api/ttx/session/.*"))
    for exercise in (MISSING, cast.player.begun, "nonsense"):
        for view in ("play", "result"):
            page.open(f"/exercises/{exercise}/{view}").sees("This exercise does not exist, or it belongs to another organisation.")
            page.has('main a[href="/exercises"]')
    page.allow((404, "/exercises/.*")).open("/exercises/no.such/play").sees("This page does not exist")
