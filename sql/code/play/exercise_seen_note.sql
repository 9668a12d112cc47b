-- Notes that the running person has opened the debrief or the report of an exercise, once: the first time counts. Of an exercise that is not
-- there nothing is noted.
CREATE OR REPLACE FUNCTION muster.exercise_seen_note(p_exercise uuid, p_what text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM exercise_seen s WHERE s.org_id = org() AND s.user_id = person() AND s.exercise_id = p_exercise AND s.what = p_what) THEN
        RETURN;
    END IF;
    PERFORM play_begin(), exercise_keep(p_exercise);
    INSERT INTO exercise_seen (org_id, user_id, exercise_id, what)
    SELECT e.org_id, person(), e.id, p_what FROM exercise e WHERE e.org_id = org() AND e.id = p_exercise
    ON CONFLICT DO NOTHING;
END
$$;
