-- Ends API users of an organisation at once and for good: those of one maker (p_maker), one by its number (p_id), or all (both NULL).
-- How many there were.
CREATE OR REPLACE FUNCTION muster.intel_revoke(p_org uuid, p_maker uuid, p_id bigint) RETURNS integer
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_count integer;
BEGIN
    UPDATE intel_user u SET revoked_at = now(), sealed = NULL, secret_hash = NULL
    WHERE u.org_id = p_org AND u.access_id IS NOT NULL AND u.revoked_at IS NULL
      AND (p_maker IS NULL OR u.created_by = p_maker) AND (p_id IS NULL OR u.id = p_id);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    IF v_count > 0 THEN
        DELETE FROM intel_token t USING intel_user u
        WHERE t.org_id = p_org AND u.org_id = t.org_id AND u.id = t.api_user AND u.revoked_at IS NOT NULL;
    END IF;
    RETURN v_count;
END
$$;
