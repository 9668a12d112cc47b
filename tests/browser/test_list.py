"""The form for a new exercise, and exercises that are not there."""
from tests.browser.states import MISSING
from tests.lib import Client


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
