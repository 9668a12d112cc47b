-- What runs at every request is not planned at every request: a function of LANGUAGE sql is planned anew in each transaction, unless it is
-- one that PostgreSQL puts into the statement that calls it. Those that are not are named here, with the reason why it does not matter.
\ir begin.psql

CREATE TEMP TABLE slow AS SELECT * FROM (VALUES
    ('audit_anchor_digest', 'of the worker, once a day'),
    ('export_cells', 'of an export alone'),
    ('export_match', 'of an export or an erasure alone'),
    ('iso_time', 'a column of statements that are made for an export, where it is put into the statement'),
    ('job_done', 'of the worker, once a job'),
    ('job_next', 'of the worker, once a look into the queue'),
    ('job_schedule', 'of the worker, once a day'),
    ('mail_stop_digest', 'of mails, and of links in them'),
    ('mails_gone', 'of the worker, once an hour')
) AS s (name, reason);

-- Whether the plan of a call over columns still names the function.
CREATE FUNCTION pg_temp.is_called(p_function oid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    p pg_proc := (SELECT f FROM pg_proc f WHERE f.oid = p_function);
    v_columns text := (SELECT string_agg(format('c%s %s', n, format_type(t, NULL)), ', ') FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, n));
    v_call text;
    v_line text;
BEGIN
    DROP TABLE IF EXISTS given;
    EXECUTE format('CREATE TEMP TABLE given (%s)', v_columns);
    v_call := format('muster.%I(%s)', p.proname, (SELECT string_agg('c' || n, ', ') FROM generate_series(1, p.pronargs) n));
    FOR v_line IN EXECUTE format(CASE WHEN p.proretset THEN 'EXPLAIN (VERBOSE, COSTS OFF) SELECT f.* FROM given, LATERAL %s AS f'
                                      ELSE 'EXPLAIN (VERBOSE, COSTS OFF) SELECT %s FROM given' END, v_call) LOOP
        IF v_line ~ ('muster\.' || p.proname || '\(|' || p.proname || '\(given|Function Scan') THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

SELECT isnt(pg_temp.is_called(p.oid), true, format('%s is put into the statement', p.proname))
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = 'muster'::regnamespace AND l.lanname = 'sql' AND NOT EXISTS (SELECT FROM slow WHERE name = p.proname);
-- The check can fail: it sees a call where there is one.
CREATE FUNCTION muster.seen(p uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER AS $$ SELECT p IS NULL $$;
SELECT is(pg_temp.is_called('muster.seen(uuid)'::regprocedure), true, 'a call that stays is seen');
SELECT is_empty($$ SELECT name FROM slow WHERE NOT EXISTS (SELECT FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
                   WHERE p.proname = name AND p.pronamespace = 'muster'::regnamespace AND l.lanname = 'sql') $$, 'the exceptions are functions');

\ir end.psql
