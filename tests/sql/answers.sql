-- Rules C2 and C4: one immutable answer a question, the verdicts of answer_put, and the counters it maintains.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD person uuid, ADD other uuid, ADD run uuid, ADD part uuid;
UPDATE us SET person = a_person(org), other = a_person(org);
UPDATE us SET run = an_exercise(org, person);
UPDATE us SET part = (SELECT id FROM muster.participant WHERE exercise_id = run);
CREATE FUNCTION pg_temp.answer(p_index int, p_credit int DEFAULT 100, p_option int DEFAULT 1) RETURNS text LANGUAGE sql AS
$$ SELECT an_answer((SELECT run FROM us), p_index, p_credit, p_option) $$;
CREATE FUNCTION pg_temp.counters() RETURNS text LANGUAGE sql AS $$
    SELECT format('score %s answered %s correct %s%s | stage %s correct %s served %s people %s %s', p.total_score, p.answered_count, p.correct_count,
                  CASE WHEN p.completed_at IS NOT NULL THEN ' done' END, e.current_stage, e.correct_count, e.served_count, e.participant_count, e.status)
    FROM muster.participant p JOIN muster.exercise e ON e.id = p.exercise_id, us WHERE e.id = us.run $$;

SELECT enter(org, person) FROM us;
SELECT is(pg_temp.counters(), 'score 0 answered 0 correct 0 | stage 1 correct 0 served 3 people 1 IN_PROGRESS', 'a new exercise');
SELECT is(an_answer(gen_random_uuid(), 0), 'not_found', 'an exercise that is not there is not_found');
SELECT is(pg_temp.answer(1), 'locked', 'C1: a stage behind an unanswered one is locked');
SELECT is(pg_temp.answer(1, 0, -1), 'invalid_option', 'what is no option is said before what is locked');
SELECT is(pg_temp.answer(0, 0, -1), 'invalid_option', 'and of an open question');
SELECT is(pg_temp.answer(0, 0, NULL), 'not_due', 'C4: a question without a deadline cannot expire');
SELECT is(pg_temp.counters(), 'score 0 answered 0 correct 0 | stage 1 correct 0 served 3 people 1 IN_PROGRESS', 'refusals change nothing');

SELECT is(pg_temp.answer(0), 'ok', 'the best option is ok');
SELECT is(pg_temp.counters(), 'score 100 answered 1 correct 1 | stage 2 correct 1 served 3 people 1 IN_PROGRESS', 'counters after the best option');
SELECT is(pg_temp.answer(0, 40, 2), 'already_answered', 'C2: a second answer is already_answered');
SELECT is(pg_temp.answer(0, 0, -1), 'already_answered', 'C2: whatever was sent');
SELECT is(pg_temp.counters(), 'score 100 answered 1 correct 1 | stage 2 correct 1 served 3 people 1 IN_PROGRESS', 'C2: a second answer changes nothing');

-- Somebody else: of the organisation, and of another.
SELECT enter(org, other) FROM us;
SELECT is(pg_temp.answer(1), 'not_found', 'a colleague who does not take part is not_found');
SELECT enter(an_org(), person) FROM us;
SELECT is(pg_temp.answer(1), 'not_found', 'A3: another tenant is not_found');

-- Late: stored as expired with no option and no points, whatever was sent (rule C4).
SELECT enter(org, person) FROM us;
SELECT muster.question_show(part, 1, 1, 60) FROM us;
SELECT is(pg_temp.answer(1, 0, NULL), 'not_due', 'C4: a question whose time is not over cannot expire');
UPDATE muster.question_shown SET deadline = clock_timestamp() - interval '1 second' WHERE question_index = 1;
SELECT is(pg_temp.answer(1, 0, NULL), 'not_due', 'C4: two seconds of grace cover the way of a request');
UPDATE muster.question_shown SET deadline = clock_timestamp() - interval '3 seconds' WHERE question_index = 1;
SELECT is(pg_temp.answer(1), 'expired', 'C4: a late answer is expired');
SELECT results_eq('SELECT selected, is_correct, credit, points, expired FROM muster.answer WHERE question_index = 1',
                  'VALUES (NULL::smallint, false, 0::smallint, 0, true)', 'C4: a late answer is never stored as a guess');
