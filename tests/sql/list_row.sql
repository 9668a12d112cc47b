-- What the list shows is kept on the exercise: after every kind of act it is what the tables say.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid, ADD mate uuid, ADD boss uuid, ADD run uuid, ADD part uuid;
UPDATE us SET person = a_person(org), mate = a_person(org), boss = a_person(org, 'CLIENT_ADMIN');
GRANT SELECT ON us TO PUBLIC;

-- The rows whose kept values are not the computed ones.
CREATE FUNCTION pg_temp.wrong() RETURNS TABLE (id uuid, kept text, computed text) LANGUAGE sql AS $$
    SELECT * FROM (
        SELECT e.id, concat_ws('|', e.creator_first_name, e.creator_last_name, e.own_score, e.own_answered, e.correct_count, e.participant_count) AS kept,
               concat_ws('|', u.first_name, u.last_name, CASE WHEN e.mode = 'INDIVIDUAL' THEN p.score END, CASE WHEN e.mode = 'INDIVIDUAL' THEN p.answered END,
                         p.correct, p.people) AS computed
        FROM muster.exercise e
        LEFT JOIN muster.app_user u ON u.org_id = e.org_id AND u.id = e.created_by
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(a.points), 0) AS score, count(a.*) AS answered, count(*) FILTER (WHERE a.is_correct) AS correct, count(DISTINCT p.id) AS people
            FROM muster.participant p LEFT JOIN muster.answer a ON a.org_id = p.org_id AND a.participant_id = p.id
            WHERE p.org_id = e.org_id AND p.exercise_id = e.id) p) r
    WHERE kept <> computed $$;

-- What both statements of the list show a person of one exercise.
\set list `sed -n '/^-- name: sessions_list$/,/^-- name: /p' "$TOP/sql/queries/portal/sessions.sql" | grep -v '^--' | tr -d ';'`
\set filtered `sed -n '/^-- name: sessions_filtered$/,/^-- name: /p' "$TOP/sql/queries/portal/sessions.sql" | grep -v '^--' | tr -d ';'`
PREPARE list AS :list;
PREPARE filtered AS :filtered;
CREATE TEMP TABLE shown (id uuid, shown text);
GRANT ALL ON shown TO PUBLIC;
CREATE FUNCTION pg_temp.listed(p_person uuid, p_run uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v record;
    v_shown text[];
    v_call text;
BEGIN
    PERFORM enter((SELECT org FROM us), p_person), set_config('role', 'muster_portal', true);
    FOREACH v_call IN ARRAY ARRAY['list (201, 253402300799000000, ''ffffffff-ffff-ffff-ffff-ffffffffffff'')',
                                  'filtered (201, 253402300799000000, ''ffffffff-ffff-ffff-ffff-ffffffffffff'', NULL, NULL, NULL, NULL)'] LOOP
        FOR v IN EXECUTE 'EXECUTE ' || v_call LOOP
            IF v.id = p_run THEN
                v_shown := v_shown || format('%s %s, score %s, answered %s', v.first_name, v.last_name, v.my_score, v.my_answered);
            END IF;
        END LOOP;
    END LOOP;
    PERFORM set_config('role', 'none', true);
    RETURN CASE WHEN v_shown[1] = v_shown[2] THEN v_shown[1] ELSE v_shown::text END;
END $$;

-- ---- playing ----

UPDATE us SET run = an_exercise(org, person);
UPDATE us SET part = (SELECT id FROM muster.participant WHERE exercise_id = run);
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'a new exercise');
SELECT is(pg_temp.listed(person, run), 'Alex Morgan, score 0, answered 0', 'as its creator sees it') FROM us;
SELECT is(pg_temp.listed(mate, run), 'Alex Morgan, score , answered ', 'and as a colleague does') FROM us;
SELECT enter(org, person) FROM us;
SELECT is(an_answer(run, 0), 'ok', 'the best option') FROM us;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'after the best option');
SELECT is(an_answer(run, 1, 40, 2), 'ok', 'another option') FROM us;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'after another option');
SELECT is(pg_temp.listed(person, run), 'Alex Morgan, score 140, answered 2', 'as its creator sees it') FROM us;
SELECT is(pg_temp.listed(boss, run), 'Alex Morgan, score , answered ', 'and as an administrator does') FROM us;
SELECT enter(org, person) FROM us;
SELECT is(verdict, said, 'what is refused: ' || said) FROM us, (VALUES (1, 1, 'already_answered'), (2, -1, 'invalid_option'), (2, NULL, 'not_due')) r (i, option, said),
    LATERAL an_answer(run, i, 100, option) verdict;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'a refusal changes nothing');
SELECT muster.question_show(part, 2, 2, -60) FROM us;
SELECT is(an_answer(run, 2), 'expired', 'a late answer, the last') FROM us;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'after completion');
SELECT is(pg_temp.listed(person, run), 'Alex Morgan, score 140, answered 3', 'as its creator sees it') FROM us;

