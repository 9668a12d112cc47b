-- The bench's data set, copied from exercises that were generated and played through the API (bench.template).
-- psql variables: those of place.py's sizes and numbers of organisations, and rare_theme, which no template has.
--
-- Everything has a number, and what it is called follows from that, so that requests and pgbench's statements can name it without
-- looking: organisation n md5('o' || n), person n md5('u' || n) with the key tc_bench-n, exercise k of organisation n
-- md5('e' || n || '.' || k), unanswered run j md5('r' || j), that of person n of the crowd md5('c' || n), character of person n md5('h' || n).
\set ON_ERROR_STOP 1
SET session_replication_role = replica; -- no foreign keys and triggers while loading: the rows are copies of sound ones
SET synchronous_commit = off;
SET work_mem = '512MB';
SET maintenance_work_mem = '512MB';
SET max_parallel_workers_per_gather = 0;
SELECT setseed(0.25);
SELECT count(*) AS templates FROM bench.template \gset

-- What the list shows is kept on the exercise, but for older commits.
\set kept ''
\set kept_of_copies ''
\set kept_of_runs ''
SELECT count(*) = 1 AS is_kept FROM pg_attribute WHERE attrelid = 'muster.exercise'::regclass AND attname = 'own_score' \gset
\if :is_kept
\set kept ', creator_first_name, creator_last_name, own_score, own_answered'
\set kept_of_copies ', ''Person'', ''Number '' || p.org, CASE WHEN p.answered THEN e.own_score ELSE 0 END, CASE WHEN p.answered THEN e.own_answered ELSE 0 END'
\set kept_of_runs ', ''Person'', ''Number '' || r.person, 0, 0'
\endif

-- ---- who ----

CREATE TABLE bench.person AS
SELECT n, CASE WHEN n < :crowd THEN n WHEN n < :team THEN :crowd ELSE :team END AS org
FROM (SELECT generate_series(0, :orgs - 1) UNION ALL VALUES (:ten), (:big_org)
      UNION ALL SELECT generate_series(:crowd, :crowd + :crowd_people - 1)
      UNION ALL SELECT generate_series(:team, :team + :writers - 1)) p (n);

INSERT INTO muster.org (org_id, name, slug, plan)
SELECT DISTINCT md5('o' || org)::uuid, 'Bench organisation ' || org, 'bench-' || org, 'ENTERPRISE' FROM bench.person;
INSERT INTO muster.app_user (org_id, id, email, first_name, last_name, role)
SELECT md5('o' || org)::uuid, md5('u' || n)::uuid, 'bench-' || n || '@example.org', 'Person', 'Number ' || n, 'CLIENT_ADMIN' FROM bench.person;
INSERT INTO muster.api_key (org_id, user_id, name, prefix, token_hash, scopes)
SELECT md5('o' || org)::uuid, md5('u' || n)::uuid, 'Bench', 'tc_bench', sha256(convert_to('tc_bench-' || n, 'UTF8')),
       '{exercises,results,settings}'
FROM bench.person;
INSERT INTO muster.org_character (org_id, id, name, role, department, description)
SELECT md5('o' || org)::uuid, md5('h' || n)::uuid, 'Person ' || n, 'Analyst', '', ''
FROM bench.person WHERE n < :writers OR n >= :team;

-- ---- exercises ----

-- Of the first four of each 10,000 each is the only one that a filter finds (rare: 0 status, 1 theme, 2 difficulty, 3 time of change);
-- the next ones have answers. Exercises of all organisations lie mixed in the table, as time would have put them there.
CREATE UNLOGGED TABLE bench.plan AS
SELECT p.*, row_number() OVER (ORDER BY p.age DESC) AS n
FROM (SELECT o.n AS org, k, md5('e' || o.n || '.' || k)::uuid AS id, md5('p' || o.n || '.' || k)::uuid AS participant_id,
             random() * interval '700 days' AS age, k BETWEEN 4 AND 3 + :answered AS answered,
             CASE WHEN k % 10000 < 4 THEN k % 10000 END AS rare
      FROM bench.person o
      CROSS JOIN generate_series(0, CASE o.n WHEN :ten THEN 10 WHEN :big_org THEN :big ELSE :per_org END - 1) k
      WHERE o.n < :crowd) p;
ALTER TABLE bench.plan ADD completed boolean;
UPDATE bench.plan SET completed = (answered OR org = :big_org) AND rare IS DISTINCT FROM 0;

INSERT INTO muster.exercise (org_id, id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count,
                             current_stage, total_points, seed, library_id, recipe, question_ids, mitre_attack_ids, participant_count,
                             correct_count, served_count, created_by, created_at, started_at, completed_at, updated_at
                             :kept)
