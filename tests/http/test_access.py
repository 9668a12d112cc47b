"""What others see of a run (rules C1, C13 and C15, finding 1): the person everything of the own, who leads or audits the debrief of a
completed one, colleagues an outline, and nobody a default that reads as a fact."""
import json

import pytest

from tests.http.test_secrecy import KEY_FIELDS, leaks
from tests.lib import Library
from tests.lib.client import Client, questions

LEADING = ("FACILITATOR", "CLIENT_ADMIN", "AUDITOR")


@pytest.fixture(scope="module")
def team(instance):
    boss, stranger = (Client(instance).register().signin() for _ in range(2))
    return {"owner": boss.colleague("MEMBER"), "MEMBER": boss.colleague("MEMBER"), "CLIENT_ADMIN": boss, "stranger": stranger,
            **{role: boss.colleague(role) for role in ("FACILITATOR", "AUDITOR")}}


@pytest.fixture(scope="module")
def runs(team):
    open_run = team["owner"].generate("ransomware", questionCount=6)
    team["owner"].play(open_run, "mixed", answers=4)
    done = team["owner"].generate("ransomware", questionCount=6)
    team["owner"].play(done, "mixed")
    return {"open": open_run, "done": done}


def seen(client):
    return [(row["opened"], row["exerciseId"]) for row in client.call("GET", "/api/portal/gdpr-export")["exercisesSeen"]]


def is_outline(session, title):
    """C15: what it is about, when, and who takes part."""
    assert session["access"] == "outline" and session["title"] == title and "certificate" not in session
    assert session["scenario"]["overview"] and len(session["scenario"]["stages"]) == 3
    for stage in session["scenario"]["stages"]:
        assert stage["locked"] and stage["title"] and "questions" not in stage and "narrative" not in stage
    (who,) = session["participants"]
    assert who["user"]["firstName"] and who["totalScore"] is None and who["rank"] is None and "answers" not in who


@pytest.mark.parametrize("state", ["open", "done"])
def test_a_colleague_sees_an_outline(team, runs, state):
    reply = team["MEMBER"].get(f"/api/ttx/session/{runs[state]}")
    session, library = reply.json(), Library.of("ransomware")
    is_outline(session, team["owner"].session(runs[state])["title"])
    assert (session["status"], session["currentStage"]) == {"open": ("IN_PROGRESS", 3), "done": ("COMPLETED", 3)}[state]
    assert not leaks(reply.text, library, library.questions)
    assert not {f'"{field}":' for field in KEY_FIELDS - {"mitreTechniques"}} & set(reply.text.replace(" ", "").replace(",", "{").split("{"))


@pytest.mark.parametrize("role", LEADING)
def test_an_unfinished_run_is_an_outline_for_everybody_else(team, runs, role):
    is_outline(team[role].session(runs["open"]), team["owner"].session(runs["open"])["title"])
    assert ("debrief", runs["open"]) not in seen(team[role])


@pytest.mark.parametrize("role", LEADING)
def test_who_leads_or_audits_opens_the_debrief(team, runs, role):
    """C1: the key, everybody's answers under the letters that the options have here, and no result of somebody who was not asked."""
    own, session = team["owner"].session(runs["done"]), team[role].session(runs["done"])
    assert session["access"] == "debrief" and "certificate" not in session
    (who,), (mine,) = session["participants"], own["participants"]
    assert (who["totalScore"], who["rank"], who["answers"]) == (mine["totalScore"], 1, mine["answers"])
    for theirs, asked in zip(questions(session), questions(own)):
        assert [option["text"] for option in theirs["options"]] == [option["text"] for option in asked["options"]]
        assert theirs["correctOption"] == asked["correctOption"] and theirs["explanation"] == asked["explanation"]
        assert [theirs[field] for field in ("selectedOption", "isCorrect", "expired", "points", "consequence")] == [None] * 5
        assert asked["isCorrect"] is not None and asked["consequence"]
    assert [stage["branchText"] for stage in session["scenario"]["stages"]] == [stage["branchText"] for stage in own["scenario"]["stages"]]


def test_the_person_has_the_own(team, runs):
    assert team["owner"].session(runs["open"])["access"] == team["owner"].session(runs["done"])["access"] == "own"
    assert team["owner"].session(runs["done"])["certificate"]["eligible"] is False


def test_opening_the_debrief_counts_as_having_been_shown(team):
    """C1, C13: it is noted once, and the next exercise avoids these questions; an outline notes nothing."""
    boss, owner = team["CLIENT_ADMIN"], team["owner"]
    run = owner.generate("bec", questionCount=12)
    owner.play(run, "best")
    shown = {question["question"] for question in questions(owner.session(run))}
    team["MEMBER"].session(run)
    for _ in range(2):
        boss.session(run)
    assert seen(boss).count(("debrief", run)) == 1 and not [row for row in seen(team["MEMBER"]) if row[1] == run]
    again = boss.generate("bec", questionCount=6)
    boss.play(again, "best")
    assert not shown & {question["question"] for question in questions(boss.session(again))}


@pytest.mark.parametrize("who, status", [("owner", 200), ("MEMBER", 403), ("FACILITATOR", 200), ("CLIENT_ADMIN", 200), ("AUDITOR", 200),
                                         ("stranger", 404)])
def test_the_report_is_for_who_may_see_results(team, runs, who, status):
    """C15: and that it was opened is noted of who may."""
    text = team[who].get(f"/api/portal/report?sessionId={runs['done']}")
    assert text.status_code == status
    if status == 403:
        assert json.loads(text.text)["code"] == "forbidden"
    assert (("report", runs["done"]) in seen(team[who])) == (status == 200)


def test_another_organisation_sees_nothing(team, runs):
    """A3."""
    for run in runs.values():
        team["stranger"].refused("GET", f"/api/ttx/session/{run}", 404, "not_found")


def test_what_was_seen_goes_with_the_exercise(team):
    run = team["owner"].generate("bec", questionCount=3)
    team["owner"].play(run, "best")
    team["FACILITATOR"].session(run)
    assert ("debrief", run) in seen(team["FACILITATOR"])
    team["owner"].call("DELETE", f"/api/ttx/session/{run}")
    assert ("debrief", run) not in seen(team["FACILITATOR"])
