-- Ends somebody's second factor with its recovery codes, and wherever the person is signed in, wholly or halfway; API keys stay. Returns how
-- many sessions ended.
CREATE OR REPLACE FUNCTION muster.factor_end(p_org uuid, p_user uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_sessions bigint;
BEGIN
    DELETE FROM second_factor f WHERE f.org_id = p_org AND f.user_id = p_user;
    DELETE FROM account_token t WHERE t.org_id = p_org AND t.user_id = p_user AND t.purpose = 'reset_factor';
    DELETE FROM pending_session s WHERE s.org_id = p_org AND s.user_id = p_user;
    DELETE FROM user_session s WHERE s.org_id = p_org AND s.user_id = p_user;
    GET DIAGNOSTICS v_sessions = ROW_COUNT;
    PERFORM mail_queue_in(p_org, p_user, u.email, 'factor_reset', NULL, NULL) FROM app_user u WHERE u.org_id = p_org AND u.id = p_user;
    RETURN v_sessions;
END
$$;
