-- Why the running person may not give this person that role and status (NULL: as it is; status REMOVED: the person goes); NULL: nothing
-- is in the way. Asked before seats_lock(), so that who is refused waits for nobody, and again under it.
CREATE OR REPLACE FUNCTION muster.user_refusal(p_user uuid, p_role text, p_status text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = muster, pg_temp
AS $$
DECLARE
    v_old app_user;
BEGIN
    SELECT * INTO v_old FROM app_user u WHERE u.org_id = org() AND u.id = p_user;
    RETURN CASE
        WHEN v_old.id IS NULL THEN 'not_found'
        WHEN (coalesce(p_role, v_old.role) <> 'CLIENT_ADMIN' OR coalesce(p_status, v_old.status) <> 'ACTIVE') AND is_last_admin(p_user)
            THEN 'last_admin'
        WHEN p_user = person() THEN 'self'
        WHEN v_old.role = 'SUPER_ADMIN' THEN 'platform' END;
END
$$;
