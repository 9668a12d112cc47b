"""C4: the server's clock decides. Deadlines are moved into the past in the database instead of waiting."""
import math
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.lib import Client, Library
from tests.lib.client import open_questions, questions
from tests.lib.instance import wait_for

SECONDS = {"BEGINNER": 90, "INTERMEDIATE": 60, "ADVANCED": 45, "EXPERT": 30}
FACTOR = {"standard": 1, "x1.5": 1.5, "x2": 2}


def seconds_between(a, b):
    return (datetime.fromisoformat(b.replace("Z", "+00:00")) - datetime.fromisoformat(a.replace("Z", "+00:00"))).total_seconds()


def overdue(instance, exercise, by="3 seconds"):
    """Moves the running question's time into the past."""
    instance.sql("""UPDATE muster.question_shown s SET shown_at = s.shown_at - (s.deadline - now()) - %s::interval,
                                                         deadline = now() - %s::interval
                    FROM muster.participant p WHERE p.id = s.participant_id AND p.exercise_id = %s""", by, by, exercise)


@pytest.mark.parametrize("difficulty", SECONDS)
@pytest.mark.parametrize("timing", FACTOR)
def test_deadline(instance, admin, timing, difficulty):
    """Standard seconds after a reading allowance of words / 3.5 for the story and the question, stretched; one question at a time."""
    exercise = admin.generate("bec", questionCount=6, timing=timing, difficulty=difficulty)
    session = admin.session(exercise)
    (question,) = questions(session)
    item = Library.of("bec").item(question)
    stage = Library.of("bec").doc["blueprint"]["stages"][0]
    story = [Library.of("bec").doc["blueprint"]["overview"], stage["narrative"], *(inject["text"] for inject in stage["injects"]),
             *(text for alert in stage["alerts"] for text in (alert["title"], alert["description"]))]
    words = sum(len(text.split()) for text in (item["stem"], item.get("context") or "", *(o["text"] for o in item["options"]), *story))
    limit = math.ceil((words / 3.5 + SECONDS[difficulty]) * FACTOR[timing])
    assert abs(question["timeLimitSeconds"] - limit) <= 1
    shown = instance.sql("SELECT deadline - shown_at AS time, shown_at, deadline FROM muster.question_shown s JOIN muster.participant p "
                         "ON p.id = s.participant_id WHERE p.exercise_id = %s", exercise)
    assert len(shown) == 1 and abs(shown[0]["time"].total_seconds() - limit) <= 1
    assert 0 <= seconds_between(question["deadline"], shown[0]["deadline"].isoformat().replace("+00:00", "Z")) < 1
    assert admin.session(exercise)["scenario"]["stages"][0]["questions"][0]["deadline"] == question["deadline"]


def test_timing_off_has_no_deadline(admin):
    session = admin.session(admin.generate("bec", questionCount=6))
    assert len(open_questions(session)) > 1
    assert {(q["timeLimitSeconds"], q["deadline"]) for q in open_questions(session)} == {(None, None)}


@pytest.mark.parametrize("option", ["A", "B", "C"])
def test_late_answer_is_expired_and_no_guess(instance, admin, option):
    """C4: 410 with the result; stored without an option, wrong, without points; the next question opens."""
    exercise = admin.generate("ransomware", questionCount=6, timing="standard")
    admin.session(exercise)
    overdue(instance, exercise)
    body = admin.refused("POST", f"/api/ttx/session/{exercise}/answer", 410, "expired", json={"questionIndex": 0, "selectedOption": option})
    assert body["selectedOption"] is None and body["points"] == 0 and body["isCorrect"] is False and body["correctOption"]
    row = instance.sql("SELECT selected, is_correct, credit, points, expired, answered_at > shown_at AS later FROM muster.answer "
                       "WHERE exercise_id = %s", exercise)
    assert row == [{"selected": None, "is_correct": False, "credit": 0, "points": 0, "expired": True, "later": True}]
    again = admin.refused("POST", f"/api/ttx/session/{exercise}/answer", 409, "already_answered",
                          json={"questionIndex": 0, "selectedOption": option})
    assert again["expired"] is True and again["selectedOption"] is None
    session = admin.session(exercise)
    asked = questions(session)
    assert asked[0]["expired"] is True and asked[0]["selectedOption"] is None and asked[0]["correctOption"]
    assert [q["questionIndex"] for q in open_questions(session)] == [1]
    assert session["participants"][0]["totalScore"] == 0


