-- The last notice to the administrators of organisations that have a day left.
CREATE OR REPLACE FUNCTION muster.org_ending_remind() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
BEGIN
    FOR v_org IN UPDATE org_ending t SET reminded = true
                 WHERE t.org_id IN (SELECT e.org_id FROM org_ending e
                                    WHERE NOT e.reminded AND e.begun_at IS NULL AND e.ends_at <= now() + interval '1 day'
                                    FOR UPDATE SKIP LOCKED)
                 RETURNING t.org_id LOOP
        PERFORM org_tell(v_org, 'organization_ends_soon');
    END LOOP;
END
$$;
