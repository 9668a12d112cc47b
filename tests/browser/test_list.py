"""The form for a new exercise, and exercises that are not there."""
from tests.browser.states import MISSING
from tests.lib import Client


def test_everything_in_the_form_has_an_effect(page):
    """G2: each setting of the form arrives in the exercise."""
    client = Client(page.instance).register().signin()
    page.login(client).open("/exercises/new?theme=cloud-breach", ".new-themes")
    assert page.js("return document.querySelector('[name=theme]:checked').value") == "cloud-breach"
    page.click(".choice", "Your choice").click("#timed")
    page.js("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    choose = ("const s = document.getElementById(arguments[0]); s.value = arguments[1];"
              "s.dispatchEvent(new Event('change', {bubbles: true}))")
    page.js(choose, "difficulty", "EXPERT")
    page.js(choose, "factor", "x2")
    page.type_into("Name (optional)", "Friday round").type_into("Your own incident", "A supplier was breached.")
    page.click("#add-person").focused("#person-0")
    page.keys("Sunniva Testdottir").type_into("Seed", "4711")
    page.js("const n = document.getElementById('questionCount'); n.value = '5'; n.dispatchEvent(new Event('input', {bubbles: true}))")
    page.has("#summary-facts", "5 decisions · Expert · Timed")
    page.click("#start").at(r"/exercises/[0-9a-f-]{36}/play\?timed=1").sees("Ready?")
    made = page.instance.sql("SELECT * FROM muster.exercise WHERE org_id = %s", client.me["orgId"])[0]
    assert (made["theme"], made["difficulty"], made["timing"], made["question_count"], made["seed"], made["language"], made["name"]) \
        == ("cloud-breach", "EXPERT", "x2", 5, 4711, "en", "Friday round")
    assert "Sunniva Testdottir" in str(made["recipe"])


def test_server_says_which_field_is_wrong(page, cast):
    """A refusal of the server stands next to its field."""
    page.login(cast.newcomer).open("/exercises/new", ".new-themes").click(".choice", "Short").allow((400, "/api/ttx/generate"))
    page.js("const one = document.querySelector('[name=difficulty] :checked'); one.value = 'HEROIC'")
    page.click("#start").focused(".form-summary").sees("Difficulty: must be one of")
    assert page.texts("#level-field .field-error")


def test_unknown_and_foreign_exercises_look_the_same(page, cast):
    """A3: another organisation's exercise does not exist here, nor does nonsense."""
    page.login(cast.newcomer).allow((404, "/api/ttx/session/.*"))
    for exercise in (MISSING, cast.player.begun, "nonsense"):
        for view in ("play", "result"):
            page.open(f"/exercises/{exercise}/{view}").sees("This exercise does not exist, or it belongs to another organisation.")
            page.has('main a[href="/exercises"]')
    page.allow((404, "/exercises/.*")).open("/exercises/no.such/play").sees("This page does not exist")
