-- Erases at most 50 organisations that a rule of retention names (a condition over t, where $1 is p_before); returns how many. Each is
-- looked at again when its seats are locked: somebody may have joined.
CREATE OR REPLACE FUNCTION muster.orgs_expire(p_condition text, p_before timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
    v_still boolean;
    v_count bigint := 0;
BEGIN
    FOR v_org IN EXECUTE format('SELECT t.org_id FROM muster.org t WHERE %s ORDER BY t.org_id LIMIT 50', p_condition) USING p_before LOOP
        PERFORM seats_lock_of(v_org);
        EXECUTE format('SELECT EXISTS (SELECT FROM muster.org t WHERE t.org_id = $2 AND (%s))', p_condition) INTO v_still USING p_before, v_org;
        IF v_still THEN
            PERFORM org_erase(v_org, gen_random_uuid());
        END IF;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END
$$;
