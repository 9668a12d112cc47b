-- The plan's exercises a month: counted when they are made, refused without being counted.
\ir begin.psql

CREATE FUNCTION pg_temp.create_one() RETURNS text LANGUAGE sql AS $$
    SELECT value('muster_exercises', format('SELECT verdict FROM muster.exercise_create(''T'', ''t'', ''EXPERT'', ''en'', ''off'', 3, 3, 900, 1, %s, ''{}'', ''{T1486}'', 1)',
                                            (SELECT max(id) FROM muster.library))) $$;
CREATE FUNCTION pg_temp.made(p_org uuid) RETURNS text LANGUAGE sql AS $$
    SELECT format('%s counted, %s exercises, %s participants', (SELECT sum(exercises) FROM muster.org_usage WHERE org_id = p_org),
                  (SELECT count(*) FROM muster.exercise WHERE org_id = p_org), (SELECT count(*) FROM muster.participant WHERE org_id = p_org)) $$;
SELECT a_library();

-- Every plan: its last exercise is made, the next is not.
CREATE TEMP TABLE plan AS SELECT name, monthly_exercises AS n, an_org(name) AS org FROM muster.plan;
ALTER TABLE plan ADD person uuid;
UPDATE plan SET person = a_person(org);
SELECT results_eq('SELECT name, n FROM plan WHERE n IS NOT NULL ORDER BY n', $$ VALUES ('FREE', 3), ('STARTER', 10), ('GROWTH', 25) $$,
                  'the plans that have a limit');
SELECT is((SELECT string_agg(DISTINCT verdict, ' ') FROM (SELECT enter(org, person), pg_temp.create_one() AS verdict FROM generate_series(1, n)) v), 'ok',
          format('%s: %s exercises are made', name, n)) FROM plan WHERE n IS NOT NULL;
SELECT is(verdict, 'quota_exceeded', format('%s: exercise %s is refused', name, n + 1))
FROM (SELECT name, n, enter(org, person), pg_temp.create_one() AS verdict FROM plan WHERE n IS NOT NULL) v;
SELECT is(pg_temp.made(org), format('%s counted, %s exercises, %s participants', n, n, n), format('%s: the refused one is not counted', name))
FROM plan WHERE n IS NOT NULL;
SELECT is((SELECT string_agg(DISTINCT verdict, ' ') FROM (SELECT enter(org, person), pg_temp.create_one() AS verdict FROM generate_series(1, 40)) v), 'ok',
          format('%s: no limit', name)) FROM plan WHERE n IS NULL;
SELECT is(pg_temp.made(org), '40 counted, 40 exercises, 40 participants', format('%s: counted all the same', name)) FROM plan WHERE n IS NULL;

-- A new month, an upgrade, a plan that allows nothing.
SELECT enter(org, person) FROM plan WHERE name = 'FREE';
UPDATE muster.org_usage SET month = month - interval '1 month' WHERE org_id = muster.org();
SELECT is(pg_temp.create_one(), 'ok', 'FREE: a new month begins at nothing');
SELECT is((SELECT array_agg(exercises ORDER BY month) FROM muster.org_usage WHERE org_id = muster.org()), ARRAY[3, 1], 'FREE: the old month stays as it was');
UPDATE muster.org_usage SET exercises = 3 WHERE org_id = muster.org();
SELECT is(pg_temp.create_one(), 'quota_exceeded', 'FREE: full again');
UPDATE muster.org SET plan = 'STARTER' WHERE org_id = muster.org();
SELECT is(pg_temp.create_one(), 'ok', 'a larger plan counts at once');
INSERT INTO muster.plan VALUES ('NOTHING', 1, 0, false, false);
SELECT enter(o, a_person(o)) FROM an_org('NOTHING') o;
SELECT is(pg_temp.create_one(), 'quota_exceeded', 'a plan without exercises: the first one is refused');
SELECT is((SELECT count(*)::int FROM muster.exercise WHERE org_id = muster.org()), 0, 'a plan without exercises: none was made');
SELECT is((SELECT coalesce(sum(exercises), 0)::int FROM muster.org_usage WHERE org_id = muster.org()), 0, 'a plan without exercises: none was counted');

-- What an exercise looks like when it is made.
SELECT enter(org, person) FROM plan WHERE name = 'ENTERPRISE';
CREATE TEMP TABLE made AS SELECT e.* FROM muster.exercise e WHERE org_id = muster.org() LIMIT 1;
SELECT results_eq('SELECT status, engine, mode, question_count::int, served_count, participant_count, current_stage::int, created_by, mitre_attack_ids FROM made',
                  $$ VALUES ('IN_PROGRESS', 'library', 'INDIVIDUAL', 3, 3, 1, 1, muster.person(), '{T1486}'::text[]) $$, 'a new exercise is in progress, by its creator');
SELECT is(attempt('muster_exercises', replace($$ SELECT muster.exercise_create('T', 't', 'X', 'en', 'off', 3, 3, 9, 1, 1, '{}', '{}', 1) $$, 'X', d)), '23514',
          'no difficulty outside the list') FROM unnest(ARRAY['', 'EASY']) d;
SELECT enter(NULL);
SELECT isnt(pg_temp.create_one(), 'ok', 'A3: nobody creates nothing');

\ir end.psql
