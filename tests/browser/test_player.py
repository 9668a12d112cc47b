"""The player: resuming, a second tab, looking back, keys that are off while typing, locked stages."""
from selenium.webdriver.common.keys import Keys

from tests.browser.states import answer, fresh_exercise, next_question, open_player
from tests.lib import Client
from tests.lib.client import questions


def player(page):
    client = Client(page.instance).register().signin()
    page.login(client)
    return client


def test_reload_resumes(page):
    """After a reload the next open question is there; an opening that was passed is not shown again."""
    client = player(page)
    exercise = fresh_exercise(client)
    open_player(page, client, exercise, True)
    page.reload().has("#q-title", "Decision 1 of 12")
    answer(page, client, exercise, 0)
    score = page.texts(".play-score")
    page.reload().has("#q-title", "Decision 2 of 12")
    assert page.texts(".play-score") == score != ["0 points"]
    page.open(f"/exercises/{exercise}/play").has("#q-title", "Decision 2")


def test_answer_in_a_second_tab(page):
    """C2 in the browser: the first answer counts; the other tab shows it and goes on."""
    client = player(page)
    exercise = fresh_exercise(client)
    open_player(page, client, exercise, True)
    best = answer_elsewhere(client, exercise, "best")
    page.allow((409, ".*/answer"))
    worst = "A" if best["correctOption"] != "A" else "B"
    page.click(f'.option:has(input[value="{worst}"])').click("#decision-form button", "Submit").has(".verdict", "Best option")
    page.has(".opt-chosen .letter", best["correctOption"])
    assert page.instance.value("SELECT count(*) FROM muster.answer WHERE exercise_id = %s", exercise) == 1
    page.click(".q-submit button").has("#q-title", "Decision 2")


def answer_elsewhere(client, exercise, how):
    return client.play(exercise, how, 1)[0]


def test_keys_are_for_choosing_only(page):
    """Letters and digits choose, but not while a person types a reasoning, and not when they are switched off."""
    client = player(page)
    exercise = fresh_exercise(client)
    open_player(page, client, exercise, True)
    page.keys("3").focused('[value="C"]:checked').keys("a").focused('[value="A"]:checked')
    page.tab_to("How sure are you").press(Keys.ENTER).type_into("Your reasoning", "bad 4")
    chosen = "return document.querySelector('[name=option]:checked').value"
    assert page.js(chosen) == "A" and page.js("return document.getElementById('rationale').value") == "bad 4"
    page.tab_to("Turn off keys").press(Keys.ENTER, "Turn off keys").focused(".keys-hint button")
    page.keys("d")
    assert page.js(chosen) == "A"
    page.press(Keys.ENTER, "Turn on keys").press("d", "Turn off keys").focused('[value="D"]:checked')


def test_reasoning_is_stored_and_shown(page):
    client = player(page)
    exercise = fresh_exercise(client, questionCount=3)
    open_player(page, client, exercise, True)
    page.click(".option").click(".q-extra summary").click(".scale label:nth-child(4)")
    page.type_into("Your reasoning", "We saw <this> before.")
    page.click("#decision-form button", "Submit").has(".verdict")
    client.play(exercise, "best")
    page.open(f"/exercises/{exercise}/result", ".result-head").click("button", "Open all")
    page.sees("Confidence: 4 of 5", "We saw <this> before.")


def test_enter_without_a_choice_asks_for_one(page):
    client = player(page)
    open_player(page, client, fresh_exercise(client), True)
    page.keys(Keys.ENTER).sees("Choose one of the options first.").focused('input[name="option"]')


def test_c1_nothing_of_the_answer_is_in_the_page(page):
    """C1 in the browser: before the answer neither page nor session object tell; locked stages are no more than a title."""
    client = player(page)
    exercise = fresh_exercise(client)
    open_player(page, client, exercise, True)
    page.has(".play-stage.is-locked")
    assert page.count(".play-stage.is-locked button") == 0 and page.count("[data-correct], .opt-good, .verdict") == 0
    first = next_question(client, exercise)
    assert not {"correctOption", "explanation", "consequence", "isCorrect"} & set(first)
    html = page.js("return document.documentElement.outerHTML")
    answer(page, client, exercise, 0)
    known = next(q for q in questions(client.session(exercise)) if q["questionIndex"] == first["questionIndex"])
    assert known["explanation"][:60] not in html and known["consequence"][:60] not in html


def test_stage_by_stage(page):
    """A new stage opens with its own page; the briefing of an earlier one can be read again, and one finds back."""
    client = player(page)
    exercise = fresh_exercise(client)
    size = client.session(exercise)["scenario"]["stages"][0]["questionCount"]
    client.play(exercise, "best", size - 1)
    open_player(page, client, exercise, True)
    answer(page, client, exercise, -1)
    page.has(".q-submit button", "Open stage 2")
    page.focused(".q-submit button").keys(Keys.ENTER).focused("#opening-title").has(".opening .eyebrow", "2 OF")
    page.tab_to("Enter stage 2").press(Keys.ENTER).focused("#q-title")
    page.click(".play-stage.is-done button").has(".story-away")
    page.click(".story-away button").has(".story-head", "2")
    assert page.count(".story-away") == 0
    page.has("#q-title", f"Decision {size + 1}")


def test_looking_back_at_an_answer(page):
    client = player(page)
    exercise = fresh_exercise(client)
    client.play(exercise, "worst", 1)
    open_player(page, client, exercise, True)
    page.tab_to("Decision 1,", 80).press(Keys.ENTER).has(".verdict")
    page.has(".q-submit button", "Back to decision 2")
    page.focused(".q-submit button").keys(Keys.ENTER).focused("#q-title").has("#q-title", "Decision 2")


def test_reduced_motion(page):
    """G5: with reduced motion nothing moves; otherwise the opening does (so that this can fail)."""
    client = player(page)
    moves = "return document.getAnimations().filter((one) => one.effect.getTiming().duration > 50).length"
    page.look_like(calm=False).open(f"/exercises/{fresh_exercise(client)}/play", ".opening")
    assert page.js("return getComputedStyle(document.querySelector('.opening')).animationDuration") not in ("0s", "1e-05s")
    page.look_like(calm=True).reload().has(".opening")
    assert page.js(moves) == 0
    assert page.js("return getComputedStyle(document.querySelector('.opening')).animationDuration") in ("0s", "1e-05s")
