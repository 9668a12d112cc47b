-- Notes that an API user is in use, as last_use_note() does for keys and sessions.
CREATE OR REPLACE FUNCTION muster.intel_use_note(p_org uuid, p_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    PERFORM FROM intel_user u JOIN org o ON o.org_id = u.org_id
    WHERE u.org_id = p_org AND u.id = p_id
    FOR KEY SHARE OF o SKIP LOCKED FOR NO KEY UPDATE OF u SKIP LOCKED;
    IF FOUND THEN
        UPDATE intel_user u SET last_used_at = now() WHERE u.org_id = p_org AND u.id = p_id;
    END IF;
END
$$;
