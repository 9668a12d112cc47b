"""The result of an exercise: one measure, the stages, what to learn, every decision; and what of it others may see."""
import pytest

from tests.browser.page import NARROW, WIDE
from tests.browser.test_design import contrast, forced, pixels
from tests.lib import Client
from tests.lib.client import questions
from tests.lib.instance import wait_for

HEAD = ".result-head"
# What finding 1 read about decisions that were made and runs that were over.
UNTRUE = ("not answered", "Not answered", "time ran out", "not completed", "0 of ", "0%", "0 points")


@pytest.fixture(scope="module", name="house")
def house_of(instance):
    """An organisation: a member who has finished a run with right and wrong decisions, and a colleague in every role."""
    admin = Client(instance).register(first="Ina", last="Admin", organization="Result & Sons").signin()
    admin.player = admin.colleague(first="Pat", last="Player")
    admin.run_id = admin.player.run("bec", "mixed", questionCount=12, seed=6)
    admin.colleagues = {role: admin.colleague(role) for role in ("MEMBER", "FACILITATOR", "AUDITOR")}
    admin.colleagues["CLIENT_ADMIN"] = admin
    return admin


def result(house):
    return f"/exercises/{house.run_id}/result"


def shown(page):
    return page.js("return document.getElementById('result').innerText")


def lost(question):
    return question["maxPoints"] - question["points"]


def test_one_measure_and_how_the_others_follow(page, house):
    """Findings 5 and 15: one headline figure, a sentence for each other one, the true reason, one primary action."""
    session = house.player.session(house.run_id)
    served = questions(session)
    best = sum(one["isCorrect"] for one in served)
    score = sum(one["points"] for one in served)
    page.login(house.player).open(result(house), HEAD)
    assert page.has(f"{HEAD} h2") == f"Best option in {best} of 12 decisions"
    assert page.has(".ring-text").split() == [f"{round(100 * best / 12)}%", "Accuracy"]
    measures = page.texts(".result-measure")
    assert f"{score:,} of {session['scenario']['totalPoints']:,} points" in measures[0]
    assert not session["certificate"]["eligible"] and session["certificate"]["reason"] in measures[1]
    assert all(len(text.split("\n")) >= 3 for text in measures), "each says what it is and how it follows"
    assert [text.split("\n")[0] for text in page.texts("main .btn-primary")] == ["Open report"]


def test_the_next_step_follows_the_report(page):
    """Finding 5: the report is the primary action until it was opened, then the theme that wants practice."""
    client = Client(page.instance).register().signin()
    run = client.run("bec", "worst", questionCount=6, difficulty="BEGINNER")
    page.login(client).open(f"/exercises/{run}/result", HEAD)
    assert [text.split("\n")[0] for text in page.texts("main .btn-primary")] == ["Open report"]
    client.get(f"/api/portal/report?sessionId={run}", contracted=False)
    page.reload().has(HEAD)
    assert [text.split(" ")[0] for text in page.texts("main .btn-primary")] == ["Practise"]
    page.click("main .btn-primary").at(r"/exercises/new\?theme=bec")


def test_a_certificate_that_is_there(page, cast):
    page.login(cast.player).open(f"/exercises/{cast.player.good}/result", HEAD)
    assert "Platinum" in page.texts(".result-measure")[1] and "Best option in 9 of 9 decisions" in shown(page)
    assert page.has("#lessons-title") == "Nothing to make up for" and page.has("main section", "Every decision got all its points.")
    assert page.count('a[href$="&download=1"]') == 2 and page.count(f'a[href="/verify/{cast.player.certificate}"]') == 1


def test_three_lessons_are_of_the_items(page, house):
    """The decisions that cost the most, each with a sentence of its own explanation, the dearest first."""
    served = questions(house.player.session(house.run_id))
    wanted = sorted((one for one in served if lost(one) > 0), key=lambda one: (-lost(one), one["questionIndex"]))[:3]
    page.login(house.player).open(result(house), HEAD)
    assert page.has("#lessons-title") == "Three lessons"
    found = page.js("return Array.from(document.querySelectorAll('.result-lessons > li')).map((one) => "
                    "Array.from(one.querySelectorAll('p')).map((p) => p.textContent))")
    assert [stem for _, stem, _ in found] == [one["question"] for one in wanted]
    for (place, _, gist), question in zip(found, wanted):
        assert place.startswith(f"Decision {question['questionIndex'] + 1}, ") and f"{lost(question)} points lost" in place
        assert len(gist) > 15 and gist in " ".join(question["explanation"].split())
    page.click(".result-lessons a").has(".result-item[open] .verdict")
    page.focused(f"#q{wanted[0]['questionIndex'] + 1} summary")


