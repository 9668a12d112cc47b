"""Playing: scoring, one answer a question (C2), states (C3), letters and numbers, stages, branches, debrief."""
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lib import Client, Library
from tests.lib.client import open_questions, questions
from tests.lib.instance import wait_for


@pytest.fixture
def exercise(admin):
    return admin.generate("ransomware", questionCount=9)


def answer_path(exercise):
    return f"/api/ttx/session/{exercise}/answer"


def count(instance, exercise):
    return instance.value("SELECT count(*) FROM muster.answer WHERE exercise_id = %s", exercise)


@pytest.mark.smoke
@pytest.mark.parametrize("choose", ["best", "worst", "mixed"])
@pytest.mark.parametrize("difficulty", ["BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT"])
def test_points(admin, difficulty, choose):
    """Points are maxPoints x credit, rounded; isCorrect is the best option alone; sums add up in every reply."""
    exercise = admin.generate("cloud-breach", questionCount=9, difficulty=difficulty, seed=11)
    library, total = Library.of("cloud-breach"), 0
    while True:
        waiting = open_questions(admin.session(exercise))
        if not waiting:
            break
        question = waiting[0]
        credits = library.credits(question)
        letter = {"best": max, "worst": min}.get(choose, lambda c, key: sorted(c)[question["questionIndex"] % len(c)])(credits,
                                                                                                                       key=credits.get)
        reply = admin.answer(exercise, question["questionIndex"], letter)
        total += reply["points"]
        assert reply["points"] == (question["maxPoints"] * credits[letter] + 50) // 100 and reply["maxPoints"] == question["maxPoints"]
        assert reply["isCorrect"] == (credits[letter] == 100) and credits[reply["correctOption"]] == 100
        assert reply["totalScore"] == total and reply["answered"] == question["questionIndex"] + 1 and reply["total"] == 9
        assert reply["completed"] == (reply["answered"] == 9) and reply["expired"] is False
    session = admin.session(exercise)
    assert session["status"] == "COMPLETED" and session["completedAt"] and session["participants"][0]["totalScore"] == total


def test_a_second_answer_is_409_and_changes_nothing(instance, admin, exercise):
    """C2: with the first result, whatever the second one chose."""
    first = admin.answer(exercise, 0, "A")
    for option in ("A", "B", 0, "c"):
        again = admin.refused("POST", answer_path(exercise), 409, "already_answered", json={"questionIndex": 0, "selectedOption": option})
        assert again["selectedOption"] == "A"
        for name in ("isCorrect", "points", "totalScore", "correctOption", "explanation", "consequence", "answered", "total", "completed"):
            assert again[name] == first[name]
    assert count(instance, exercise) == 1
    assert admin.session(exercise)["participants"][0]["totalScore"] == first["totalScore"]


def test_twenty_at_once_count_once(instance, admin, exercise):
    """C2: from 20 connections at once exactly one answer counts and the others are told its result."""
    clients = []
    for _ in range(20):
        client = Client(instance)
        client.cookie = admin.cookie
        client.get("/api/portal/me")  # connected
        clients.append(client)
    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda i: clients[i].post(answer_path(exercise), json={"questionIndex": 0, "selectedOption": "ABC"[i % 3]}),
                                range(20)))
    statuses = sorted(reply.status_code for reply in replies)
    assert statuses == [200] + [409] * 19
    (won,) = [reply.json() for reply in replies if reply.status_code == 200]
    for lost in (reply.json() for reply in replies if reply.status_code == 409):
        assert lost["code"] == "already_answered"
        assert lost["selectedOption"] == won["selectedOption"] and lost["totalScore"] == won["totalScore"]
    assert count(instance, exercise) == 1
    row = instance.sql("SELECT total_score, answered_count FROM muster.participant WHERE exercise_id = %s", exercise)[0]
    assert row == {"total_score": won["totalScore"], "answered_count": 1}


