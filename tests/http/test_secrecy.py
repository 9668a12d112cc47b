"""C1: the answer key never leaves the server before the caller has answered that question."""
import json

import pytest

from tests.lib import Library
from tests.lib.client import open_questions, questions
from tests.lib.library import longest_piece

KEY_FIELDS = {"isCorrect", "correctOption", "points", "why", "explanation", "consequence", "realIncident", "mitreTechniques", "csf",
              "credit",
              "effects", "critical", "objective", "selectedOption", "expired"}
OPEN_FIELDS = {"questionIndex", "stageQuestionIndex", "question", "context", "difficulty", "role", "maxPoints", "timeLimitSeconds",
               "deadline",
               "options"}


def leaks(text, library, items):
    """Pieces of explanations, consequences and whys of these questions that a reply holds."""
    found = []
    for item in items:
        for secret in library.secrets(item):
            piece = longest_piece(secret)
            assert len(piece) > 15
            if json.dumps(piece, ensure_ascii=False)[1:-1] in text or piece in text:
                found.append((item["id"], piece))
    return found


def replies_of(client, exercise):
    """Every reply that could tell something about a run."""
    for path in (f"/api/ttx/session/{exercise}", f"/api/ttx/status?id={exercise}", "/api/portal/sessions", "/api/ttx/catalog",
                 "/api/portal/me",
                 f"/api/portal/report?sessionId={exercise}", f"/api/portal/certificate?sessionId={exercise}"):
        yield path, client.get(path).text


@pytest.mark.parametrize("timing", ["off", "x2"])
@pytest.mark.parametrize("theme", Library.themes())
def test_nothing_of_the_key_before_the_answer(admin, theme, timing):
    """C1: at each step of a run, every reply to the player and to a colleague who may see everything."""
    library = Library.of(theme)
    watchers = [admin, admin.colleague("AUDITOR"), admin.colleague("CLIENT_ADMIN"), admin.colleague("FACILITATOR")]
    exercise = admin.generate(theme, questionCount=6, timing=timing)
    answered = {}
    for step in range(6):
        session = admin.session(exercise)
        for question in questions(session):
            item = library.item(question)
            if question["questionIndex"] in answered:
                assert question["correctOption"] and question["explanation"]
            else:
                assert set(question) == OPEN_FIELDS
                assert all(set(option) == {"index", "letter", "text"} for option in question["options"])
        secret_items = [item for item in library.questions if item["id"] not in answered.values()]
        for watcher in watchers:
            for path, text in replies_of(watcher, exercise):
                known = secret_items if watcher is admin else library.questions
                assert not leaks(text, library, known), path
        if step == 0:
            assert leaks(json.dumps(library.doc, ensure_ascii=False), library, library.questions)  # the search finds what is there
        question = open_questions(session)[0]
        reply = admin.answer(exercise, question["questionIndex"], "A")
        item = library.item(question)
        assert not leaks(json.dumps(reply, ensure_ascii=False), library, [i for i in library.questions if i is not item])
        answered[question["questionIndex"]] = item["id"]
    assert leaks(admin.get(f"/api/ttx/session/{exercise}").text, library, [i for i in library.questions if i["id"] in answered.values()])


def test_refusals_tell_nothing(admin):
    """C1: neither a wrong index, a wrong option, a locked stage nor somebody else's answer tells the key."""
    library = Library.of("ransomware")
    exercise = admin.generate("ransomware", questionCount=9)
    colleague = admin.colleague()
    for client, body, status in ((admin, {"questionIndex": 99, "selectedOption": "A"}, 400),
                                 (admin, {"questionIndex": 0, "selectedOption": "E"}, 400),
                                 (admin, {"questionIndex": 8, "selectedOption": "A"}, 409),
                                 (colleague, {"questionIndex": 0, "selectedOption": "A"}, 403)):
        text = client.call("POST", f"/api/ttx/session/{exercise}/answer", json=body, expect=status)
        assert not KEY_FIELDS & set(text) and not leaks(json.dumps(text), library, library.questions)


def test_locked_stages_show_their_name_only(admin):
    exercise = admin.generate("cloud-breach", questionCount=15)
    stages = admin.session(exercise)["scenario"]["stages"]
    assert [set(stage) for stage in stages[1:]] == [{"stageNumber", "title", "mitrePhase", "mitreTechniques", "locked",
                                                     "questionCount"}] * 4


def test_position_of_the_key_says_nothing(admin):
    """C1: the best option is not always under the same letter."""
    exercise = admin.generate("ransomware", questionCount=30, difficulty="BEGINNER")
    letters = [reply["correctOption"] for reply in admin.play(exercise, "worst")]
    assert len(letters) == 30 and len(set(letters)) >= 3 and max(map(letters.count, letters)) < 20


def test_another_players_answers_are_for_leaders_and_after_completion(admin):
    """Exercise-api section 4: other people's answers only after completion, only to facilitator, admin and auditor."""
    member = admin.colleague()
    exercise = member.generate("bec", questionCount=3)
    member.answer(exercise, 0, "A")
    watchers = {role: admin.colleague(role) for role in ("MEMBER", "FACILITATOR", "AUDITOR", "CLIENT_ADMIN")}
    for watcher in watchers.values():
        assert "answers" not in watcher.session(exercise)["participants"][0]
    assert len(member.session(exercise)["participants"][0]["answers"]) == 1
    member.play(exercise)
    assert "answers" not in watchers["MEMBER"].session(exercise)["participants"][0]
    for role in ("FACILITATOR", "AUDITOR", "CLIENT_ADMIN"):
        assert len(watchers[role].session(exercise)["participants"][0]["answers"]) == 3