SELECT is(pg_temp.counters(), 'score 100 answered 2 correct 1 | stage 3 correct 1 served 3 people 1 IN_PROGRESS', 'counters after an expired answer');
SELECT is(pg_temp.answer(1), 'already_answered', 'C4: an expired question cannot be answered again');
SELECT ok(shown_at < answered_at AND answered_at <= clock_timestamp(), 'C4: times are the server''s') FROM muster.answer WHERE question_index = 1;

-- The last answer completes the run; an option that is not the best earns its credit and is not correct.
SELECT is(pg_temp.answer(2, 60, 2), 'ok', 'the last answer is ok');
SELECT is(pg_temp.counters(), 'score 160 answered 3 correct 1 done | stage 3 correct 1 served 3 people 1 COMPLETED', 'C3: the last answer completes the run');
SELECT is(completed_at, (SELECT answered_at FROM muster.answer WHERE question_index = 2), 'the run ends with its last answer')
FROM muster.exercise, us WHERE id = run;
SELECT is(pg_temp.answer(2), 'already_answered', 'C2: already_answered also after completion');
SELECT is(pg_temp.answer(3), 'not_in_progress', 'C3: no answer after completion');

-- A run that was cancelled.
UPDATE us SET run = an_exercise(org, person);
UPDATE muster.exercise SET status = 'CANCELLED' WHERE id = (SELECT run FROM us);
SELECT is(pg_temp.answer(0), 'not_in_progress', 'C3: no answer to a cancelled exercise');
SELECT is(pg_temp.answer(0, 0, -1), 'invalid_option', 'C3: what is no option is said there, too');

-- What answer_put returns besides, on a fresh run with two questions in its first stage.
UPDATE us SET run = an_exercise(org, person);
SELECT results_eq(format('SELECT verdict, total_score, answered, completed, stage_completed FROM muster.answer_put(%L, %s, 1, 0, 1, %L, 1, 70, 70, 100, 4, %L)',
                         run, q, 'i' || q, 'because'),
                  format('VALUES (%L, %s, %s, false, %L::boolean)', 'ok', 70 * (q + 1), q + 1, q = 1), format('reply to question %s', q))
FROM us, generate_series(0, 1) q;
SELECT is(current_stage::int, 2, 'a stage with two questions is over after both') FROM muster.exercise, us WHERE id = run;
SELECT results_eq($$ SELECT confidence, rationale FROM muster.answer a, us WHERE exercise_id = run AND question_index = 0 $$,
                  $$ VALUES (4::smallint, 'because') $$, 'confidence and rationale are kept');

-- The answer as it is stored, with where the run stands: of a second answer the first one's, of a late one nothing that was sent.
CREATE FUNCTION pg_temp.said(p_index int, p_option int) RETURNS text LANGUAGE sql AS $$
    SELECT a::text FROM us, muster.answer_put(run, p_index, p_index + 1, p_index, p_index, 'i', p_option, 40, 40, 100, NULL, NULL) a $$;
UPDATE us SET run = an_exercise(org, person);
UPDATE us SET part = (SELECT id FROM muster.participant WHERE exercise_id = run);
SELECT is(pg_temp.said(0, 2), '(ok,2,f,40,f,40,1,f,t)', 'what is said of an answer');
SELECT is(pg_temp.said(0, 3), '(already_answered,2,f,40,f,40,1,f,t)', 'C2: and of a second one: the first');
SELECT muster.question_show(part, 1, 1, -60) FROM us;
SELECT is(pg_temp.said(1, 2), '(expired,,f,0,t,40,2,f,t)', 'C4: and of a late one');
SELECT is(pg_temp.said(1, 2), '(already_answered,,f,0,t,40,2,f,t)', 'C4: also afterwards');
SELECT is(pg_temp.said(2, 3), '(ok,3,f,40,f,80,3,t,t)', 'and of the last one');
SELECT is(pg_temp.said(0, 1), '(already_answered,2,f,40,f,80,3,t,t)', 'C2: after completion the first one still');
SELECT is(pg_temp.said(3, 1), '(not_in_progress,,,,,,,,)', 'nothing comes with a refusal');
DELETE FROM muster.exercise WHERE id = (SELECT run FROM us);

