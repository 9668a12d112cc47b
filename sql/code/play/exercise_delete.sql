-- Deletes an exercise of the running person, or any of the organisation for an administrator.
CREATE OR REPLACE FUNCTION muster.exercise_delete(p_exercise uuid) RETURNS text LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_creator uuid;
    v_role text;
BEGIN
    PERFORM play_begin();
    SELECT e.created_by INTO v_creator FROM exercise e WHERE e.org_id = org() AND e.id = p_exercise FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'not_found';
    END IF;
    SELECT u.role INTO v_role FROM app_user u WHERE u.org_id = org() AND u.id = person();
    IF v_creator IS DISTINCT FROM person() AND v_role NOT IN ('CLIENT_ADMIN', 'SUPER_ADMIN') THEN
        RETURN 'forbidden';
    END IF;
    DELETE FROM exercise e WHERE e.org_id = org() AND e.id = p_exercise;
    RETURN 'ok';
END
$$;
