-- Keeps an exercise of the running organisation from being deleted before the transaction ends. Runs as muster_lookup because the portal may
-- not lock rows, which needs the right to change them.
CREATE OR REPLACE FUNCTION muster.exercise_keep(p_exercise uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM FROM exercise e WHERE e.org_id = org() AND e.id = p_exercise FOR KEY SHARE;
END
$$;
