-- Erases at most 50 organisations that a rule of retention names (a condition over t, where $1 is p_before); returns how many. Each is
-- looked at again when its seats are locked: somebody may have joined. The rules before this one hold rows, so it waits for nobody's seats,
-- which come first in the order of locks: an organisation that somebody is busy in is left for the next time. One that is going to be
-- deleted anyway is left to that, with the receipt that was announced (org_ending_step()).
CREATE OR REPLACE FUNCTION muster.orgs_expire(p_condition text, p_before timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_which text := format('(%s) AND NOT muster.org_is_ending(t.org_id)', p_condition);
    v_org uuid;
    v_still boolean;
    v_count bigint := 0;
BEGIN
    FOR v_org IN EXECUTE format('SELECT t.org_id FROM muster.org t WHERE %s ORDER BY t.org_id LIMIT 50', v_which) USING p_before LOOP
        CONTINUE WHEN NOT seats_try_of(v_org);
        EXECUTE format('SELECT EXISTS (SELECT FROM muster.org t WHERE t.org_id = $2 AND %s)', v_which) INTO v_still USING p_before, v_org;
        IF v_still THEN
            PERFORM org_erase(v_org, gen_random_uuid());
            v_count := v_count + 1;
        END IF;
    END LOOP;
    RETURN v_count;
END
$$;
