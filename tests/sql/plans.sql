-- What lists cost: pages come from an index in its order, whatever the size of the organisation, whatever is asked for.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org, i FROM generate_series(1, 40) i;
ALTER TABLE us ADD person uuid;
UPDATE us SET person = a_person(org);
SELECT count(a_person(org)) FROM us, generate_series(1, 100);
SELECT a_library();
-- 70,000 exercises, 50,000 of them in one organisation: nothing FAILED, each 50th IN_PROGRESS and never of the theme theme-3; two weeks of
-- 144 a day, the rest older. Each third lasts over a midnight.
INSERT INTO muster.exercise (org_id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count, total_points, seed,
                             library_id, recipe, created_by, created_at, updated_at, completed_at, own_score)
SELECT org, 'Title', 'theme-' || n % 20, (ARRAY['BEGINNER', 'INTERMEDIATE', 'ADVANCED', 'EXPERT'])[1 + n / 20 % 4], 'en', 'library', 'INDIVIDUAL', 'off',
       CASE WHEN n % 50 = 0 THEN 'IN_PROGRESS' ELSE 'COMPLETED' END, 3, 3, 900, 1, (SELECT max(id) FROM muster.library), '{}', person,
       now() - n * interval '10 minutes', now() - n * interval '10 minutes' + CASE WHEN n % 3 = 0 THEN interval '1 day' ELSE interval '5 minutes' END,
       CASE WHEN n % 50 <> 0 THEN now() END, 0
FROM generate_series(1, 70000) n JOIN us ON i = CASE WHEN n % 7 < 5 THEN 1 ELSE 2 + n % 39 END;
INSERT INTO muster.participant (org_id, exercise_id, user_id, option_seed, timing) SELECT org_id, id, created_by, 1, 'off' FROM muster.exercise;
ANALYZE muster.exercise, muster.participant, muster.app_user, muster.org;

