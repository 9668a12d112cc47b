-- Whatever signs in as this person, or would soon: nothing of it is left.
CREATE OR REPLACE FUNCTION muster.credentials_end(p_org uuid, p_user uuid) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = muster, pg_temp
AS $$
BEGIN
    DELETE FROM account_token t WHERE t.org_id = p_org AND t.user_id = p_user AND t.purpose = 'reset_factor'; -- it was about the one that goes
    DELETE FROM second_factor f WHERE f.org_id = p_org AND f.user_id = p_user;
    DELETE FROM recovery_code c WHERE c.org_id = p_org AND c.user_id = p_user;
    DELETE FROM pending_session s WHERE s.org_id = p_org AND s.user_id = p_user;
    DELETE FROM user_session s WHERE s.org_id = p_org AND s.user_id = p_user;
    DELETE FROM api_key k WHERE k.org_id = p_org AND k.user_id = p_user;
    DELETE FROM known_device d WHERE d.org_id = p_org AND d.user_id = p_user;
END
$$;
