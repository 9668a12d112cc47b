-- Rule C3: an exercise's status moves only along the list, whoever updates it.
\ir begin.psql

CREATE TEMP TABLE allowed (old text, new text);
INSERT INTO allowed VALUES
    ('DRAFT', 'GENERATING'), ('DRAFT', 'LOBBY'), ('DRAFT', 'IN_PROGRESS'), ('DRAFT', 'CANCELLED'),
    ('GENERATING', 'LOBBY'), ('GENERATING', 'IN_PROGRESS'), ('GENERATING', 'FAILED'), ('GENERATING', 'CANCELLED'),
    ('LOBBY', 'IN_PROGRESS'), ('LOBBY', 'CANCELLED'), ('IN_PROGRESS', 'COMPLETED'), ('IN_PROGRESS', 'CANCELLED');
CREATE TEMP TABLE us AS SELECT an_org() AS org;
SELECT an_exercise(org, a_person(org)) FROM us;
GRANT SELECT ON allowed, us TO PUBLIC;

-- Makes a copy of the exercise in status p_old and moves it, completed_at fitting: only the trigger can object.
CREATE FUNCTION pg_temp.move(p_role text, p_old text, p_new text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    v_id uuid := gen_random_uuid();
BEGIN
    INSERT INTO muster.exercise SELECT (jsonb_populate_record(NULL::muster.exercise, to_jsonb(e) || jsonb_build_object(
        'id', v_id, 'status', p_old, 'completed_at', CASE WHEN p_old = 'COMPLETED' THEN now() END))).*
    FROM muster.exercise e LIMIT 1;
    RETURN attempt(p_role, format('UPDATE muster.exercise SET status = %L, completed_at = %s WHERE id = %L', p_new,
                                  CASE WHEN p_new = 'COMPLETED' THEN 'now()' ELSE 'NULL' END, v_id));
END $$;

CREATE TEMP TABLE status AS SELECT unnest(ARRAY['DRAFT', 'GENERATING', 'LOBBY', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'FAILED']) AS name;
SELECT is(pg_temp.move(role, o.name, n.name),
          CASE WHEN o.name = n.name OR EXISTS (SELECT FROM allowed a WHERE a.old = o.name AND a.new = n.name) THEN 'ok' ELSE '23514' END,
          format('C3: %s from %s to %s', role, o.name, n.name))
FROM unnest(ARRAY['postgres', 'muster_owner', 'muster_exercises']) role, status o, status n;

SELECT throws_like($$ UPDATE muster.exercise SET status = 'GENERATING' $$, 'an exercise cannot go from %', 'C3: it is the trigger that refuses');
SELECT is(attempt('postgres', $$ UPDATE muster.exercise SET status = 'PAUSED' WHERE status = 'IN_PROGRESS' $$), '23514', 'C3: no status outside the list');
SELECT is(attempt('postgres', $$ UPDATE muster.exercise SET completed_at = now() WHERE status = 'IN_PROGRESS' $$), '23514',
          'C3: only a completed exercise has the time of its completion');

\ir end.psql
