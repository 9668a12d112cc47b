-- The list's cost: one page comes from the index in its order, whatever the size of the organisation.
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org, i FROM generate_series(1, 40) i;
ALTER TABLE us ADD person uuid;
UPDATE us SET person = a_person(org);
SELECT count(a_person(org)) FROM us, generate_series(1, 100);
SELECT a_library();
-- 20,000 exercises, a quarter of them in one organisation.
INSERT INTO muster.exercise (org_id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count, total_points, seed,
                             library_id, recipe, created_by, created_at)
SELECT org, 'Title', 'ransomware', 'EXPERT', 'en', 'library', 'INDIVIDUAL', 'off', 'IN_PROGRESS', 3, 3, 900, 1, (SELECT max(id) FROM muster.library), '{}',
       person, now() - n * interval '1 minute'
FROM generate_series(1, 20000) n JOIN us ON i = CASE WHEN n % 4 = 0 THEN 1 ELSE 1 + n % 40 END;
INSERT INTO muster.participant (org_id, exercise_id, user_id, option_seed, timing) SELECT org_id, id, created_by, 1, 'off' FROM muster.exercise;
ANALYZE muster.exercise, muster.participant, muster.app_user, muster.org;

\set list `sed -n '/^-- name: sessions_list$/,/^-- name: /p' "$TOP/sql/queries/portal/sessions.sql" | grep -v '^--' | tr -d ';'`
SELECT set_config('test.list', :'list', true);
CREATE FUNCTION pg_temp.plan_of(p_who int, p_mode text, p_filter text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v json;
BEGIN
    PERFORM enter(org, person) FROM us WHERE i = p_who;
    PERFORM set_config('plan_cache_mode', p_mode, true), set_config('role', 'muster_portal', true);
    EXECUTE 'PREPARE list AS ' || current_setting('test.list');
    EXECUTE format('EXPLAIN (ANALYZE, FORMAT json) EXECUTE list (51, %L, ''ffffffff-ffff-ffff-ffff-ffffffffffff'', %s, NULL)', '253402300799000000', p_filter) INTO v;
    DEALLOCATE list;
    PERFORM set_config('role', 'none', true);
    RETURN v::text;
END $$;

CREATE TEMP TABLE seen AS
SELECT who, mode, filter, pg_temp.plan_of(who, mode, filter) AS plan
FROM (VALUES (1), (2)) w (who), unnest(ARRAY['force_generic_plan', 'force_custom_plan']) mode,
     unnest(ARRAY['NULL, NULL, NULL', '''IN_PROGRESS'', ''ransomware'', ''EXPERT''']) filter;
CREATE FUNCTION pg_temp.label(who int, mode text, filter text) RETURNS text LANGUAGE sql AS
$$ SELECT format('organisation %s, %s, filter %s', who, mode, filter) $$;
SELECT matches(plan, '"Index Name": "exercise_list"', 'sessions_list reads exercise_list: ' || pg_temp.label(who, mode, filter)) FROM seen;
SELECT unalike(plan, '%"Node Type": "%Sort"%', 'sessions_list sorts nothing: ' || pg_temp.label(who, mode, filter)) FROM seen;
SELECT unalike(plan, '%Seq Scan%', 'sessions_list scans no table: ' || pg_temp.label(who, mode, filter)) FROM seen;
SELECT is((SELECT max((m[1])::numeric) FROM regexp_matches(plan, '"Actual Rows": ([0-9.]+)', 'g') m), 51.0,
          'sessions_list touches one page: ' || pg_temp.label(who, mode, filter)) FROM seen;

\ir end.psql
