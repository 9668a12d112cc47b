"""For lock_order.tap.sh: runs the statements that write play against each other.

A third connection holds one row of a world of its own. The first statement runs until it wants that row, and keeps what it has locked so
far; then the second begins; then the row is let go. So each pair meets at every row that both lock, and each comes first once: two that
lock two rows in different orders deadlock at one of these. Nothing may, and what is left must be what the statements said. Which rows a
statement locks is found out: one that comes to lock another meets the others there, too.
"""
import pathlib
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2

TOP = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(TOP / "sql"))
import sqlgen  # noqa: E402

# An organisation with an administrator, a person and a colleague: "open" wants the person's last answer, "done" is the person's completed
# run without its certificate, "team" is a group's, made by the administrator, "made" is being generated.
WORLD = """
CREATE TABLE test.lock_world (org uuid, admin uuid, person uuid, mate uuid, open uuid, done uuid, team uuid, made uuid);
CREATE FUNCTION test.a_lock_world() RETURNS test.lock_world LANGUAGE plpgsql SET search_path = test, tap, public AS $$
DECLARE
    w lock_world;
BEGIN
    w.org := an_org();
    w.admin := a_person(w.org, 'CLIENT_ADMIN');
    w.mate := a_person(w.org);
    w.person := a_person(w.org);
    w.open := an_exercise(w.org, w.person, 'standard');
    w.done := an_exercise(w.org, w.person);
    PERFORM an_answer(w.done, i) FROM generate_series(0, 2) i;
    PERFORM muster.question_show(p.id, 0, 1, 600) FROM muster.participant p WHERE p.exercise_id = w.open;
    PERFORM an_answer(w.open, i) FROM generate_series(0, 1) i;
    PERFORM muster.question_show(p.id, 2, 2, 600) FROM muster.participant p WHERE p.exercise_id = w.open;
    w.team := an_exercise(w.org, w.admin);
    INSERT INTO muster.participant (org_id, exercise_id, user_id, option_seed, timing)
    SELECT w.org, w.team, u, 1, 'off' FROM unnest(ARRAY[w.person, w.mate]) u;
    w.made := an_exercise(w.org, w.person);
    SET LOCAL session_replication_role = replica;
    UPDATE muster.exercise SET mode = 'GROUP', participant_count = 3 WHERE id = w.team;
    UPDATE muster.exercise SET status = 'GENERATING' WHERE id = w.made;
    UPDATE muster.exercise SET completed_at = now() - interval '400 days' WHERE id = w.done;
    SET LOCAL session_replication_role = origin;
    PERFORM muster.audit('exercise.generated', 'exercise', w.open, NULL);
    RETURN w;
END $$;
UPDATE muster.retention SET days = CASE name WHEN 'exercises' THEN 300 END;
INSERT INTO test.lock_world SELECT * FROM test.a_lock_world();
UPDATE muster.app_user SET role = 'SUPER_ADMIN', email = 'platform@example.com' WHERE id = (SELECT admin FROM test.lock_world);
"""

# name: role, who runs it, the statement (of sql/queries, with its arguments, or SQL), what holds afterwards when it said ok. {x} are
# columns of the world; a row that went with its exercise, person or organisation is nothing that must hold.
PART = "(SELECT p.id FROM muster.participant p WHERE p.exercise_id = '{%s}' AND p.user_id = '{%s}')"
ENDING = ("SELECT EXISTS (SELECT FROM muster.org_ending WHERE org_id = '{org}') "
          "OR NOT EXISTS (SELECT FROM muster.org WHERE org_id = '{org}') OR EXISTS (SELECT FROM muster.audit_log "
          "WHERE org_id = '{org}' AND action = 'organization.restored')")
