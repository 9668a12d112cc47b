-- Erases at most 50 people that a rule of retention names, as orgs_expire() does with organisations: as the registry says (person_erase()),
-- so that what they wrote where others were goes, too.
CREATE OR REPLACE FUNCTION muster.people_expire(p_condition text, p_before timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v app_user;
    v_still boolean;
    v_count bigint := 0;
BEGIN
    FOR v IN EXECUTE format('SELECT t.* FROM muster.app_user t WHERE %s ORDER BY t.org_id, t.id LIMIT 50', p_condition) USING p_before LOOP
        CONTINUE WHEN NOT seats_try_of(v.org_id);
        EXECUTE format('SELECT EXISTS (SELECT FROM muster.app_user t WHERE t.org_id = $2 AND t.id = $3 AND (%s))', p_condition)
            INTO v_still USING p_before, v.org_id, v.id;
        IF v_still THEN
            PERFORM enter_as(v.org_id, NULL);
            PERFORM person_erase(v.id, 'removal');
            PERFORM audit_append(v.org_id, NULL, 'user.removed', 'user', v.id, jsonb_build_object('role', v.role));
            v_count := v_count + 1;
        END IF;
    END LOOP;
    PERFORM enter_as(NULL, NULL);
    RETURN v_count;
END
$$;
