#!/bin/bash
# Two of one run, and two of one group, at the same moment: who waits for whom, and what both are told (rules C2, C4).
exec /usr/bin/python3 - <<'PY'
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2

count = 0


def is_(have, want, text):
    global count
    count += 1
    print(f"{'ok' if have == want else 'not ok'} {count} - {text}")
    if have != want:
        print(f"#   have: {have}\n#   want: {want}")


class Session:
    def __init__(self):
        self.connection = psycopg2.connect("")
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.run("SET search_path = test, tap, public; SET lock_timeout = '20s'")

    def run(self, text):
        self.cursor.execute(text)
        return self.cursor.fetchall() if self.cursor.description else []

    def begin(self, org, person):
        self.run(f"BEGIN; SELECT enter('{org}', '{person}'); SET LOCAL ROLE muster_exercises")


look, one, two = Session(), Session(), Session()
pool = ThreadPoolExecutor(2)


def waits(session, future):
    """Whether it comes to wait for another, before it ends."""
    while not future.done():
        if look.run(f"SELECT pg_blocking_pids({session.connection.get_backend_pid()})") != [([],)]:
            return True
        time.sleep(0.002)
    return False


def run_of(timing):
    """(organisation, person, exercise, participant) of a new one."""
    org, person = look.run("SELECT org, a_person(org) FROM (SELECT an_org() AS org) o")[0]
    exercise = look.run(f"SELECT an_exercise('{org}', '{person}', '{timing}')")[0][0]
    return org, person, exercise, look.run(f"SELECT id FROM muster.participant WHERE exercise_id = '{exercise}'")[0][0]


# C4: the second look waits for the first one's, and is told the same times.
org, person, exercise, part = run_of("standard")
show = f"SELECT * FROM muster.question_show('{part}', 0, 0, 60)"
one.begin(org, person)
first = one.run(show)
two.begin(org, person)
future = pool.submit(two.run, show)
is_(waits(two, future), True, "C4: who looks second waits for who looks first")
one.run("COMMIT")
is_(future.result(), first, "C4: and sees the same time and the same deadline")
two.run("COMMIT")
is_((len(first), first[0][2] is not None), (1, True), "C4: there is a deadline")
one.begin(org, person)
is_(one.run(show), first, "C4: a later look too")
is_(one.run("SELECT pg_current_xact_id_if_assigned() IS NULL"), [(True,)], "and writes nothing")
one.run("COMMIT")
one.begin(org, person)
is_([row[0] for row in one.run(f"SELECT * FROM muster.question_show('{part}', 0, 2, NULL)")], [0, 1, 2], "C4: what was not shown is added to what was")
one.run("ROLLBACK")
# The first one's work is undone: the second one's counts.
org, person, exercise, part = run_of("standard")
show = f"SELECT * FROM muster.question_show('{part}', 0, 0, 60)"
one.begin(org, person)
first = one.run(show)
two.begin(org, person)
future = pool.submit(two.run, show)
is_(waits(two, future), True, "the second waits here, too")
one.run("ROLLBACK")
second = future.result()
two.run("COMMIT")
is_(look.run(f"SELECT question_index, shown_at, deadline FROM muster.question_shown WHERE participant_id = '{part}'"), second,
    "C4: when the first is undone the second one's time counts")
# Somebody else's run is not begun.
mate = look.run(f"SELECT a_person('{org}')")[0][0]
one.begin(org, mate)
is_(one.run(f"SELECT * FROM muster.question_show('{part}', 0, 1, 60)") and look.run(
    f"SELECT count(*) FROM muster.question_shown WHERE participant_id = '{part}'"), [], "C4: a colleague starts nobody's clock")
one.run("COMMIT")

# People of one group: nobody waits for another one's answer, completing the exercise waits for all, and none comes after it.
org, person, exercise, part = run_of("off")
mate = look.run(f"SELECT a_person('{org}')")[0][0]
look.run(f"INSERT INTO muster.participant (org_id, exercise_id, user_id, option_seed, timing) VALUES ('{org}', '{exercise}', '{mate}', 1, 'off')")
look.run(f"UPDATE muster.exercise SET mode = 'GROUP', participant_count = 2 WHERE id = '{exercise}'")


def answer(index):
    return f"SELECT verdict FROM muster.answer_put('{exercise}', {index}, {index + 1}, {index}, {index}, 'i', 1, 100, 100, 100, NULL, NULL)"


one.begin(org, person)
one.run(answer(0))
two.begin(org, mate)
future = pool.submit(two.run, answer(0))
is_((waits(two, future), future.result()), (False, [("ok",)]), "G6: two of one group answer without waiting for each other")
two.run("COMMIT")
two.begin(org, person)
future = pool.submit(two.run, answer(0))
is_(waits(two, future), True, "C2: two answers of one person wait for each other")
one.run("COMMIT")
is_(future.result(), [("already_answered",)], "C2: and the first one counts")
two.run("COMMIT")
one.begin(org, person)
one.run(answer(1))
two.begin(org, person)
future = pool.submit(two.run, f"UPDATE muster.exercise SET status = 'COMPLETED', completed_at = now() WHERE id = '{exercise}'")
is_(waits(two, future), True, "C5: who completes a group waits for an answer on its way")
one.run("COMMIT")
future.result()
one.begin(org, mate)
future = pool.submit(one.run, answer(1))
is_(waits(one, future), True, "C5: an answer waits for who completes")
two.run("COMMIT")
is_(future.result(), [("not_in_progress",)], "C3: and comes too late")
one.run("COMMIT")
print(f"1..{count}")
PY