-- The table itself. Each statement is the owner's or the family's, with the tenant entered.
UPDATE us SET run = (SELECT exercise_id FROM muster.answer WHERE expired);
CREATE FUNCTION pg_temp.row_with(p_changes jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT format('INSERT INTO muster.answer SELECT (jsonb_populate_record(NULL::muster.answer, %L)).*', to_jsonb(a) || p_changes)
    FROM muster.answer a, us WHERE exercise_id = run AND question_index = 0 $$;
SELECT is(attempt(role, pg_temp.row_with('{}')), '23505', format('C2: the primary key refuses a second answer by %s', role))
FROM unnest(ARRAY['muster_exercises', 'muster_owner', 'postgres']) role;
SELECT is(attempt('muster_exercises', pg_temp.row_with('{"question_index": 9}')), 'ok', 'C2: the same row for another question is fine');
SELECT is(attempt(role, 'UPDATE muster.answer SET ' || what), '23514', format('C2: the trigger refuses %s by %s', what, role))
FROM unnest(ARRAY['muster_owner', 'postgres']) role, unnest(ARRAY['points = 100', 'selected = 2', 'rationale = NULL', 'exercise_id = exercise_id']) what;
SELECT is(attempt('postgres', pg_temp.row_with(('{"question_index": 10, ' || what || '}')::jsonb)), '23514', format('C2: the table refuses %s', what))
FROM unnest(ARRAY['"credit": 101', '"credit": -1', '"points": 101', '"points": -1', '"confidence": 6', '"confidence": 0', '"expired": true',
                  '"expired": true, "selected": null, "is_correct": false', '"expired": true, "selected": null, "points": 0']) what;

-- Showing again does not move the time.
UPDATE us SET run = an_exercise(org, person, 'standard');
UPDATE us SET part = (SELECT id FROM muster.participant WHERE exercise_id = run);
SELECT is((SELECT count(*)::int FROM muster.question_show((SELECT part FROM us), 0, 0, 30)), 1, 'C4: a question is shown');
CREATE TEMP TABLE first AS SELECT s.* FROM muster.question_shown s, us WHERE participant_id = part;
SELECT is(deadline - shown_at BETWEEN interval '29.9 seconds' AND interval '30.1 seconds', true, 'C4: the deadline follows from the seconds') FROM first;
SELECT muster.question_show((SELECT part FROM us), 0, 0, 900);
SELECT set_eq('SELECT s.* FROM muster.question_shown s, us WHERE participant_id = part', 'SELECT * FROM first', 'C4: showing again does not move the deadline');


-- Against the clock only what was shown is answered, once its time has begun.
UPDATE us SET run = an_exercise(org, person, 'x2');
UPDATE us SET part = (SELECT id FROM muster.participant WHERE exercise_id = run);
SELECT is(pg_temp.answer(0), 'not_shown', 'C4: what was never shown cannot be answered in a timed run');
SELECT is(pg_temp.answer(0, 0, NULL), 'not_shown', 'C4: and cannot expire');
SELECT is(pg_temp.answer(1), 'locked', 'C1: a stage that is not open is locked, shown or not');
SELECT is(pg_temp.counters(), 'score 0 answered 0 correct 0 | stage 1 correct 0 served 3 people 1 IN_PROGRESS', 'C4: nothing has changed');
SELECT muster.question_show(part, 0, 0, 60) FROM us;
SELECT is(pg_temp.answer(0), 'ok', 'C4: once shown it is answered');
SELECT is(pg_temp.answer(1), 'not_shown', 'C4: the next one waits for its own clock');

-- At most 500 take part: what reads everybody's answers is not cut off.
SELECT is(attempt('postgres', format('UPDATE muster.exercise SET participant_count = 501 WHERE id = %L', run)), '23514', '500 people are the most') FROM us;

\ir end.psql