def test_decisions_are_filtered_in_the_address(page, house):
    session = house.player.session(house.run_id)
    served = questions(session)
    poor = [f"q{one['questionIndex'] + 1}" for one in served if one["points"] < .4 * one["maxPoints"]]
    second = [f"q{one['questionIndex'] + 1}" for one in session["scenario"]["stages"][1]["questions"]]
    assert 0 < len(poor) < 12

    def visible():
        return page.js("return Array.from(document.querySelectorAll('.result-item')).filter((one) => one.checkVisibility())"
                       ".map((one) => one.id)")

    page.login(house.player).open(result(house), HEAD)
    assert len(visible()) == 12
    page.tab_to("Show", of="select").keys("poor")
    wait_for(lambda: visible() == poor, "poor decisions alone")
    page.at(result(house) + r"\?show=poor").reload().has(HEAD)
    assert visible() == poor and f"{len(poor)} of 12 shown" in shown(page)
    page.open(result(house) + "?show=missed&stage=2", HEAD)
    best = {f"q{one['questionIndex'] + 1}" for one in served if one["isCorrect"]}
    assert visible() == [one for one in second if one not in best]
    page.open(result(house) + "?show=nonsense&stage=99", HEAD)
    assert len(visible()) == 12
    outside = next(one for one in (f"q{n}" for n in range(1, 13)) if one not in second)
    page.open(result(house) + "?stage=2#" + outside, HEAD).focused(f"#{outside} summary")
    assert len(visible()) == 12, "what the address leads to is shown"


def test_no_decision_matches(page, cast):
    page.login(cast.player).open(f"/exercises/{cast.player.good}/result?show=poor", HEAD)
    page.has("main p.card", "No decision matches.")
    assert page.count(".result-item:not([hidden])") == 0
    page.click("main p.card button", "Show all decisions").focused("#show")
    assert page.count(".result-item:not([hidden])") == 9


def test_c15_a_colleague_sees_the_outline_alone(page, house):
    """Finding 1, rules C1 and C15: no figure, no key, and no sentence that is not true of an answered, completed run."""
    session = house.player.session(house.run_id)
    page.login(house.colleagues["MEMBER"]).open(result(house), "#outline-title")
    text = shown(page)
    assert not [word for word in UNTRUE if word in text], text
    page.sees(session["title"], "Pat Player", "12 questions", *(stage["title"] for stage in session["scenario"]["stages"]))
    assert page.count(HEAD) == page.count(".result-item") == page.count(".ring") == page.count("a[href*=report]") == 0
    for question in questions(session):
        for key in (question["question"], question["explanation"].split("\n")[0], question["consequence"]):
            assert key not in text


@pytest.mark.parametrize("role", ["FACILITATOR", "AUDITOR", "CLIENT_ADMIN"])
def test_c15_who_leads_sees_the_true_figures(page, house, role):
    """Finding 1: the result of somebody else, for those who may see it, is that person's."""
    session = house.player.session(house.run_id)
    served = questions(session)
    best = sum(one["isCorrect"] for one in served)
    page.login(house.colleagues[role]).open(result(house), HEAD)
    page.sees("Played by Pat Player", f"Best option in {best} of 12 decisions",
              f"{sum(one['points'] for one in served):,} of {session['scenario']['totalPoints']:,} points")
    marks = page.js("return Array.from(document.querySelectorAll('.result-item summary .tiny')).map((one) => one.textContent)")
    assert [("best option" in mark) for mark in marks] == [one["isCorrect"] for one in served]
    text = shown(page)
    assert "Certificate" not in text and "not completed" not in text and ": not answered" not in text
    page.click("button", "Open all").has(".opt-list")
    chosen = page.js("return Array.from(document.querySelectorAll('.opt-chosen .letter')).map((one) => one.textContent)")
    assert chosen == [one["selectedOption"] for one in served], "each option that was chosen is marked"
    assert "Your answer" not in shown(page) and page.count(".lesson-story") == 0
    assert ("Play again" in page.texts("main button")) == (role != "AUDITOR")