def test_c2_an_answer_that_comes_while_another_is_read(instance, admin, exercise):
    """C2: the first result is told with the sums that it is part of, whenever it was stored."""
    lock = instance.connect()
    with lock.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE muster.answer IN ACCESS EXCLUSIVE MODE")
        cursor.execute("""
            INSERT INTO muster.answer (org_id, participant_id, question_index, exercise_id, stage_number, item_id, selected, is_correct,
                credit, points, max_points, expired, shown_at, answered_at)
            SELECT org_id, id, 0, exercise_id, 1, 'x', 1, true, 100, 10, 10, false, now(), now()
            FROM muster.participant WHERE exercise_id = %s""", [exercise])
        cursor.execute("UPDATE muster.participant SET total_score = 10, answered_count = 1, correct_count = 1 "
                       "WHERE exercise_id = %s", [exercise])
        waits = "SELECT 1 FROM pg_stat_activity WHERE usename = 'muster_exercises' AND wait_event_type = 'Lock'"
        with ThreadPoolExecutor(1) as pool:
            reply = pool.submit(admin.post, answer_path(exercise), json={"questionIndex": 0, "selectedOption": "A"})
            wait_for(lambda: instance.sql(waits), "the request waits for the answers")
            cursor.execute("COMMIT")
            told = reply.result()
    lock.close()
    assert told.status_code == 409
    assert [told.json()[key] for key in ("code", "points", "totalScore", "answered")] == ["already_answered", 10, 10, 1]


def test_all_questions_at_once(instance, admin, exercise):
    """C2: different questions of the open stage at once: all count, and the sums are right."""
    asked = open_questions(admin.session(exercise))

    def send(i):
        client = Client(instance)
        client.cookie = admin.cookie
        return client.answer(exercise, asked[i % len(asked)]["questionIndex"], "A", expect=200 if i < len(asked) else 409)
    with ThreadPoolExecutor(len(asked)) as pool:
        list(pool.map(send, range(len(asked))))
    row = instance.sql("""SELECT p.total_score, p.answered_count, p.correct_count, sum(a.points) AS points, count(*) AS n,
                          count(*) FILTER (WHERE a.is_correct) AS correct
                          FROM muster.participant p JOIN muster.answer a ON a.participant_id = p.id
                          WHERE p.exercise_id = %s GROUP BY 1, 2, 3""", exercise)[0]
    assert (row["total_score"], row["answered_count"], row["correct_count"]) == (row["points"], row["n"], row["correct"])
    assert row["n"] == len(asked) and admin.session(exercise)["currentStage"] == 2


def test_answers_cannot_be_changed_in_the_database(instance, admin, exercise):
    """C2: by constraint and trigger, also for the owner of the tables."""
    import psycopg2
    admin.answer(exercise, 0, "A")
    for statement in ("UPDATE muster.answer SET points = 0 WHERE exercise_id = %s",
                      "INSERT INTO muster.answer SELECT * FROM muster.answer WHERE exercise_id = %s"):
        with pytest.raises(psycopg2.IntegrityError):
            instance.sql(statement, exercise)


@pytest.mark.parametrize("index", [9, -1, 10 ** 6, 2 ** 31 - 1])
def test_question_out_of_range(instance, admin, exercise, index):
    admin.refused("POST", answer_path(exercise), 400, "invalid_question", json={"questionIndex": index, "selectedOption": "A"})
    assert count(instance, exercise) == 0


@pytest.mark.parametrize("option", ["E", "Z", 4, -1, 99, "AA", "4", "-1", "É", "1e0"])
def test_option_out_of_range(instance, admin, exercise, option):
    admin.refused("POST", answer_path(exercise), 400, "invalid_option", json={"questionIndex": 0, "selectedOption": option})
    assert count(instance, exercise) == 0


@pytest.mark.parametrize("body", [{}, {"questionIndex": 0}, {"selectedOption": "A"}, {"questionIndex": "0", "selectedOption": "A"},
                                  {"questionIndex": 0.5, "selectedOption": "A"}, {"questionIndex": 0, "selectedOption": ["A"]},
                                  {"questionIndex": 0, "selectedOption": None}, {"questionIndex": 2 ** 70, "selectedOption": "A"},
                                  {"questionIndex": 0, "selectedOption": "A", "confidence": 6},
                                  {"questionIndex": 0, "selectedOption": "A", "rationale": "x" * 2001}], ids=str)
