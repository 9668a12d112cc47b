-- The owners whose intelligence the running organisation sees: its own Organization, and what it is a member of and not banned from. What
-- row security asks, once a statement.
CREATE OR REPLACE FUNCTION muster.intel_visible() RETURNS integer[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT m.owner_id FROM intel_member m WHERE m.org_id = org() AND m.accepted_at IS NOT NULL AND m.role <> 'Banned');
END
$$;