STATEMENTS = {
    "the last answer": ("exercises", "person", "answer_put('{open}', 2, 3, 2, 2, 'item-2', 1, 100, 100, 100, NULL, 'because')",
                        "SELECT bool_and(status = 'COMPLETED') FROM muster.exercise WHERE id = '{open}'"),
    "an answer in a group": ("exercises", "person", "answer_put('{team}', 0, 1, 0, 0, 'item-0', 1, 100, 100, 100, NULL, NULL)",
                             "SELECT count(*) = 1 OR NOT EXISTS (SELECT FROM muster.exercise WHERE id = '{team}') "
                             "OR NOT EXISTS (SELECT FROM muster.app_user WHERE id = '{person}') "
                             f"FROM muster.answer WHERE participant_id = {PART % ('team', 'person')}"),
    "a colleague's answer": ("exercises", "mate", "answer_put('{team}', 0, 1, 0, 0, 'item-0', 1, 100, 100, 100, NULL, NULL)",
                             "SELECT count(*) = 1 OR NOT EXISTS (SELECT FROM muster.exercise WHERE id = '{team}') "
                             f"FROM muster.answer WHERE participant_id = {PART % ('team', 'mate')}"),
    "showing": ("exercises", "person", f"question_show({PART % ('team', 'person')}, 0, 2, NULL)", None),
    "generating": ("exercises", "person", "exercise_create('New', 'bec', 'EXPERT', 'en', 'off', 3, 3, 9, 1, "
                   "(SELECT max(id) FROM muster.library), '{{}}', '{{}}', 1, 60, NULL, '{{}}', NULL, 9)", None),
    "opening a debrief": ("exercises", "admin",
                          "SELECT CASE WHEN muster.exercise_seen_note('{done}', 'debrief')::text = '' THEN 'ok' END AS verdict", None),
    "naming": ("exercises", "person", "exercise_rename('{open}', 'Name')", None),
    "deleting": ("exercises", "person", "exercise_delete('{open}')", "SELECT count(*) = 0 FROM muster.exercise WHERE id = '{open}'"),
    "an administrator deleting": ("exercises", "admin", "exercise_delete('{open}')",
                                  "SELECT count(*) = 0 FROM muster.exercise WHERE id = '{open}'"),
    "deleting a completed run": ("exercises", "admin", "exercise_delete('{done}')",
                                 "SELECT count(*) = 0 FROM muster.exercise WHERE id = '{done}'"),
    "deleting the group's": ("exercises", "admin", "exercise_delete('{team}')",
                             "SELECT count(*) = 0 FROM muster.exercise WHERE id = '{team}'"),
    "a certificate": ("portal", "person", f"certificate_issue({PART % ('done', 'person')}, 'GOLD')",
                      "SELECT count(*) = 1 OR NOT EXISTS (SELECT FROM muster.app_user WHERE id = '{person}') "
                      "FROM muster.certificate WHERE user_id = '{person}'"),
    "failing": ("exercises", "person", "UPDATE muster.exercise SET status = 'FAILED', updated_at = now() "
                "WHERE id = '{made}' AND status = 'GENERATING' RETURNING 'ok' AS verdict",
                "SELECT bool_and(status = 'FAILED') FROM muster.exercise WHERE id = '{made}'"),
    "cancelling the group's": ("exercises", "admin", "UPDATE muster.exercise SET status = 'CANCELLED', updated_at = now() "
                               "WHERE id = '{team}' AND status = 'IN_PROGRESS' RETURNING 'ok' AS verdict",
                               "SELECT bool_and(status = 'CANCELLED') FROM muster.exercise WHERE id = '{team}'"),
    "leaving": ("auth", "person", "account_delete((SELECT email FROM muster.app_user WHERE id = '{person}'), '{{}}')",
                "SELECT count(*) = 0 FROM muster.app_user WHERE id = '{person}'"),
    "removing": ("auth", "admin", "user_remove('{person}')", "SELECT count(*) = 0 FROM muster.app_user WHERE id = '{person}'"),
    "renaming": ("auth", "person", "SELECT test.renamed('{person}') AS verdict",
                 "SELECT bool_and(first_name = 'Robin') FROM muster.app_user WHERE id = '{person}'"),
    "deactivating": ("auth", "admin", "user_change('{person}', NULL, 'DEACTIVATED')", None),
    "deleting the organisation": ("auth", "admin",
                                  "organization_delete('Example Ltd', (SELECT email FROM muster.app_user WHERE id = '{admin}'), '{{}}')",
                                  ENDING),
    "the platform deleting it": ("portal", "platform", "admin_org_delete('{org}', 'Example Ltd')", ENDING),
    "restoring it": ("auth", "admin", "organization_restore()", None),
    "erasing it": ("jobs", None, "SELECT test.erased('{org}') AS verdict", "SELECT count(*) = 0 FROM muster.org WHERE org_id = '{org}'"),
    "retention": ("jobs", None, "retention()", None),
}
# Rows that one of them may be stopped at.
ROWS = {
    "the person": "app_user WHERE id = '{person}'", "the organisation": "org WHERE org_id = '{org}'",
    "the open exercise": "exercise WHERE id = '{open}'", "the completed exercise": "exercise WHERE id = '{done}'",
    "the group's exercise": "exercise WHERE id = '{team}'", "what is generated": "exercise WHERE id = '{made}'",
    "the participant": "participant WHERE exercise_id = '{open}'",
    "the participant of the completed": "participant WHERE exercise_id = '{done}'",
    "the participants of the group": "participant WHERE exercise_id = '{team}'", "an answer": "answer WHERE exercise_id = '{open}'",
    "an answer of the completed": "answer WHERE exercise_id = '{done}'",
    "the mail": "mail WHERE about_exercise_id = '{done}'", "the month": "org_usage WHERE org_id = '{org}'",
    "the head of the log": "audit_head WHERE org_id = '{org}'",
}
# What is true of every world, whatever happened in it.
ALWAYS = """
SELECT NOT EXISTS (SELECT FROM muster.participant p JOIN muster.exercise e ON e.id = p.exercise_id LEFT JOIN LATERAL (
           SELECT count(*) AS n, coalesce(sum(a.points), 0) AS points, count(*) FILTER (WHERE a.is_correct) AS correct
           FROM muster.answer a WHERE a.org_id = p.org_id AND a.participant_id = p.id) a ON true
           WHERE p.org_id = '{org}' AND ((p.answered_count, p.total_score, p.correct_count) IS DISTINCT FROM (a.n, a.points, a.correct)
               OR e.mode = 'INDIVIDUAL' AND (e.correct_count <> a.correct OR (e.status = 'COMPLETED') <> (a.n = e.question_count)
                   OR (e.own_score, e.own_answered) IS DISTINCT FROM (a.points, a.n))))
   AND NOT EXISTS (SELECT FROM muster.exercise e LEFT JOIN muster.app_user u ON u.id = e.created_by WHERE e.org_id = '{org}'
                   AND (e.creator_first_name, e.creator_last_name) IS DISTINCT FROM (u.first_name, u.last_name))
   AND NOT EXISTS (SELECT FROM muster.exercise e
                   WHERE e.org_id = '{org}' AND e.status <> 'COMPLETED' AND e.created_by IS NULL AND e.mode = 'INDIVIDUAL')
   AND coalesce((SELECT sum(exercises) BETWEEN 3 AND 6 FROM muster.org_usage WHERE org_id = '{org}'), true)
   AND muster.audit_verify('{org}') IS NULL"""
