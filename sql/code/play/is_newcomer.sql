-- Whether the running person has completed no run yet. Runs as muster_lookup for families that do not see who takes part in what.
CREATE OR REPLACE FUNCTION muster.is_newcomer() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN NOT EXISTS (SELECT FROM participant p WHERE p.org_id = org() AND p.user_id = person() AND p.completed_at IS NOT NULL);
END
$$;
