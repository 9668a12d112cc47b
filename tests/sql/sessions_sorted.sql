-- The list of exercises in every order, page by page: every row that is meant comes once, in its order, whatever the size of a page; and
-- nobody learns by an order what is not shown (rule C15).
\ir begin.psql

CREATE TEMP TABLE us AS SELECT an_org() AS org;
ALTER TABLE us ADD member uuid, ADD leader uuid, ADD auditor uuid, ADD library bigint;
UPDATE us SET member = a_person(org), leader = a_person(org, 'FACILITATOR'), auditor = a_person(org, 'AUDITOR'), library = a_library();
GRANT SELECT ON us TO PUBLIC;

INSERT INTO muster.exercise (org_id, title, name, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count, total_points, seed,
                             library_id, recipe, participant_count, correct_count, served_count, created_by, created_at, completed_at, own_score, own_answered)
SELECT us.org, (ARRAY['The slow backup', 'A thread', 'Élan vital'])[1 + i % 3], CASE WHEN i % 7 = 0 THEN 'Drill ' || i WHEN i % 11 = 0 THEN '100 %_' END,
       (ARRAY['bec', 'ransomware', 'apt', 'ddos'])[1 + i % 4], (ARRAY['BEGINNER', 'EXPERT', 'INTERMEDIATE', 'ADVANCED'])[1 + i % 4], 'en', 'library',
       CASE WHEN i % 13 = 0 THEN 'GROUP' ELSE 'INDIVIDUAL' END, 'off',
       CASE WHEN i % 5 = 0 THEN 'IN_PROGRESS' WHEN i % 17 = 0 THEN 'FAILED' ELSE 'COMPLETED' END, 10, 4, 2000, 1, us.library, '{}', 1, i % 6, 10,
       CASE WHEN i % 3 = 0 THEN us.leader ELSE us.member END, timestamptz '2026-01-01 UTC' + (i / 4) * interval '1 hour',
       CASE WHEN i % 5 <> 0 AND i % 17 <> 0 THEN now() END, CASE WHEN i % 13 <> 0 THEN 100 * (i % 9) END, CASE WHEN i % 13 <> 0 THEN 10 END
FROM us, generate_series(1, 60) i;
INSERT INTO muster.participant (org_id, exercise_id, user_id, option_seed, timing, total_score)
SELECT e.org_id, e.id, us.member, 1, 'off', 777 FROM us JOIN muster.exercise e ON e.org_id = us.org WHERE e.mode = 'GROUP';
-- Another organisation's.
INSERT INTO muster.exercise (org_id, title, theme, difficulty, language, engine, mode, timing, status, question_count, stage_count, total_points, seed, library_id, recipe)
SELECT an_org(), 'A thread', 'bec', 'EXPERT', 'en', 'library', 'INDIVIDUAL', 'off', 'IN_PROGRESS', 10, 4, 2000, 1, library, '{}' FROM us;

-- What follows the cursors of a list to its end.
CREATE FUNCTION pg_temp.paged(p_person uuid, p_sort text, p_down boolean, p_mine boolean, p_q text, p_limit integer, p_status text DEFAULT NULL)
RETURNS TABLE (place integer, id uuid, key text) LANGUAGE plpgsql AS $$
DECLARE
    r record;
    v_us bigint;
    v_id uuid;
    v_key text;
    n integer := 0;
    v_got integer;
BEGIN
    PERFORM enter((SELECT org FROM us), p_person), set_config('role', 'muster_portal', true);
    LOOP
        v_got := 0;
        FOR r IN SELECT s.id, s.sort_key FROM muster.sessions_sorted(p_limit, p_sort, p_down, v_us, v_id, v_key, p_status, NULL, NULL, NULL, p_q, p_mine) s LOOP
            n := n + 1;
            v_got := v_got + 1;
            RETURN QUERY SELECT n, r.id, r.sort_key;
        END LOOP;
        EXIT WHEN v_got < p_limit OR n > 300;
        SELECT (extract(epoch FROM e.created_at) * 1000000)::bigint, r.id, r.sort_key INTO v_us, v_id, v_key FROM muster.exercise e WHERE e.id = r.id;
    END LOOP;
    PERFORM set_config('role', 'none', true);
END $$;

CREATE TEMP TABLE meant AS
SELECT e.*, e.created_by IS NOT DISTINCT FROM us.member OR e.mode = 'GROUP' AS members, e.created_by IS NOT DISTINCT FROM us.leader AS leaders
FROM us JOIN muster.exercise e ON e.org_id = us.org;

CREATE TEMP TABLE ways AS
SELECT who, person, sort, down, mine, q, size
FROM us, LATERAL (VALUES ('member', us.member), ('leader', us.leader), ('auditor', us.auditor)) w (who, person),
     unnest('{created,title,theme,status,difficulty,accuracy,score}'::text[]) sort, unnest('{f,t}'::boolean[]) down, unnest('{f,t}'::boolean[]) mine,
     unnest('{NULL,thread,DRILL,élan,0 %_}'::text[]) q, unnest('{1,7,201}'::integer[]) size;
CREATE TEMP TABLE got AS
SELECT w.*, p.place, p.id, p.key FROM ways w, LATERAL pg_temp.paged(w.person, w.sort, w.down, w.mine, w.q, w.size) p;