-- What a statement costs: pages of memory, not time. It is planned as in the family.
CREATE FUNCTION pg_temp.cost_of(p_who int, p_role text, p_statement text, p_arguments text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v json;
BEGIN
    PERFORM enter(org, person) FROM us WHERE i = p_who;
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', true), set_config('role', p_role, true);
    EXECUTE 'PREPARE list AS ' || p_statement;
    FOR i IN 1..2 LOOP -- the first time the plans are made
        EXECUTE format('EXPLAIN (ANALYZE, BUFFERS, FORMAT json) EXECUTE list (%s)', p_arguments) INTO v;
    END LOOP;
    DEALLOCATE list;
    PERFORM set_config('role', 'none', true);
    RETURN (v #>> '{0,Plan,Shared Hit Blocks}')::int + (v #>> '{0,Plan,Shared Read Blocks}')::int;
END $$;
\set list `sed -n '/^-- name: sessions_list$/,/^-- name: /p' "$TOP/sql/queries/portal/sessions.sql" | grep -v '^--' | tr -d ';'`
\set filtered `sed -n '/^-- name: sessions_filtered$/,/^-- name: /p' "$TOP/sql/queries/portal/sessions.sql" | grep -v '^--' | tr -d ';'`
\set log `sed -n '/^-- name: audit_list$/,/^-- name: /p' "$TOP/sql/queries/auth/audit.sql" | grep -v '^--' | tr -d ';'`
CREATE TEMP TABLE list AS SELECT :'list' AS everything, :'filtered' AS filtered, :'log' AS log;
CREATE FUNCTION pg_temp.sessions_cost(p_who int, p_filter text, p_list text) RETURNS int LANGUAGE sql AS
$$ SELECT pg_temp.cost_of(p_who, 'muster_portal', p_list, '51, 253402300799000000, ''ffffffff-ffff-ffff-ffff-ffffffffffff'', ' || p_filter) $$;
CREATE TEMP TABLE filter (what text, filter text);
INSERT INTO filter SELECT format('%s, %s, %s, %s', s, t, d, u), format('%s, %s, %s, %s', s, t, d, u)
FROM unnest(ARRAY['NULL', '''IN_PROGRESS''', '''COMPLETED''', '''FAILED''']) s, unnest(ARRAY['NULL', '''theme-3''', '''theme-0''', '''nothing''']) t,
     unnest(ARRAY['NULL', '''EXPERT''']) d,
     unnest(ARRAY['NULL', '''2999-01-01''', 'now() - interval ''1 hour''', 'now() - interval ''3 days''', 'now() - interval ''300 days''']) u;
CREATE TEMP TABLE cost AS SELECT who, filter, pg_temp.sessions_cost(who, filter, filtered) AS pages FROM list, filter, unnest(ARRAY[1, 2]) who
WHERE who = 1 OR filter LIKE '%, NULL, NULL, %';
-- 51 rows, each on a page of its own at worst, and one path down one index.
SELECT cmp_ok(pg_temp.cost_of(who, 'muster_portal', everything, '51, 253402300799000000, ''ffffffff-ffff-ffff-ffff-ffffffffffff'''), '<=', 60,
              format('without filters it is one range of one index, organisation %s', who)) FROM list, unnest(ARRAY[1, 2]) who;
-- At most 250 for whatever filters: a look-up for each of 300 days is the worst. Looking up creator and score for each row took over 400.
SELECT is_empty('SELECT * FROM cost WHERE pages > 250', 'no filter and no combination reads more than some hundred pages of memory');
SELECT cmp_ok(pg_temp.sessions_cost(1, '''FAILED'', NULL, NULL, NULL', 'SELECT * FROM muster.exercise e WHERE org_id = muster.org()
    AND (created_at, id) < (timestamptz ''epoch'' + $2::bigint * interval ''1 microsecond'', $3::uuid) AND ($4::text IS NULL OR status = $4)
    AND ($5::text IS NULL) AND ($6::text IS NULL) AND ($7::timestamptz IS NULL) ORDER BY created_at DESC, id DESC LIMIT $1'), '>', 750,
    'what walks the history would be seen');

-- In every order and behind any row, for a leader (who is shown everybody's accuracy) and for a member; what a search does not find costs no more.
\set sorted `sed -n '/^-- name: sessions_sorted$/,/^-- name: /p' "$TOP/sql/queries/portal/sessions.sql" | grep -v '^--' | tr -d ';'`
CREATE TEMP TABLE sorted AS SELECT org, 40 + n AS i, role, a_person(org, role) AS person, :'sorted' AS statement
FROM us, (VALUES (1, 'FACILITATOR'), (2, 'MEMBER')) v (n, role) WHERE i = 1;
INSERT INTO us (org, i, person) SELECT org, i, person FROM sorted;
CREATE TEMP TABLE sorted_cost AS
SELECT role, sort, down, behind, q, pg_temp.cost_of(i, 'muster_portal', statement, format('51, %L, %L, %s, NULL, NULL, NULL, NULL, %L, false', sort, down, behind, q)) AS pages
FROM sorted, unnest('{f,t}'::boolean[]) down, unnest('{title,NULL,no such thing}'::text[]) q, LATERAL (
    SELECT s.sort, 'NULL, NULL, NULL' AS behind FROM unnest('{created,title,theme,status,difficulty,accuracy,score}'::text[]) AS s (sort)
    UNION ALL SELECT k.sort, format('1735689600000000, ''80000000-0000-0000-0000-000000000000'', %L', k.key)
    FROM (VALUES ('created', '1'), ('title', 'title'), ('theme', 'theme-3'), ('status', '5'), ('difficulty', '3'), ('accuracy', NULL), ('score', NULL)) k (sort, key)) w;
SELECT is_empty('SELECT * FROM sorted_cost WHERE pages > 400', 'no order reads more than some hundred pages of memory');
SELECT is((SELECT count(*) FROM sorted_cost), 168::bigint, 'of all that were asked for');

-- And it lists what matches: each filter against the same filter without any index.
CREATE TEMP TABLE place AS SELECT (extract(epoch FROM at) * 1000000)::bigint AS us, id, at FROM (
    SELECT created_at AS at, id FROM muster.exercise JOIN us ON org_id = org AND i = 1 AND id::text < '02' ORDER BY id LIMIT 3) x
    UNION ALL SELECT 253402300799000000, 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'infinity';
SELECT enter(org, person) FROM us WHERE i = 1;
CREATE FUNCTION pg_temp.ids(p_sql text) RETURNS text LANGUAGE plpgsql AS
$$ DECLARE v text; BEGIN EXECUTE 'SELECT string_agg(id::text, '' '') FROM (' || p_sql || ') x' INTO v; RETURN v; END $$;
SELECT is_empty($$
    SELECT * FROM place, unnest(ARRAY['NULL', '''IN_PROGRESS''', '''FAILED''']) s, unnest(ARRAY['NULL', '''theme-0''']) t, unnest(ARRAY['NULL', '''EXPERT''']) d,
        unnest(ARRAY['NULL', quote_literal(at), quote_literal(now() - interval '20 hours'), quote_literal((now() - interval '90 days')::date)]) u
    WHERE pg_temp.ids(format('SELECT id FROM muster.sessions_page(20, %s, %L, %s, %s, %s, %s)', us, id, s, t, d, u))
        IS DISTINCT FROM pg_temp.ids(format('SELECT id FROM muster.exercise WHERE org_id = %L AND (created_at, id) < (%L, %L) AND status = coalesce(%s, status)
            AND theme = coalesce(%s, theme) AND difficulty = coalesce(%s, difficulty) AND updated_at >= coalesce(%s, updated_at)
            ORDER BY created_at DESC, id DESC LIMIT 20', muster.org(), at, id, s, t, d, u)) $$, 'pages are what a plain query says');

-- Values that ranges are merged for are all that the table allows.
SELECT is((length(f.prosrc) - length(replace(f.prosrc, v[1], ''))) / length(v[1]), 2, format('%s is among the ranges of both statements', v[1]))
FROM pg_proc f, pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''[A-Z_]+''', 'g') v
WHERE f.oid = 'muster.sessions_page'::regproc AND c.conname IN ('exercise_status_check', 'exercise_difficulty_check');

-- An update moves the day that such lists are found by, whatever else it says.
UPDATE muster.exercise SET updated_at = timestamptz '2030-05-05 23:30-02', updated_day = '2000-01-01' WHERE id = (SELECT id FROM place ORDER BY us LIMIT 1);
SELECT is(updated_day, date '2030-05-06', 'the day of a change is that of updated_at') FROM muster.exercise WHERE id = (SELECT id FROM place ORDER BY us LIMIT 1);
SELECT is(count(*), 1::bigint, 'an old exercise that changed is listed')
FROM muster.sessions_page(9, 253402300799000000, 'ffffffff-ffff-ffff-ffff-ffffffffffff', NULL, NULL, NULL, '2030-05-06 00:00Z');

-- What is answered every second is written without touching an index.
SELECT is_empty($$ SELECT i.indexrelid::regclass FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                   WHERE i.indrelid = 'muster.exercise'::regclass AND a.attname IN ('updated_at', 'correct_count', 'current_stage', 'own_score', 'own_answered') $$,
                'no index has what every answer changes');

-- The log of an organisation: 50,000 entries, each hundredth by another person, each thousandth of another kind.
CREATE TEMP TABLE people AS SELECT person AS one, (SELECT id FROM muster.app_user WHERE org_id = org AND id <> person LIMIT 1) AS other FROM us WHERE i = 1;
INSERT INTO muster.audit_log (org_id, seq, at, actor_id, actor_kind, actor_digest, action, target_type, target_id, detail, hash)
SELECT org, n, now() - (50001 - n) * interval '1 minute', CASE WHEN n % 100 = 0 THEN other ELSE one END, 'session', sha256('x'),
       CASE WHEN n % 1000 = 1 THEN 'user.role_changed' ELSE 'exercise.generated' END, 'user', one, '{}', sha256('y')
FROM generate_series(1, 50000) n, us, people WHERE i = 1;
ANALYZE muster.audit_log;
CREATE TEMP TABLE log_cost AS
SELECT filter, pg_temp.cost_of(1, 'muster_auth', log, '51, NULL, ' || filter) AS pages
FROM list, (SELECT format('%s, %s, %s, %s', action, actor, since, until) AS filter
      FROM people, unnest(ARRAY['NULL', '''user.role_changed''', '''exercise.generated''', '''nothing.done''']) action,
           unnest(ARRAY['NULL', quote_literal(one), quote_literal(other), quote_literal(gen_random_uuid())]) actor,
           unnest(ARRAY['NULL', '''2999-01-01''', 'now() - interval ''9 days''']) since,
           unnest(ARRAY['NULL', '''1999-01-01''', 'now() - interval ''9 days''']) until) f;
SELECT is_empty($$ SELECT c.*, b.pages AS base FROM log_cost c JOIN log_cost b ON b.filter = 'NULL, NULL, NULL, NULL' WHERE c.pages > 1.5 * b.pages $$,
                'no filter of the log and no combination costs more than half as much again');
SELECT enter(org, person) FROM us WHERE i = 1;
SELECT is_empty($$
    SELECT * FROM people, unnest(ARRAY[NULL, 'user.role_changed']) w (act), unnest(ARRAY[NULL, one, other]) x (who),
        unnest(ARRAY[NULL, now() - interval '9 days']) y (since), unnest(ARRAY[NULL, now() - interval '7 days']) z (until)
    WHERE ARRAY(SELECT seq FROM muster.audit_page_of(muster.org(), 20, 49990, act, who, since, until)) IS DISTINCT FROM
        ARRAY(SELECT seq FROM muster.audit_log WHERE org_id = muster.org() AND seq < 49990 AND action = coalesce(act, action)
              AND actor_id = coalesce(who, actor_id) AND at >= coalesce(since, at) AND (until IS NULL OR at < until) ORDER BY seq DESC LIMIT 20) $$,
    'pages of the log are what a plain query says');

\ir end.psql
