-- The bench's data set, copied from exercises that were generated and played through the API (bench.template).
-- psql variables: orgs, per_org, answered (exercises with answers). bench.caller holds the people with real keys.
\set ON_ERROR_STOP 1
SET session_replication_role = replica; -- no foreign keys and triggers while loading: the rows are copies of sound ones
SET synchronous_commit = off;
SET work_mem = '512MB';
SET maintenance_work_mem = '512MB';
SET max_parallel_workers_per_gather = 0;

INSERT INTO muster.org (org_id, name, slug, plan)
SELECT md5('o' || n)::uuid, 'Bench organisation ' || n, 'bench-' || n, 'ENTERPRISE'
FROM generate_series(1, :orgs - (SELECT count(*) FROM bench.caller)::integer) n;
INSERT INTO muster.app_user (org_id, id, email, first_name, last_name, role)
SELECT md5('o' || n)::uuid, md5('u' || n)::uuid, 'bench-' || n || '@example.org', 'Person', 'Number ' || n, 'CLIENT_ADMIN'
FROM generate_series(1, :orgs - (SELECT count(*) FROM bench.caller)::integer) n;

-- Who gets how many: callers of kind "ten" and "fivehundred" exactly that, players and generators none, the others per_org.
-- Exercises of all organisations lie mixed in the table, as time would have put them there.
CREATE UNLOGGED TABLE bench.plan AS
SELECT p.*, row_number() OVER (ORDER BY p.age DESC) AS n,
       row_number() OVER (ORDER BY p.kind IS NULL, random()) <= :answered AS answered
FROM (SELECT u.org_id, u.id AS user_id, c.kind, gen_random_uuid() AS id, gen_random_uuid() AS participant_id,
             random() * interval '700 days' AS age
      FROM muster.app_user u
      LEFT JOIN bench.caller c ON c.user_id = u.id
      CROSS JOIN generate_series(1, CASE c.kind WHEN 'ten' THEN 10 WHEN 'fivehundred' THEN 500 WHEN 'template' THEN 0
                                                WHEN 'player' THEN 0 WHEN 'generator' THEN 0 ELSE :per_org END)) p;
SELECT count(*) AS templates FROM bench.template \gset

INSERT INTO muster.exercise (org_id, id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count,
                             current_stage, total_points, seed, library_id, recipe, mitre_attack_ids, participant_count,
                             correct_count, served_count, created_by, created_at, started_at, completed_at, updated_at)
SELECT p.org_id, p.id, e.title, e.theme, e.difficulty, e.language, e.engine, e.mode, e.timing,
       CASE WHEN p.answered THEN 'COMPLETED' ELSE 'IN_PROGRESS' END, e.question_count, e.stage_count,
       CASE WHEN p.answered THEN e.current_stage ELSE 1 END, e.total_points, e.seed, e.library_id, e.recipe, e.mitre_attack_ids, 1,
       CASE WHEN p.answered THEN e.correct_count ELSE 0 END, e.served_count, p.user_id, now() - p.age, now() - p.age,
       CASE WHEN p.answered THEN now() - p.age + interval '20 minutes' END, now() - p.age + interval '20 minutes'
FROM bench.plan p
JOIN bench.template t ON t.n = p.n % :templates
JOIN muster.exercise e ON e.id = t.exercise_id AND e.org_id = t.org_id
ORDER BY p.n;

INSERT INTO muster.participant (org_id, id, exercise_id, user_id, option_seed, timing, joined_at, completed_at, total_score,
                                answered_count, correct_count)
SELECT p.org_id, p.participant_id, p.id, p.user_id, s.option_seed, s.timing, now() - p.age,
       CASE WHEN p.answered THEN now() - p.age + interval '20 minutes' END, CASE WHEN p.answered THEN s.total_score ELSE 0 END,
       CASE WHEN p.answered THEN s.answered_count ELSE 0 END, CASE WHEN p.answered THEN s.correct_count ELSE 0 END
FROM bench.plan p
JOIN bench.template t ON t.n = p.n % :templates
JOIN muster.participant s ON s.id = t.participant_id AND s.org_id = t.org_id
ORDER BY p.n;

INSERT INTO muster.question_shown (org_id, participant_id, question_index, shown_at, deadline)
SELECT p.org_id, p.participant_id, s.question_index, now() - p.age + s.question_index * interval '1 minute', NULL
FROM bench.plan p
JOIN bench.template t ON t.n = p.n % :templates
JOIN muster.question_shown s ON s.participant_id = t.participant_id AND s.org_id = t.org_id
WHERE p.answered
ORDER BY p.n, s.question_index;

INSERT INTO muster.answer (org_id, participant_id, question_index, exercise_id, stage_number, item_id, selected, is_correct, credit,
                           points, max_points, expired, confidence, shown_at, answered_at)
SELECT p.org_id, p.participant_id, a.question_index, p.id, a.stage_number, a.item_id, a.selected, a.is_correct, a.credit, a.points,
       a.max_points, a.expired, a.confidence, now() - p.age + a.question_index * interval '1 minute',
       now() - p.age + a.question_index * interval '1 minute' + interval '40 seconds'
FROM bench.plan p
JOIN bench.template t ON t.n = p.n % :templates
JOIN muster.answer a ON a.participant_id = t.participant_id AND a.org_id = t.org_id
WHERE p.answered
ORDER BY p.n, a.question_index;

DROP TABLE bench.plan;