-- Of the acts until now each moved the time of change, so that lists of what changed have it.
CREATE TEMP TABLE at (t timestamptz);
SELECT enter(org, person) FROM us;
UPDATE us SET run = an_exercise(org, person);
UPDATE muster.exercise SET updated_at = now() - interval '3 days' WHERE id = (SELECT run FROM us);
SELECT is(an_answer(run, 0, 0, 3), 'ok', 'an option that is worth nothing') FROM us;
SELECT ok(updated_at > now() - interval '1 hour' AND updated_day = (now() AT TIME ZONE 'UTC')::date, 'changes the exercise') FROM muster.exercise, us WHERE id = run;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'and the list');

-- ---- where others take part, participants are looked up ----

UPDATE us SET run = an_exercise(org, boss);
UPDATE muster.exercise SET mode = 'GROUP', own_score = NULL, own_answered = NULL, participant_count = 3 WHERE id = (SELECT run FROM us);
INSERT INTO muster.participant (org_id, exercise_id, user_id, option_seed, timing) SELECT org, run, u, 1, 'off' FROM us, unnest(ARRAY[person, mate]) u;
SELECT enter(org, mate) FROM us;
SELECT is(an_answer(run, 0), 'ok', 'an answer in a group') FROM us;
UPDATE muster.exercise SET correct_count = 1 WHERE id = (SELECT run FROM us); -- as completing it would sum up
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'a group');
SELECT is(pg_temp.listed(mate, run), 'Alex Morgan, score 100, answered 1', 'who takes part sees the own score') FROM us;
SELECT is(pg_temp.listed(boss, run), 'Alex Morgan, score 0, answered 0', 'the creator too') FROM us;
SELECT is(pg_temp.listed(a_person(org), run), 'Alex Morgan, score , answered ', 'and nobody else') FROM us;

-- ---- names ----

UPDATE muster.app_user SET first_name = 'Robin' FROM us WHERE id = person;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'a new name follows');
SELECT is(count(*), 2::bigint, 'to all exercises of the person') FROM muster.exercise, us WHERE created_by = person AND creator_first_name = 'Robin';
UPDATE muster.app_user SET last_name = 'Lee', language = 'de' FROM us WHERE id = person;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'also the last name');
SELECT is(count(*), 1::bigint, 'and to nobody else''s') FROM muster.exercise, us WHERE org_id = org AND creator_first_name || creator_last_name = 'AlexMorgan';
UPDATE us SET run = an_exercise(org, person);
SELECT is(pg_temp.listed(mate, run), 'Robin Lee, score , answered ', 'what is made afterwards has it, too') FROM us;
SELECT is(attempt(role, 'UPDATE muster.exercise SET creator_first_name = ''Somebody'''), '42501', format('%s cannot write names', role)) FROM families() role;

-- A run that somebody else gets.
UPDATE muster.exercise SET created_by = mate FROM us WHERE id = run;
SELECT is(pg_temp.listed(mate, run), 'Alex Morgan, score , answered ', 'is not the own one of its new creator') FROM us;
SELECT is(pg_temp.listed(person, run), 'Alex Morgan, score 0, answered 0', 'but of whoever plays it') FROM us;
DELETE FROM muster.exercise USING us WHERE id = run;

-- ---- erasure: the name goes, the figures stay ----

SELECT enter(org, person) FROM us;
UPDATE us SET run = (SELECT id FROM muster.exercise WHERE created_by = person AND status = 'COMPLETED');
SELECT is(value('muster_auth', format('SELECT verdict FROM muster.account_delete(%L)', email)), 'ok', 'E2: the person leaves') FROM us JOIN muster.app_user ON id = person;
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'E2: what is left is what the tables say');
SELECT is_empty('SELECT FROM muster.exercise WHERE creator_first_name = ''Robin'' OR creator_last_name = ''Lee''', 'E2: the name is gone');
SELECT is(pg_temp.listed(boss, run), ' , score , answered ', 'E2: the exercise is nobody''s') FROM us;
SELECT is(own_score, 140, 'E2: its score stays, of nobody') FROM muster.exercise, us WHERE id = run;
SELECT is(value('muster_auth', format('SELECT muster.user_remove(%L)', mate)), 'ok', 'E2: a colleague is removed') FROM us, LATERAL enter(org, boss);
SELECT is_empty('SELECT * FROM pg_temp.wrong()', 'E2: after a removal, too');
SELECT isnt_empty('SELECT FROM muster.exercise WHERE creator_first_name IS NOT NULL', 'others keep theirs');

-- The comparison can fail.
UPDATE muster.exercise SET own_score = 7 WHERE id = (SELECT run FROM us);
SELECT isnt_empty('SELECT * FROM pg_temp.wrong()', 'a wrong value would be seen');

\ir end.psql