def test_answers_of_wrong_form(instance, admin, exercise, body):
    admin.refused("POST", answer_path(exercise), 400, "validation_failed", json=body)
    assert count(instance, exercise) == 0


@pytest.mark.parametrize("position, form", [(0, "A"), (0, "a"), (0, 0), (0, "0"), (1, "B"), (1, "b"), (1, 1), (2, "c"), (2, "2")])
def test_letters_in_either_case_and_numbers(admin, exercise, position, form):
    reply = admin.answer(exercise, 0, form)
    assert reply["selectedOption"] == "ABC"[position]
    own = admin.session(exercise)["participants"][0]["answers"]
    assert [(a["questionIndex"], a["selectedOption"]) for a in own] == [(0, "ABC"[position])]


def test_stage_index_counts_inside_the_stage(admin, exercise):
    """With stageIndex, questionIndex counts from 0 inside that stage."""
    first = admin.session(exercise)["scenario"]["stages"][0]["questions"]
    admin.call("POST", answer_path(exercise), json={"questionIndex": 1, "stageIndex": 0, "selectedOption": "A"})
    assert [a["questionIndex"] for a in admin.session(exercise)["participants"][0]["answers"]] == [first[1]["questionIndex"]]
    for wrong in ({"questionIndex": len(first), "stageIndex": 0}, {"questionIndex": 0, "stageIndex": 3},
                  {"questionIndex": 0, "stageIndex": -1}):
        admin.refused("POST", answer_path(exercise), 400, "invalid_question", json={**wrong, "selectedOption": "A"})
    admin.refused("POST", answer_path(exercise), 409, "locked", json={"questionIndex": 0, "stageIndex": 1, "selectedOption": "A"})


def test_stages_open_as_the_one_before_is_answered(instance, admin, exercise):
    """A locked stage's questions are 409 locked; its last answer opens the next one."""
    for number in range(3):
        session = admin.session(exercise)
        stages = session["scenario"]["stages"]
        assert session["currentStage"] == number + 1
        assert [stage["locked"] for stage in stages] == [False] * (number + 1) + [True] * (2 - number)
        if number < 2:
            later = sum(stage["questionCount"] for stage in stages[:number + 1])
            before = count(instance, exercise)
            admin.refused("POST", answer_path(exercise), 409, "locked", json={"questionIndex": later, "selectedOption": "A"})
            assert count(instance, exercise) == before
        waiting = open_questions(session)
        replies = [admin.answer(exercise, q["questionIndex"], "A") for q in reversed(waiting)]
        assert [reply["stageCompleted"] for reply in replies] == [False] * (len(replies) - 1) + [True]
    assert admin.session(exercise)["status"] == "COMPLETED"


def test_after_completion(instance, admin):
    """C3: answers outside IN_PROGRESS are 409 and change nothing."""
    exercise = admin.run("bec", questionCount=3)
    before = instance.sql("SELECT * FROM muster.exercise WHERE id = %s", exercise)
    admin.refused("POST", answer_path(exercise), 409, "already_answered", json={"questionIndex": 0, "selectedOption": "A"})
    assert instance.sql("SELECT * FROM muster.exercise WHERE id = %s", exercise) == before
    cancelled = admin.generate("bec", questionCount=3)
    instance.sql("UPDATE muster.exercise SET status = 'CANCELLED' WHERE id = %s", cancelled)
    admin.refused("POST", answer_path(cancelled), 409, "not_in_progress", json={"questionIndex": 0, "selectedOption": "A"})
    assert count(instance, cancelled) == 0


