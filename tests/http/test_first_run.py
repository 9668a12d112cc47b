"""A first run (finding 4): three easy questions in two stages with little to read, and how long a run takes."""
import pytest

from tests.lib import Library
from tests.lib.client import questions

WORDS_PER_MINUTE, MINUTES_TO_DECIDE = 238, 0.25


def words(text):
    return sum(any(letter.isalnum() for letter in word) for word in (text or "").split())


@pytest.mark.parametrize("theme", Library.themes())
def test_three_easy_questions_in_two_stages(admin, theme):
    """At most 120 words of story in all, no message, alert or indicator; a few minutes; it is played to its end and has a report."""
    facts = {row["theme"]: row for row in admin.call("GET", "/api/ttx/catalog")["themes"]}[theme]
    run = admin.generate(theme, preset="first", questionCount=30, difficulty="EXPERT", name="My first")
    session = admin.session(run)
    assert (session["questionCount"], session["difficulty"], session["name"]) == (3, "BEGINNER", "My first")
    assert 1 <= session["minutes"] <= 6 and abs(session["minutes"] - facts["firstMinutes"]) <= 1
    admin.play(run, "best")
    session = admin.session(run)
    stages = session["scenario"]["stages"]
    assert session["status"] == "COMPLETED" and [stage["questionCount"] for stage in stages] == [2, 1]
    assert sum(words(stage["narrative"]) for stage in stages) <= 120
    for stage in stages:
        assert stage["branchText"] is None and not stage["injects"] + stage["alertsTriggered"] + stage["iocIndicators"]
    assert {question["difficulty"] for question in questions(session)} == {"easy"}
    assert admin.get(f"/api/portal/report?sessionId={run}").status_code == 200


def test_the_next_first_run_brings_other_questions(admin):
    seen = []
    for _ in range(2):
        run = admin.generate("ransomware", preset="first")
        admin.play(run, "best")
        seen.append({question["question"] for question in questions(admin.session(run))})
    assert len(seen[0]) == 3 and not seen[0] & seen[1]


def test_minutes_follow_from_what_is_read(admin):
    """The estimate is that of the words that a player is shown, and the catalogue is near it for each number of questions."""
    catalog = admin.call("GET", "/api/ttx/catalog")
    facts = {row["theme"]: row for row in catalog["themes"]}["ransomware"]
    table = {row["questions"]: row["minutes"] for row in facts["minutes"]}
    assert list(table) == list(range(catalog["questionCount"]["min"], catalog["questionCount"]["max"] + 1))
    assert list(table.values()) == sorted(table.values())
    for count in (3, 12, 30):
        run = admin.generate("ransomware", questionCount=count)
        estimate = admin.session(run)["minutes"]
        assert abs(estimate - table[count]) <= max(2, table[count] // 10)
        assert {row["id"]: row["minutes"] for row in admin.call("GET", "/api/portal/sessions")}[run] == estimate
    admin.play(run, "best")
    scenario = admin.session(run)["scenario"]
    read = words(scenario["overview"])
    for stage in scenario["stages"]:
        read += words(stage["narrative"]) + words(stage["branchText"]) + sum(words(inject["text"]) for inject in stage["injects"])
        read += sum(words(alert["title"]) + words(alert["description"]) for alert in stage["alertsTriggered"])
        for question in stage["questions"]:
            read += sum(words(question[part]) for part in ("question", "context", "explanation", "consequence"))
            read += sum(words(option["text"]) for option in question["options"])
    assert abs(read / WORDS_PER_MINUTE + 30 * MINUTES_TO_DECIDE - estimate) <= 0.1 * estimate


def test_refusals(admin):
    fields = admin.refused("POST", "/api/ttx/generate", 400, "validation_failed", {"theme": "ransomware", "preset": "second"})["fields"]
    assert [field["field"] for field in fields] == ["preset"]


def test_newcomer(admin):
    """Until the first run is completed; a colleague's runs do not count."""
    colleague = admin.colleague()
    assert admin.call("GET", "/api/portal/me")["newcomer"] is colleague.call("GET", "/api/portal/me")["newcomer"] is True
    run = admin.generate("ransomware", preset="first")
    admin.play(run, "best", answers=2)
    assert admin.call("GET", "/api/portal/me")["newcomer"] is True
    admin.play(run, "best")
    assert admin.call("GET", "/api/portal/me")["newcomer"] is False
    assert colleague.call("GET", "/api/portal/me")["newcomer"] is True
