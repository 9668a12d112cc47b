-- Deletes an organisation for good, its audit log with it; the act is in the administrator's own log. Verdicts: ok (with the receipt),
-- not_found, name_mismatch, platform (there is a platform administrator in it; under seats_lock_of() nobody becomes one).
CREATE OR REPLACE FUNCTION muster.admin_org_delete(p_target uuid, p_name text, OUT verdict text, OUT receipt uuid) RETURNS record
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org org;
BEGIN
    PERFORM platform_only();
    FOR v_locked IN 0..1 LOOP
        SELECT * INTO v_org FROM org o WHERE o.org_id = p_target;
        IF v_org.org_id IS NULL THEN
            verdict := 'not_found';
        ELSIF v_org.name IS DISTINCT FROM p_name THEN
            verdict := 'name_mismatch';
        ELSIF EXISTS (SELECT FROM app_user u WHERE u.org_id = p_target AND u.role = 'SUPER_ADMIN') THEN
            verdict := 'platform';
        END IF;
        IF verdict IS NOT NULL THEN
            RETURN;
        ELSIF v_locked = 0 THEN
            PERFORM seats_lock_of(p_target);
        END IF;
    END LOOP;
    receipt := org_erase(p_target);
    PERFORM platform_audit(NULL, 'platform.organization_deleted', 'organization', p_target, jsonb_build_object('receipt', receipt));
    verdict := 'ok';
END
$$;