@pytest.mark.parametrize("role, words", [("MEMBER", "Results go to the person who played"), ("FACILITATOR", "still being played")])
def test_c1_an_open_run_of_somebody_else(page, house, role, words):
    """Finding 1: of a run that is going on nobody else sees a question, and nothing is called unanswered."""
    run = house.player.generate("ransomware", questionCount=3, seed=4)
    page.login(house.colleagues[role]).open(f"/exercises/{run}/result", "#outline-title").sees(words, "Pat Player", "3 questions")
    assert not [word for word in UNTRUE if word in shown(page)] and page.count(".result-item") == 0
    house.player.call("DELETE", f"/api/ttx/session/{run}")


def test_playing_again_asks_first(page):
    """Finding 5: nothing is made before it was asked; what is made has the same settings."""
    client = Client(page.instance).register().signin()
    run = client.run("bec", "best", questionCount=3, difficulty="BEGINNER")
    page.login(client).open(f"/exercises/{run}/result", HEAD).click("button", "Play again").has("dialog", "3 questions")
    assert page.count("dialog a[href='/exercises/new?theme=bec']") == 1
    page.click("dialog button", "Not now").focused("main .btn")
    assert len(client.call("GET", "/api/portal/sessions")) == 1 and page.count("dialog") == 0
    page.click("button", "Play again").click("dialog button", "Start new run").at(r"/exercises/[0-9a-f-]{36}/play")
    rows = client.call("GET", "/api/portal/sessions")
    assert len(rows) == 2 and len({(row["theme"], row["difficulty"], row["questionCount"], row["timing"]) for row in rows}) == 1


# ---- looks ----

@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_stages_in_grey(page, house, dark):
    """Finding 11's rule for this page: blocks side by side have a pattern of their own or are 3:1 apart."""
    page.login(house.player).open(result(house), HEAD).look_like(WIDE, dark)
    bars = page.js("""return Array.from(document.querySelectorAll('.result-stages .chart-bar')).map((svg) =>
        Array.from(svg.querySelectorAll('.block')).map((one) =>
            [(one.getAttribute('fill') || '').split('-').pop(), getComputedStyle(one).fill]))""")
    assert len(bars) == 4 and sum(len(one) > 1 for one in bars) >= 2
    for blocks in bars:
        for one, other in zip(blocks, blocks[1:]):
            assert one[0] != other[0] or contrast(one[1], other[1]) >= 3, blocks


@pytest.mark.parametrize("css, change", [
    (".ring", "one.querySelector('.ring-value').setAttribute('stroke-dasharray', '10 1000')"),
    (".result-stages .chart-bar:has(.block-poor)", "one.querySelector('.block-poor').setAttribute('class', 'block fill-best')"),
    (".result-mark", "one.style.visibility = 'hidden'")])
def test_contrast_themes_show_figures(page, house, css, change):
    """Finding 2: bars, ring and marks are there where backgrounds are taken away."""
    forced(page.login(house.player).open(result(house), HEAD))
    before = pixels(page, css)
    page.js(f"const one = document.querySelector(arguments[0]); {change}", css)
    assert before != pixels(page, css)


def test_other_languages(page, house):
    """Issue 10, words: the page in German, French and Arabic, numbers as these write them."""
    page.login(house.player)
    spoken = {"de": ("Trefferquote", "Drei Lehren", "Alle Entscheidungen"), "fr": ("Précision", "Trois leçons"), "ar": ("الدقة",)}
    for lang, words in spoken.items():
        page.open(f"{result(house)}?lang={lang}", HEAD).sees(*words)
        assert "Best option" not in shown(page) and page.js("return document.documentElement.dir") == ("rtl" if lang == "ar" else "ltr")
    page.look_like(NARROW)
    assert not page.overflow()
    # The story stays in its own language, and is marked so.
    assert page.js("return document.querySelector('.result-stem').closest('[lang]').lang") == "en"
