-- Before each measurement of answers and generation: what earlier ones left goes, every player gets :runs unanswered runs.
-- Run n of a player has the id md5(user id, "r", n), so that pgbench can name it. All runs of one player have one template.
\set ON_ERROR_STOP 1
SET session_replication_role = replica;
SET synchronous_commit = off;
DELETE FROM muster.answer WHERE org_id IN (SELECT org_id FROM bench.caller WHERE kind IN ('player', 'generator'));
DELETE FROM muster.question_shown WHERE org_id IN (SELECT org_id FROM bench.caller WHERE kind IN ('player', 'generator'));
DELETE FROM muster.participant WHERE org_id IN (SELECT org_id FROM bench.caller WHERE kind IN ('player', 'generator'));
DELETE FROM muster.exercise WHERE org_id IN (SELECT org_id FROM bench.caller WHERE kind IN ('player', 'generator'));

INSERT INTO muster.exercise (org_id, id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count,
                             total_points, seed, library_id, recipe, mitre_attack_ids, participant_count, served_count,
                             created_by, started_at)
SELECT c.org_id, md5(c.user_id || 'r' || run)::uuid, e.title, e.theme, e.difficulty, e.language, e.engine, e.mode, e.timing, 'IN_PROGRESS',
       e.question_count, e.stage_count, e.total_points, e.seed, e.library_id, e.recipe, e.mitre_attack_ids, 1, e.served_count,
       c.user_id, now()
FROM (SELECT *, row_number() OVER (ORDER BY user_id) - 1 AS k FROM bench.caller WHERE kind = 'player') c
JOIN bench.template t ON t.n = c.k
JOIN muster.exercise e ON e.id = t.exercise_id AND e.org_id = t.org_id
CROSS JOIN generate_series(0, :runs - 1) run;
INSERT INTO muster.participant (org_id, exercise_id, user_id, option_seed, timing)
SELECT e.org_id, e.id, e.created_by, 7, e.timing FROM muster.exercise e
WHERE e.org_id IN (SELECT org_id FROM bench.caller WHERE kind = 'player');
VACUUM (ANALYZE) muster.exercise, muster.participant, muster.answer, muster.question_shown;
CHECKPOINT;
