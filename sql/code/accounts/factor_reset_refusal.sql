-- Why the running administrator may not ask that this person's second factor be removed; NULL: nothing is in the way.
CREATE OR REPLACE FUNCTION muster.factor_reset_refusal(p_user uuid) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_user app_user;
BEGIN
    SELECT * INTO v_user FROM app_user u WHERE u.org_id = org() AND u.id = p_user;
    RETURN CASE
        WHEN v_user.id IS NULL THEN 'not_found'
        WHEN p_user = person() THEN 'self'
        WHEN v_user.role = 'SUPER_ADMIN' THEN 'platform'
        WHEN v_user.status <> 'ACTIVE' THEN 'inactive'
        WHEN NOT EXISTS (SELECT FROM second_factor f WHERE f.org_id = org() AND f.user_id = p_user AND f.confirmed_at IS NOT NULL)
            THEN 'no_factor'
        WHEN EXISTS (SELECT FROM account_token t WHERE t.org_id = org() AND t.user_id = p_user AND t.purpose = 'reset_factor')
            THEN 'waiting' END;
END
$$;
