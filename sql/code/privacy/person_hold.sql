-- Locks what the erasure of a person of the running organisation will change, in the order of locks: play, exercises, person. Those that
-- the person takes part in are only kept from being deleted meanwhile, so that the others go on answering.
CREATE OR REPLACE FUNCTION muster.person_hold(p_user uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM play_end(p_user);
    PERFORM FROM exercise e WHERE e.org_id = org() AND e.created_by = p_user ORDER BY e.id FOR UPDATE;
    PERFORM FROM participant p JOIN exercise e ON e.org_id = p.org_id AND e.id = p.exercise_id
    WHERE p.org_id = org() AND p.user_id = p_user ORDER BY e.id FOR KEY SHARE OF e;
    PERFORM FROM app_user u WHERE u.org_id = org() AND u.id = p_user FOR UPDATE;
END
$$;