# answer_put as it once was: the participant, then the exercise. The test must see what was wrong with that.
ONCE = ("exercises", "person", "SELECT test.once('{open}') AS verdict", None)
ONCE_SQL = """
CREATE FUNCTION test.once(p uuid) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM muster.participant WHERE exercise_id = p FOR NO KEY UPDATE;
    UPDATE muster.exercise SET updated_at = now() WHERE id = p;
    RETURN 'ok';
END $$;
GRANT EXECUTE ON FUNCTION test.once TO muster_exercises;
"""
# A new name, as app_user_renamed() wants it: no program gives one yet.
RENAMED_SQL = """
CREATE FUNCTION test.renamed(p uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM muster.seats_lock(), muster.person_hold(p);
    UPDATE muster.app_user SET first_name = 'Robin' WHERE id = p;
    RETURN CASE WHEN FOUND THEN 'ok' ELSE 'not_found' END;
END $$;
GRANT EXECUTE ON FUNCTION test.renamed TO muster_auth;
CREATE FUNCTION test.erased(p uuid) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM muster.seats_lock_of(p), muster.org_erase(p, gen_random_uuid());
    RETURN 'ok';
END $$;
GRANT EXECUTE ON FUNCTION test.erased TO muster_jobs;
"""


class Session:
    """A connection that runs one statement a transaction, as a family does, and says how it ended."""

    def __init__(self, statements):
        self.connection = psycopg2.connect("")
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.pid = self.connection.get_backend_pid()
        self.run("SET deadlock_timeout = '20ms'; SET lock_timeout = '20s'; SET plan_cache_mode = force_generic_plan; "
                 "SET search_path = test, tap, public")
        for name, text in statements.items():
            self.run(f"PREPARE {name} AS {text}")

    def run(self, text):
        self.cursor.execute(text)
        return self.cursor.fetchall() if self.cursor.description else []

    def act(self, role, org, person, text):
        """What it said (its verdict, or ok), or the SQLSTATE."""
        try:
            self.run(f"BEGIN; SELECT enter({org}, {person}); SET LOCAL ROLE muster_{role}")
            self.cursor.execute(text)
            row = self.cursor.fetchone()
            said = dict(zip((d.name for d in self.cursor.description), row)).get("verdict", "ok") if row else "nothing"
            self.run("COMMIT")
            return said
        except psycopg2.Error as e:
            self.run("ROLLBACK")
            return e.pgcode