SELECT is_empty($$
    SELECT w.who, w.sort, w.down, w.mine, w.q, w.size, a.n, a.ids, b.n
    FROM ways w,
         LATERAL (SELECT count(*) AS n, count(DISTINCT g.id) AS ids, array_agg(g.id ORDER BY g.id) AS list FROM got g
                  WHERE (g.who, g.sort, g.down, g.mine, g.size) = (w.who, w.sort, w.down, w.mine, w.size) AND g.q IS NOT DISTINCT FROM w.q) a,
         LATERAL (SELECT count(*) AS n, array_agg(m.id ORDER BY m.id) AS list FROM meant m
                  WHERE (w.q IS NULL OR strpos(lower(concat_ws(' ', m.name, m.title)), lower(w.q)) > 0)
                    AND (NOT w.mine OR CASE w.who WHEN 'member' THEN m.members WHEN 'leader' THEN m.leaders ELSE false END)) b
    WHERE a.n <> b.n OR a.ids <> b.n OR a.list IS DISTINCT FROM b.list $$, 'every exercise that is meant comes once');
SELECT is((SELECT count(DISTINCT q) FROM got WHERE q IS NOT NULL), 4::bigint, 'and each search finds some');
SELECT is_empty($$
    SELECT * FROM (SELECT g.*, lag(g.key) OVER w AS before, lag(g.place) OVER w AS place_before FROM got g
                   WINDOW w AS (PARTITION BY who, sort, down, mine, q, size ORDER BY place)) o
    WHERE place > 1 AND (before IS NULL AND key IS NOT NULL OR CASE WHEN down THEN before < key COLLATE "C" ELSE before > key COLLATE "C" END) $$,
    'in the order of the keys, those without last');
SELECT is_empty($$
    SELECT a.who, a.sort, a.down, a.mine, a.q, a.place FROM got a
    JOIN got b ON (a.who, a.sort, a.down, a.mine, a.place) = (b.who, b.sort, b.down, b.mine, b.place) AND a.q IS NOT DISTINCT FROM b.q AND b.size = 201
    WHERE a.id <> b.id $$, 'the same whatever the size of a page');
SELECT is_empty($$
    SELECT g.who, g.sort, g.key, m.title FROM got g JOIN meant m ON m.id = g.id
    WHERE g.key IS DISTINCT FROM CASE g.sort
        WHEN 'title' THEN lower(concat_ws(' ', m.name, m.title)) WHEN 'theme' THEN m.theme
        WHEN 'accuracy' THEN CASE WHEN m.completed_at IS NOT NULL AND (g.who <> 'member' OR m.members) THEN lpad((1000 * m.correct_count)::text, 5, '0') END
        WHEN 'score' THEN lpad(CASE WHEN m.mode = 'GROUP' AND g.who = 'member' THEN 777
                                    WHEN m.mode <> 'GROUP' AND CASE g.who WHEN 'member' THEN m.members WHEN 'leader' THEN m.leaders END THEN m.own_score END::text, 10, '0')
        ELSE g.key END $$, 'C15: each by what it shows: a member knows no accuracy and no score of a colleague, also not by the order');
SELECT is((SELECT count(*) FROM us, pg_temp.paged(us.leader, 'title', false, false, 'thread', 3, 'FAILED')),
          (SELECT count(*) FROM meant WHERE status = 'FAILED' AND title = 'A thread'), 'filters hold besides');
SELECT is((SELECT count(*) FROM us, pg_temp.paged(us.leader, 'created', true, false, 'no such thing', 3)), 0::bigint, 'nothing is found');

-- ---- cursors that nobody gave out ----
SELECT lives_ok(format('SELECT enter(%L, %L)', org, leader)) FROM us;
SELECT is(value('muster_portal', format('SELECT count(*) >= 0 FROM muster.sessions_sorted(5, %L, true, 1, %L, %L, NULL, NULL, NULL, NULL, NULL, %L)', sort, gen_random_uuid(),
          key, mine)), 'true', format('%s behind %s', sort, key))
FROM unnest('{created,title,theme,status,difficulty,accuracy,score}'::text[]) sort, unnest(ARRAY['', '99999', '999999', '-1', 'x''; DROP TABLE x; --', '%s', '\']) key,
     unnest('{f,t}'::boolean[]) mine;

-- ---- names ----
CREATE FUNCTION pg_temp.renamed(p_as uuid, p_exercise uuid, p_name text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM enter((SELECT org FROM us), p_as);
    RETURN value('muster_exercises', format('SELECT muster.exercise_rename(%L, %L)', p_exercise, p_name));
END $$;
ALTER TABLE us ADD run uuid, ADD theirs uuid;
UPDATE us SET run = (SELECT id FROM meant WHERE created_by = us.member AND name IS NULL LIMIT 1), theirs = (SELECT id FROM meant WHERE created_by = us.leader LIMIT 1);
SELECT is(pg_temp.renamed(member, run, 'Night shift'), 'ok', 'who made it names it') FROM us;
SELECT is((SELECT sought FROM muster.exercise e WHERE e.id = us.run), 'night shift ' || lower(m.title), 'and it is found by that') FROM us JOIN meant m ON m.id = us.run;
SELECT is(pg_temp.renamed(member, run, 'Night shift'), 'same', 'the same name again is no act') FROM us;
SELECT is(pg_temp.renamed(leader, run, NULL), 'ok', 'a facilitator takes it off') FROM us;
SELECT is((SELECT sought FROM muster.exercise e WHERE e.id = us.run), lower(m.title), 'then the title is all') FROM us JOIN meant m ON m.id = us.run;
SELECT is(pg_temp.renamed(member, theirs, 'Mine'), 'forbidden', 'a colleague does not') FROM us;
SELECT is(pg_temp.renamed(auditor, theirs, 'Mine'), 'forbidden', 'nor does who audits') FROM us;
SELECT is(pg_temp.renamed(member, gen_random_uuid(), 'Mine'), 'not_found', 'none') FROM us;
SELECT is(pg_temp.renamed(member, e.id, 'Mine'), 'not_found', 'A14: another organisation''s') FROM us, muster.exercise e WHERE e.org_id <> us.org AND e.title = 'A thread';

\ir end.psql
