-- Deletes an organisation for good, its audit log with it; the act is in the administrator's own log. Verdicts: ok (with the receipt),
-- not_found, name_mismatch, platform (there is a platform administrator in it).
CREATE OR REPLACE FUNCTION muster.admin_org_delete(p_org uuid, p_name text, OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org org;
BEGIN
    PERFORM platform_only();
    PERFORM seats_lock(p_org), pg_advisory_xact_lock(hashtextextended('platform administrators', 0));
    SELECT * INTO v_org FROM org o WHERE o.org_id = p_org FOR NO KEY UPDATE;
    IF v_org.org_id IS NULL THEN
        verdict := 'not_found';
    ELSIF v_org.name IS DISTINCT FROM p_name THEN
        verdict := 'name_mismatch';
    ELSIF EXISTS (SELECT FROM app_user u WHERE u.org_id = p_org AND u.role = 'SUPER_ADMIN') THEN
        verdict := 'platform';
    ELSE
        receipt := org_erase(p_org);
        PERFORM platform_audit(NULL, 'platform.organization_deleted', 'organization', p_org, jsonb_build_object('receipt', receipt));
        verdict := 'ok';
    END IF;
END
$$;