class Test:
    def __init__(self):
        statements = {}
        for family in ("exercises", "portal", "auth", "jobs"):
            for name, text, _ in sqlgen.read_statements(TOP / "sql/queries" / family):
                if any(f"{name}(" in s[2] for s in STATEMENTS.values()):
                    statements[name] = text
        self.names = tuple(statements)
        self.look = Session({})
        self.look.run("BEGIN;" + WORLD + ONCE_SQL + RENAMED_SQL + "COMMIT")
        self.platform = self.look.run("SELECT org, admin FROM lock_world")[0]
        self.holder, self.first, self.second = Session({}), Session(statements), Session(statements)
        self.pool = ThreadPoolExecutor(2)
        self.count = self.bad = 0

    def ok(self, good, text, more=""):
        self.count += 1
        self.bad += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {text}" + "".join(f"\n#   {line}" for line in more.splitlines() if not good))

    def world(self):
        names = ("org", "admin", "person", "mate", "open", "done", "team", "made")
        values = self.look.run("SELECT * FROM test.a_lock_world()")[0]
        return dict(zip(names, values))

    def begin(self, session, statement, world):
        """Starts it; a future of what it says."""
        role, who, text, _ = statement
        org, person = (world["org"], world.get(who)) if who != "platform" else self.platform
        text = text.format(**world)
        if text.startswith(self.names):
            text = "EXECUTE " + text.removesuffix("()")
        quoted = ["NULL" if who is None else f"'{value}'" for value in (org, person)]
        # Subqueries of the arguments are for the superuser: what is asked for is what a program would know.
        return self.pool.submit(session.act, role, *quoted, self.resolve(text))

    def resolve(self, text):
        while "(SELECT" in text and text.startswith("EXECUTE"):
            start = text.index("(SELECT")
            depth, end = 0, start
            for end in range(start, len(text)):
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                if depth == 0:
                    break
            (value,), = self.look.run("SELECT " + text[start:end + 1])
            text = text[:start] + f"'{value}'" + text[end + 1:]
        return text

    def waits(self, session, future):
        """True once it waits for somebody, False once it has ended."""
        while not future.done():
            if self.look.run(f"SELECT cardinality(pg_blocking_pids({session.pid}))") != [(0,)]:
                return True
            time.sleep(0.001)
        return False

    def hold(self, row, world):
        self.holder.run(f"BEGIN; SELECT FROM muster.{ROWS[row].format(**world)} FOR UPDATE")

    def rows_of(self, name, statement):
        """The rows that it can be stopped at."""
        found = []
        for row in ROWS:
            world = self.world()
            self.hold(row, world)
            future = self.begin(self.first, statement, world)
            if self.waits(self.first, future):
                found.append(row)
            self.holder.run("ROLLBACK")
            said = future.result()
            if said not in ("ok", "nothing"):
                self.ok(False, f"{name} works", f"said {said} at {row}")
        return found

    def meet(self, a, b, row):
        """(what both said, the world) when a was stopped at the row and b came then."""
        world = self.world()
        self.hold(row, world)
        one = self.begin(self.first, a, world)
        self.waits(self.first, one)
        two = self.begin(self.second, b, world)
        self.waits(self.second, two)
        self.holder.run("ROLLBACK")
        return (one.result(), two.result()), world

    def holds(self, text, world):
        return text is None or self.look.run(text.format(**world))[0][0] is not False

    def pair(self, a, b, rows):
        """Complaints about all meetings of two statements, at the rows that both want."""
        found = []
        for row in rows:
            said, world = self.meet(STATEMENTS[a], STATEMENTS[b], row)
            if set(said) & {"40P01", "55P03", "57014", "40001"}:
                found.append(f"at {row}: {said}")
            for name, verdict in zip((a, b), said):
                if verdict == "ok" and not self.holds(STATEMENTS[name][3], world):
                    found.append(f"at {row}: {said}, but after {name}: {STATEMENTS[name][3].format(**world)}")
            if not self.holds(ALWAYS, world):
                found.append(f"at {row}: {said}, and the sums of the world are wrong: {world}")
        return "\n".join(found)

    def main(self):
        rows = {name: self.rows_of(name, statement) for name, statement in STATEMENTS.items()}
        for name, found in rows.items():
            self.ok(found, f"{name} locks something", "no row")
        once = [self.meet(*pair, row)[0] for pair in ((ONCE, STATEMENTS["deleting"]), (STATEMENTS["deleting"], ONCE))
                for row in ("the open exercise", "the participant")]
        self.ok(any("40P01" in said for said in once), "the order of once is seen to deadlock", str(once))
        for a in STATEMENTS:
            texts = {b: self.pair(a, b, [row for row in rows[a] if row in rows[b]]) for b in STATEMENTS}
            complaints = [f"{b} {text}" for b, text in texts.items() if text]
            self.ok(not complaints, f"G6: {a}, stopped at {len(rows[a])} rows, and whatever meets it there end well", "\n".join(complaints))
        print(f"1..{self.count}")


Test().main()