def test_two_seconds_of_grace_for_the_way(instance, admin):
    """C4: an answer given in time is not lost on its way."""
    exercise = admin.generate("ransomware", questionCount=3, timing="standard")
    admin.session(exercise)
    overdue(instance, exercise, by="1 second")
    assert admin.answer(exercise, 0, "A")["expired"] is False


def test_reading_an_overdue_question_closes_it(instance, admin):
    """C4: time runs out while nobody looks: the next look says so, and only the one after it starts the following question."""
    exercise = admin.generate("ransomware", questionCount=3, timing="x2")
    for index in range(3):
        asked = open_questions(admin.session(exercise))
        assert [q["questionIndex"] for q in asked] == [index]
        session = admin.run_out_of_time(exercise)
        assert open_questions(session) == [] and questions(session)[index]["expired"] is True
    assert session["status"] == "COMPLETED" and [q["expired"] for q in questions(session)] == [True] * 3
    assert instance.value("SELECT count(*) FROM muster.answer WHERE exercise_id = %s AND expired AND selected IS NULL", exercise) == 3
    (row,) = [row for row in admin.call("GET", "/api/portal/sessions") if row["id"] == exercise]
    assert row["accuracy"] == 0 and row["answered"] == 3
    assert session["certificate"]["eligible"] is False


def test_questions_ahead_are_locked_under_the_clock(instance, admin):
    """C4: nobody answers a question whose time has not begun, nor sees it."""
    exercise = admin.generate("ransomware", questionCount=9, timing="standard")
    admin.session(exercise)
    admin.refused("POST", f"/api/ttx/session/{exercise}/answer", 409, "locked", json={"questionIndex": 1, "selectedOption": "A"})


def test_what_was_not_shown_is_locked_under_the_clock(instance, admin):
    """C4: an answer from a client that never asked for the question has no time that could be over; after the look it counts."""
    exercise = admin.generate("ransomware", questionCount=3, timing="standard")
    path, body = f"/api/ttx/session/{exercise}/answer", {"questionIndex": 0, "selectedOption": "A"}
    assert "shown" in admin.refused("POST", path, 409, "locked", json=body)["error"]
    assert instance.value("SELECT count(*) FROM muster.answer WHERE exercise_id = %s", exercise) == 0
    assert len(open_questions(admin.session(exercise))) == 1
    assert admin.answer(exercise, 0, "A")["answered"] == 1
    admin.refused("POST", path, 409, "locked", json={**body, "questionIndex": 1})
    assert admin.answer(admin.generate("ransomware", questionCount=3), 0, "A")["answered"] == 1


def test_two_looks_at_once_show_one_clock(instance, admin):
    """C4: of two tabs that open a question at the same moment neither is without the clock, and it is the same one."""
    exercise = admin.generate("ransomware", questionCount=3, timing="standard")
    clients = []
    for _ in range(2):
        clients.append(Client(instance))
        clients[-1].cookie = admin.cookie
    holder = instance.connect()
    try:
        with holder.cursor() as cursor, ThreadPoolExecutor(2) as pool:
            cursor.execute("BEGIN; SELECT FROM muster.participant WHERE exercise_id = %s FOR UPDATE", [exercise])
            looks = [pool.submit(client.session, exercise) for client in clients]
            wait_for(lambda: instance.value("SELECT count(*) = 2 FROM pg_stat_activity WHERE usename = 'muster_exercises' "
                                            "AND wait_event_type = 'Lock'"), "both wait")
            cursor.execute("COMMIT")
            shown = [question["deadline"] for look in looks for question in open_questions(look.result())]
    finally:
        holder.close()
    assert len(shown) == 2 and shown[0] is not None and shown[0] == shown[1]


def test_reloading_does_not_begin_again(instance, admin):
    exercise = admin.generate("ransomware", questionCount=3, timing="standard")
    deadlines = {open_questions(admin.session(exercise))[0]["deadline"] for _ in range(3)}
    assert len(deadlines) == 1
    colleague = admin.colleague("AUDITOR")
    other = admin.generate("ransomware", questionCount=3, timing="standard")
    colleague.session(other)
    assert instance.value("SELECT count(*) FROM muster.question_shown s JOIN muster.participant p ON p.id = s.participant_id "
                          "WHERE p.exercise_id = %s", other) == 0


def test_a_timed_run_to_the_end(admin):
    exercise = admin.generate("cloud-breach", questionCount=6, timing="x1.5")
    replies = admin.play(exercise, "best")
    assert len(replies) == 6 and all(reply["isCorrect"] for reply in replies) and replies[-1]["completed"]
