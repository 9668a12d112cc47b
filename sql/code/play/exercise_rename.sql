-- Gives an exercise a name of its own, or takes it off (NULL). Allowed to whoever generated it, to facilitators and to administrators.
-- Verdicts: ok, same (nothing changed), not_found, forbidden.
CREATE OR REPLACE FUNCTION muster.exercise_rename(p_exercise uuid, p_name text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_creator uuid;
    v_name text;
    v_role text;
BEGIN
    PERFORM play_begin();
    SELECT u.role INTO v_role FROM app_user u WHERE u.org_id = org() AND u.id = person();
    SELECT e.created_by, e.name INTO v_creator, v_name FROM exercise e WHERE e.org_id = org() AND e.id = p_exercise FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 'not_found';
    ELSIF v_creator IS DISTINCT FROM person() AND v_role NOT IN ('FACILITATOR', 'CLIENT_ADMIN', 'SUPER_ADMIN') THEN
        RETURN 'forbidden';
    ELSIF v_name IS NOT DISTINCT FROM p_name THEN
        RETURN 'same';
    END IF;
    UPDATE exercise e SET name = p_name, updated_at = clock_timestamp() WHERE e.org_id = org() AND e.id = p_exercise;
    RETURN 'ok';
END
$$;