SELECT md5('o' || p.org)::uuid, p.id, e.title, CASE p.rare WHEN 1 THEN :'rare_theme' ELSE e.theme END,
       CASE p.rare WHEN 2 THEN 'EXPERT' ELSE e.difficulty END, e.language, e.engine, e.mode, e.timing,
       CASE WHEN p.completed THEN 'COMPLETED' WHEN p.rare = 0 THEN 'FAILED' ELSE 'IN_PROGRESS' END, e.question_count, e.stage_count,
       CASE WHEN p.completed THEN e.current_stage ELSE 1 END, e.total_points, e.seed, e.library_id, e.recipe, e.question_ids, e.mitre_attack_ids, 1,
       CASE WHEN p.completed THEN e.correct_count ELSE 0 END, e.served_count, md5('u' || p.org)::uuid, now() - p.age, now() - p.age,
       CASE WHEN p.completed THEN now() - p.age + interval '20 minutes' END,
       CASE p.rare WHEN 3 THEN timestamptz '2040-01-01 UTC' ELSE now() - p.age + interval '20 minutes' END
       :kept_of_copies
FROM bench.plan p
JOIN bench.template t ON t.n = p.n % :templates
JOIN muster.exercise e ON e.id = t.exercise_id AND e.org_id = t.org_id
ORDER BY p.n;

INSERT INTO muster.participant (org_id, id, exercise_id, user_id, option_seed, timing, joined_at, completed_at, total_score,
                                answered_count, correct_count)
SELECT md5('o' || p.org)::uuid, p.participant_id, p.id, md5('u' || p.org)::uuid, s.option_seed, s.timing, now() - p.age,
       CASE WHEN p.completed THEN now() - p.age + interval '20 minutes' END, CASE WHEN p.answered THEN s.total_score ELSE 0 END,
       CASE WHEN p.answered THEN s.answered_count ELSE 0 END, CASE WHEN p.answered THEN s.correct_count ELSE 0 END
FROM bench.plan p
JOIN bench.template t ON t.n = p.n % :templates
JOIN muster.participant s ON s.id = t.participant_id AND s.org_id = t.org_id
ORDER BY p.n;

INSERT INTO muster.question_shown (org_id, participant_id, question_index, shown_at, deadline)
SELECT md5('o' || p.org)::uuid, p.participant_id, s.question_index, now() - p.age + s.question_index * interval '1 minute', NULL
FROM bench.plan p
JOIN bench.template t ON t.n = p.n % :templates
JOIN muster.question_shown s ON s.participant_id = t.participant_id AND s.org_id = t.org_id
WHERE p.answered
ORDER BY p.n, s.question_index;

INSERT INTO muster.answer (org_id, participant_id, question_index, exercise_id, stage_number, item_id, selected, is_correct, credit,
                           points, max_points, expired, confidence, shown_at, answered_at)
SELECT md5('o' || p.org)::uuid, p.participant_id, a.question_index, p.id, a.stage_number, a.item_id, a.selected, a.is_correct, a.credit,
       a.points, a.max_points, a.expired, a.confidence, now() - p.age + a.question_index * interval '1 minute',
       now() - p.age + a.question_index * interval '1 minute' + interval '40 seconds'
FROM bench.plan p
JOIN bench.template t ON t.n = p.n % :templates
JOIN muster.answer a ON a.participant_id = t.participant_id AND a.org_id = t.org_id
WHERE p.answered
ORDER BY p.n, a.question_index;

-- Those in which everything was right have certificates.
CREATE TABLE bench.perfect AS
SELECT p.org, p.id FROM bench.plan p JOIN muster.exercise e ON e.org_id = md5('o' || p.org)::uuid AND e.id = p.id
WHERE p.answered AND e.correct_count = e.served_count;
DROP TABLE bench.plan;

-- ---- runs that nobody has answered yet, all of template 0 ----

CREATE UNLOGGED TABLE bench.run AS
SELECT md5('r' || j)::uuid AS id, j % :orgs AS org, j % :orgs AS person FROM generate_series(0, :runs - 1) j
UNION ALL SELECT md5('c' || n)::uuid, org, n FROM bench.person WHERE org = :crowd;
INSERT INTO muster.exercise (org_id, id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count,
                             total_points, seed, library_id, recipe, question_ids, mitre_attack_ids, participant_count, served_count,
                             created_by, created_at, started_at :kept)
SELECT md5('o' || r.org)::uuid, r.id, e.title, e.theme, e.difficulty, e.language, e.engine, e.mode, e.timing, 'IN_PROGRESS',
       e.question_count, e.stage_count, e.total_points, e.seed, e.library_id, e.recipe, e.question_ids, e.mitre_attack_ids, 1, e.served_count,
       md5('u' || r.person)::uuid, now() - interval '800 days', now() :kept_of_runs
FROM bench.run r
JOIN bench.template t ON t.n = 0
JOIN muster.exercise e ON e.id = t.exercise_id AND e.org_id = t.org_id;
INSERT INTO muster.participant (org_id, exercise_id, user_id, option_seed, timing)
SELECT md5('o' || r.org)::uuid, r.id, md5('u' || r.person)::uuid, 7, 'off' FROM bench.run r;
DROP TABLE bench.run;