def test_state_machine_in_the_database(instance, admin):
    """C3: a completed run cannot be opened again by anybody."""
    import psycopg2
    exercise = admin.run("bec", questionCount=3)
    for status in ("IN_PROGRESS", "LOBBY", "DRAFT", "CANCELLED", "FAILED", "GENERATING"):
        with pytest.raises(psycopg2.IntegrityError):
            instance.sql("UPDATE muster.exercise SET status = %s, completed_at = NULL WHERE id = %s", status, exercise)


def test_other_tenants_run(instance, new_admin, admin, exercise):
    """A3: 404, as for a run that does not exist; nothing is stored."""
    stranger = new_admin()
    stranger.refused("POST", answer_path(exercise), 404, "not_found", json={"questionIndex": 0, "selectedOption": "A"})
    stranger.refused("GET", f"/api/ttx/session/{exercise}", 404, "not_found")
    assert count(instance, exercise) == 0


@pytest.mark.parametrize("theme", Library.themes())
def test_branches_follow_earlier_choices(admin, theme):
    """The note of what earlier choices led to depends on them: best and worst choices read differently."""
    blueprint = Library.of(theme).doc["blueprint"]
    notes = {}
    for choose in ("best", "worst"):
        exercise = admin.generate(theme, questionCount=30, seed=3)
        admin.play(exercise, choose)
        notes[choose] = [stage["branchText"] for stage in admin.session(exercise)["scenario"]["stages"]]
    assert notes["best"][0] is None and notes["worst"][0] is None
    differing = [(b, w) for b, w in zip(notes["best"], notes["worst"]) if b != w]
    assert differing, blueprint["stages"][1].keys()


def test_debrief(admin):
    """After completion: for every question one's own answer, the key, why each other option is not best, the consequence."""
    exercise = admin.generate("ransomware", questionCount=12, seed=8)
    replies = admin.play(exercise, "mixed")
    library = Library.of("ransomware")
    session = admin.session(exercise)
    for question, reply in zip(questions(session), replies):
        item, credits = library.item(question), library.credits(question)
        assert question["selectedOption"] == reply["selectedOption"] and question["isCorrect"] == reply["isCorrect"]
        assert question["correctOption"] == reply["correctOption"] and question["points"] == reply["points"]
        assert question["explanation"] == reply["explanation"] and question["consequence"] == reply["consequence"]
        assert question["mitreTechniques"] == item["attack"] and question["csf"] == item["csf"]
        for option in question["options"]:
            assert option["isCorrect"] == (credits[option["letter"]] == 100)
            assert option["points"] == (question["maxPoints"] * credits[option["letter"]] + 50) // 100
            if option["why"]:
                assert f"\n{option['letter']}: {option['why']}" in question["explanation"]
        chosen = credits[question["selectedOption"]]
        kind = "best" if chosen == 100 else "partial" if chosen >= 40 and item["consequence"].get("partial") else "worst"
        assert question["consequence"] == library.render(item["consequence"][kind], {"org": admin.me["organization"]["name"]})
    incidents = [q["realIncident"] for q in questions(session)]
    assert all(i is None or set(i) == {"name", "year", "text"} for i in incidents) and any(incidents)


def test_confidence_and_rationale_are_kept(instance, admin, exercise):
    admin.answer(exercise, 0, "A", confidence=4, rationale="It was <b>late</b> & 'dark'")
    row = instance.sql("SELECT confidence, rationale, shown_at <= answered_at AS ordered FROM muster.answer WHERE exercise_id = %s",
                       exercise)[0]
    assert row == {"confidence": 4, "rationale": "It was <b>late</b> & 'dark'", "ordered": True}
    assert admin.session(exercise)["participants"][0]["answers"][0]["confidence"] == 4


def test_delete(instance, admin, exercise):
    admin.answer(exercise, 0, "A")
    assert admin.call("DELETE", f"/api/ttx/session/{exercise}") == {"success": True}
    admin.refused("GET", f"/api/ttx/session/{exercise}", 404, "not_found")
    admin.refused("DELETE", f"/api/ttx/session/{exercise}", 404, "not_found")
    assert count(instance, exercise) == 0 and admin.call("GET", "/api/portal/sessions") == []
