-- Ends all sessions of a person, whole and half; API keys stay. No row when there is nobody.
CREATE OR REPLACE FUNCTION muster.admin_user_sessions_end(p_user uuid) RETURNS TABLE (ended bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = muster, pg_temp
AS $$
DECLARE
    v_org uuid;
BEGIN
    PERFORM platform_only();
    SELECT u.org_id INTO v_org FROM app_user u WHERE u.id = p_user;
    IF v_org IS NULL THEN
        RETURN;
    END IF;
    DELETE FROM pending_session s WHERE s.org_id = v_org AND s.user_id = p_user;
    WITH gone AS (DELETE FROM user_session s WHERE s.org_id = v_org AND s.user_id = p_user RETURNING 1)
    SELECT count(*) INTO ended FROM gone;
    PERFORM platform_audit(v_org, 'platform.sessions_ended', 'user', p_user, jsonb_build_object('sessions', ended));
    RETURN NEXT;
END
$$;
