"""Timed exercises (C4): the server's clock decides, the page follows. Deadlines are moved in the database, nobody sleeps."""
from tests.browser.states import fresh_exercise, open_player, overdue
from tests.lib import Client


def timed(page, **fields):
    client = Client(page.instance).register().signin()
    page.login(client)
    return client, fresh_exercise(client, timing="standard", **fields)


def stored(page, exercise):
    return page.instance.sql("SELECT question_index, selected, expired, points FROM muster.answer WHERE exercise_id = %s"
                             " ORDER BY question_index", exercise)


def test_c4_the_clock_starts_when_asked(page):
    """C4: nothing is shown, and no clock runs, before the person starts it."""
    _, exercise = timed(page)
    page.open(f"/exercises/{exercise}/play?timed=1").sees("Ready?")
    assert page.instance.value("SELECT count(*) FROM muster.question_shown s JOIN muster.participant p USING (org_id)"
                               " WHERE p.id = s.participant_id AND p.exercise_id = %s", exercise) == 0
    page.click("button", "Start the clock").has(".timer")
    page.click(".opening-go .btn").has(".timer", ":")


def test_c4_countdown_ends_and_the_page_moves_on(page):
    """C4: the countdown is the server's deadline; at its end the question is closed as expired and the next one comes."""
    client, exercise = timed(page)
    open_player(page, client, exercise, True)
    overdue(page.instance, exercise, "1 second")
    page.reload().has(".timer-low")
    page.has(".verdict", "Time ran out")
    page.sees("The time for this decision was over before an answer arrived. It counts as not answered.").focused(".q-submit button")
    assert stored(page, exercise) == [{"question_index": 0, "selected": None, "expired": True, "points": 0}]
    page.click(".q-submit button").has("#q-title", "Decision 2")


def test_c4_a_late_answer_is_no_answer(page):
    """C4: an answer that arrives late is stored as expired, and the page says so."""
    client, exercise = timed(page)
    open_player(page, client, exercise, True)
    overdue(page.instance, exercise)
    page.allow((410, ".*/answer")).click(".option").click("#decision-form button", "Submit").has(".verdict", "Time ran out")
    assert page.count(".opt-chosen") == 0
    assert stored(page, exercise) == [{"question_index": 0, "selected": None, "expired": True, "points": 0}]


def test_c4_reload_closes_an_overdue_question(page):
    client, exercise = timed(page)
    open_player(page, client, exercise, True)
    overdue(page.instance, exercise)
    page.reload().has(".verdict", "Time ran out")
    assert [row["expired"] for row in stored(page, exercise)] == [True]
    page.sees("The clock starts when you continue.").click(".q-submit button").has("#q-title", "Decision 2")


def test_ten_seconds_are_said_once(page):
    """The countdown does not talk every second: one polite message at ten seconds."""
    client, exercise = timed(page)
    open_player(page, client, exercise, True)
    overdue(page.instance, exercise, "12 seconds")
    page.reload().has(".timer")
    page.js("window.said = []; new MutationObserver((all) => all.forEach((one) => {"
            " if (one.target.id === 'live' && one.addedNodes.length) { said.push(one.target.textContent); }"
            " })).observe(document.body, {childList: true, subtree: true})")
    assert page.js("return document.querySelector('.timer').getAttribute('aria-live')") == "off"
    page.has(".timer-low")
    page.has(".timer-low", "0:07")
    assert page.js("return said") == ["10 seconds left"]


def test_whole_run_can_expire(page):
    """Every question runs out: the run completes, the result says why there is no certificate."""
    client, exercise = timed(page, questionCount=3)
    for _ in range(3):
        client.session(exercise)  # starts a clock
        overdue(page.instance, exercise)
        client.session(exercise)  # finds it run out
    page.open(f"/exercises/{exercise}/play").at(".*/result").has(".result-head")
    page.sees("Best option in 0 of 3 decisions", "Decision 3: time ran out", "Not available")
    page.sees("fewer than 80% of the questions were answered in time")
